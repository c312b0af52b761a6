package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import dev.headlight.tokens.AddedTokens.AddedToken;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A vocabulary as read from a checkpoint's files.
 *
 * @param ids of its pieces
 * @param size their number, including duplicates
 * @param scored its pieces with their scores, of Unigram; otherwise null
 * @param merges of BPE
 * @param charsmap SentencePiece's normalization, or null
 * @param sentencePiece the file that it was read from, or null
 */
record TokenizerVocabulary(
        Map<String, Integer> ids,
        int size,
        JsonArray scored,
        JsonArray merges,
        byte[] charsmap,
        SentencePieceModel sentencePiece) {
    /** More than any published vocabulary has. */
    private static final int MOST_PIECES = 4_000_000;

    private static final Pattern TRAILING_SPACE = Pattern.compile("\\p{IsWhite_Space}+$");

    /** Its control and user-defined pieces, which are matched as a whole; empty unless SentencePiece marks them. */
    Optional<List<AddedToken>> marked() {
        return Optional.ofNullable(sentencePiece)
                .map(model -> model.pieces().stream()
                        .filter(piece -> piece.isControl() || piece.isUserDefined())
                        .map(piece -> new AddedToken(piece.text(), piece.isControl(), false, false, false, false))
                        .toList());
    }

    static UserException malformed(Path file) {
        return new UserException(file + " is not a tokenizer.json: fetch the file again.");
    }

    /**
     * The vocabulary in a tokenizer.json.
     *
     * @throws UserException if it is malformed
     */
    static TokenizerVocabulary of(JsonObject file, Path source) {
        if (!(file.get("model") instanceof JsonObject model)) {
            throw malformed(source);
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        try {
            byte[] charsmap = charsmap(file.get("normalizer"));
            if (model.get("vocab") instanceof JsonArray scored) {
                for (int id = 0; id < scored.size(); id++) {
                    ids.put(scored.get(id).getAsJsonArray().get(0).getAsString(), id);
                }
                return new TokenizerVocabulary(ids, scored.size(), scored, new JsonArray(), charsmap, null);
            }
            model.getAsJsonObject("vocab")
                    .entrySet()
                    .forEach(piece -> ids.put(piece.getKey(), piece.getValue().getAsInt()));
            JsonArray merges = model.has("merges") ? model.getAsJsonArray("merges") : new JsonArray();
            return new TokenizerVocabulary(ids, ids.size(), null, merges, charsmap, null);
        } catch (RuntimeException e) {
            throw malformed(source);
        }
    }

    /** The vocabulary in a vocab.txt: a piece in each line. */
    static TokenizerVocabulary ofLines(String text) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        int id = 0;
        for (String line : lines.split("\n", -1)) {
            ids.put(TRAILING_SPACE.matcher(line).replaceFirst(""), id++);
        }
        return new TokenizerVocabulary(ids, ids.size(), null, new JsonArray(), null, null);
    }

    /**
     * The vocabulary in vocab.json and merges.txt.
     *
     * @throws UserException if it is malformed
     */
    static TokenizerVocabulary ofMerges(JsonObject pieces, String merges, Path source) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> piece : pieces.entrySet()) {
            if (!(piece.getValue() instanceof JsonPrimitive id) || !id.isNumber()) {
                throw new UserException(source + ": " + piece.getKey() + " should be an id: fetch the file again.");
            }
            ids.put(piece.getKey(), id.getAsInt());
        }
        JsonArray rules = new JsonArray();
        merges.lines()
                .filter(line -> !line.startsWith("#version") && !line.isEmpty())
                .forEach(rules::add);
        return new TokenizerVocabulary(ids, ids.size(), null, rules, null, null);
    }

    /**
     * The vocabulary in the vocab.json of a class that splits texts by other files.
     *
     * @throws UserException if it is malformed
     */
    static TokenizerVocabulary ofTable(JsonObject pieces, Path source) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        Map<Integer, String> numbered = new HashMap<>();
        for (Map.Entry<String, JsonElement> piece : pieces.entrySet()) {
            boolean whole = piece.getValue() instanceof JsonPrimitive id && id.isNumber() && isId(id.getAsDouble());
            if (!whole) {
                throw new UserException(source + ": " + piece.getKey() + " should be an id: fetch the file again.");
            }
            int id = piece.getValue().getAsInt();
            String other = numbered.put(id, piece.getKey());
            if (other != null) {
                throw new UserException(source + ": " + other + " and " + piece.getKey() + " have the same id, " + id
                        + ": fetch the file again.");
            }
            ids.put(piece.getKey(), id);
        }
        return new TokenizerVocabulary(ids, ids.size(), null, new JsonArray(), null, null);
    }

    private static boolean isId(double number) {
        return number >= 0 && number < MOST_PIECES && number == Math.rint(number);
    }

    /** The vocabulary of a SentencePiece file, with the class's changes. */
    static TokenizerVocabulary ofSentencePiece(
            TokenizerClass kind, TokenizerSettings settings, SentencePieceModel model) {
        boolean merged = kind == TokenizerClass.LLAMA
                || kind == TokenizerClass.CODE_LLAMA
                || kind == TokenizerClass.GEMMA
                || kind == TokenizerClass.NLLB
                || kind == TokenizerClass.TOKENIZERS_BACKEND && !model.unigram();
        if (merged) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            for (int id = 0; id < model.pieces().size(); id++) {
                ids.put(model.pieces().get(id).text(), id);
            }
            int size = ids.size();
            JsonArray merges = SentencePieceMerges.of(ids);
            if (kind == TokenizerClass.TOKENIZERS_BACKEND) {
                rename(ids, settings);
            }
            if (kind == TokenizerClass.NLLB) {
                ids = specialFirst(ids, settings);
            }
            return new TokenizerVocabulary(ids, size, null, merges, model.charsmap(), model);
        }
        JsonArray scored = scored(kind, settings, model.pieces());
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int id = 0; id < scored.size(); id++) {
            ids.put(scored.get(id).getAsJsonArray().get(0).getAsString(), id);
        }
        return new TokenizerVocabulary(ids, scored.size(), scored, new JsonArray(), model.charsmap(), model);
    }

    private static JsonArray scored(
            TokenizerClass kind, TokenizerSettings settings, List<SentencePieceModel.Piece> pieces) {
        JsonArray scored = new JsonArray();
        int skipped = 0;
        if (Set.of(TokenizerClass.XLM_ROBERTA, TokenizerClass.MBART, TokenizerClass.MBART50)
                .contains(kind)) {
            Stream.of("bos_token", "pad_token", "eos_token", "unk_token")
                    .forEach(name -> scored.add(TokenizerJson.scored(settings.content(kind, name), 0)));
            skipped = 3;
        } else if (kind == TokenizerClass.CAMEMBERT) {
            scored.add(TokenizerJson.scored("<s>NOTUSED", 0));
            scored.add(TokenizerJson.scored(settings.content(kind, "pad_token"), 0));
            scored.add(TokenizerJson.scored("</s>NOTUSED", 0));
            scored.add(TokenizerJson.scored(settings.content(kind, "unk_token"), 0));
            scored.add(TokenizerJson.scored("<unk>NOTUSED", -100));
            skipped = 1;
        }
        if (kind == TokenizerClass.PEGASUS) {
            scored.add(TokenizerJson.scored(settings.content(kind, "pad_token"), 0));
            scored.add(TokenizerJson.scored(settings.content(kind, "eos_token"), 0));
            masksOfPegasus(settings).forEach(mask -> scored.add(TokenizerJson.scored(mask, 0)));
            for (int number = 2; number < settings.whole("offset", 103, 10_000); number++) {
                scored.add(TokenizerJson.scored("<unk_" + number + ">", -100));
            }
            skipped = 2;
        }
        for (SentencePieceModel.Piece piece : pieces.subList(Math.min(skipped, pieces.size()), pieces.size())) {
            scored.add(TokenizerJson.scored(piece.text(), piece.score()));
        }
        if (kind == TokenizerClass.T5) {
            for (int number = settings.extraIds() - 1; number >= 0; number--) {
                scored.add(TokenizerJson.scored(SpecialTokens.sentinel(number), 0));
            }
        }
        kind.languages(Set.of()).forEach(language -> scored.add(TokenizerJson.scored(language, 0)));
        if (skipped > 0 && kind != TokenizerClass.PEGASUS) {
            scored.add(TokenizerJson.scored(settings.content(kind, "mask_token"), 0));
        }
        return scored;
    }

    /** The mask of a word, and that of a sentence, in the order in which transformers numbers them. */
    private static List<String> masksOfPegasus(TokenizerSettings settings) {
        Optional<AddedToken> named = settings.special().get("mask_token");
        Optional<String> word = named == null ? Optional.of("<mask_1>") : named.map(AddedToken::content);
        Optional<String> sentence =
                settings.has("mask_token_sent") ? settings.text("mask_token_sent") : Optional.of("<mask_2>");
        return Stream.of(word, sentence).flatMap(Optional::stream).distinct().toList();
    }

    private static byte[] charsmap(JsonElement normalizer) {
        if (normalizer instanceof JsonObject object) {
            JsonArray parts = new JsonArray();
            if (object.get("normalizers") instanceof JsonArray several) {
                parts = several;
            } else {
                parts.add(object);
            }
            for (JsonElement part : parts) {
                if (part instanceof JsonObject one
                        && new JsonPrimitive("Precompiled").equals(one.get("type"))
                        && one.get("precompiled_charsmap") instanceof JsonPrimitive map) {
                    return Base64.getDecoder().decode(map.getAsString());
                }
            }
        }
        return null;
    }

    /** Numbers pieces as fairseq does, special tokens first. */
    private static Map<String, Integer> specialFirst(Map<String, Integer> ids, TokenizerSettings settings) {
        Map<String, Integer> numbered = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of("bos_token", "pad_token", "eos_token", "unk_token")
                                .map(name -> settings.content(TokenizerClass.NLLB, name)),
                        ids.keySet().stream())
                .forEach(piece -> numbered.putIfAbsent(piece, numbered.size()));
        return numbered;
    }

    /** Renames pieces as added_tokens_decoder says. */
    private static void rename(Map<String, Integer> ids, TokenizerSettings settings) {
        Map<Integer, String> pieces = new LinkedHashMap<>();
        ids.forEach((piece, id) -> pieces.put(id, piece));
        settings.added().forEach((id, token) -> {
            String piece = pieces.get(id);
            if (piece != null && !piece.equals(token.content()) && !ids.containsKey(token.content())) {
                ids.remove(piece);
                ids.put(token.content(), id);
            }
        });
    }
}
