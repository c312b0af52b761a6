package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import dev.headlight.text.Span;
import dev.headlight.tokens.SentencePieceNormalizer.Normalized;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Splits texts as transformers' {@code MarianTokenizer} and {@code M2M100Tokenizer} do: special tokens first, then by
 * SentencePiece, one file for sources and one for targets; a table gives the ids of pieces. A piece that it lacks is
 * unknown, and what SentencePiece doesn't know has an id if the table has.
 */
final class TranslatedSplitter implements Splitter {
    /** The language that a translator of several is to write, at the start of a source: {@code >>fra<<}. */
    private static final Pattern CODE = Pattern.compile(">>.*?<<", Pattern.DOTALL);

    private final Vocabulary vocabulary;
    private final boolean codes;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int unknown;
    private final Optional<Pattern> added;
    private final List<Integer> before = new ArrayList<>();
    private final List<Integer> after = new ArrayList<>();
    private final Pieces source;
    private final Pieces target;

    /**
     * Reads the files of a definition.
     *
     * @throws UserException if they are malformed, or of a kind that isn't read
     */
    TranslatedSplitter(TokenizerDefinition definition, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.codes = definition.kind() == TokenizerClass.MARIAN;
        for (int id = 0; id < vocabulary.size(); id++) {
            if (!vocabulary.piece(id).isEmpty()) {
                ids.put(vocabulary.piece(id), id);
            }
        }
        this.unknown = ids.get(definition.named("unk_token").orElseThrow());
        JsonObject json = JsonParser.parseString(definition.json()).getAsJsonObject();
        this.added = pattern(json.getAsJsonArray("added_tokens"));
        surroundings(json.getAsJsonObject("post_processor").getAsJsonArray("single"));
        TokenizerDefinition.Translated files = definition.translated().orElseThrow();
        this.source = new Pieces(files.source());
        this.target = files.target().equals(files.source()) ? source : new Pieces(files.target());
    }

    /** Matches added tokens, of several at one place the longest. */
    private static Optional<Pattern> pattern(JsonArray tokens) {
        List<String> contents = tokens.asList().stream()
                .map(token -> token.getAsJsonObject().get("content").getAsString())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        return contents.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Pattern.compile(contents.stream().map(Pattern::quote).collect(Collectors.joining("|"))));
    }

    private void surroundings(JsonArray template) {
        List<Integer> side = before;
        for (JsonElement part : template) {
            if (part.getAsJsonObject().get("SpecialToken") instanceof JsonObject token) {
                side.add(ids.get(token.get("id").getAsString()));
            } else {
                side = after;
            }
        }
    }

    @Override
    public List<Part> encode(String text) {
        return surrounded(split(text, source, 0));
    }

    @Override
    public List<Part> encode(String text, String pair) {
        List<Part> both = split(text, source, 0);
        both.addAll(split(pair, source, 1));
        return surrounded(both);
    }

    @Override
    public List<Part> encodeTarget(String text) {
        return surrounded(split(text, target, 0));
    }

    private List<Part> surrounded(List<Part> parts) {
        List<Part> all = new ArrayList<>();
        before.forEach(id -> all.add(new Part(id, 0, 0, null)));
        all.addAll(parts);
        int segment = all.isEmpty() ? 0 : all.get(all.size() - 1).segment();
        after.forEach(id -> all.add(new Part(id, 0, segment, null)));
        return all;
    }

    private List<Part> split(String text, Pieces pieces, int segment) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        if (added.isPresent()) {
            Matcher matcher = added.get().matcher(text);
            while (matcher.find()) {
                between(text, at, matcher.start(), pieces, segment, parts);
                parts.add(new Part(ids.get(matcher.group()), 0, segment, new Span(matcher.start(), matcher.end())));
                at = matcher.end();
            }
        }
        between(text, at, text.length(), pieces, segment, parts);
        return parts;
    }

    /** What stands between added tokens. */
    private void between(String text, int from, int to, Pieces pieces, int segment, List<Part> parts) {
        int start = from;
        Matcher code = CODE.matcher(text).region(from, to);
        if (codes && code.lookingAt()) {
            start = code.end();
            parts.add(new Part(ids.getOrDefault(code.group(), unknown), 0, segment, new Span(from, start)));
        }
        if (start < to) {
            for (Piece piece : pieces.split(text.substring(start, to))) {
                Span span = new Span(
                        start + piece.span().start(), start + piece.span().end());
                parts.add(new Part(ids.getOrDefault(piece.text(), unknown), 0, segment, span));
            }
        }
    }

    @Override
    public String decode(long[] wanted) {
        StringBuilder text = new StringBuilder();
        for (long id : wanted) {
            int known = Math.toIntExact(id);
            text.append(vocabulary.text(known).orElseGet(() -> vocabulary.piece(known)));
        }
        return text.toString().stripLeading();
    }

    @Override
    public void close() {
        source.close();
        if (target != source) {
            target.close();
        }
    }

    /** A piece of a text, as it is normalized. */
    private record Piece(String text, Span span) {}

    /** A SentencePiece file. */
    private static final class Pieces implements AutoCloseable {
        /** Begins the names of pieces that no text may match; texts have no NUL. */
        private static final String UNMATCHED = "\0";

        private final SentencePieceModel model;
        private final int unknown;
        private final SentencePieceNormalizer normalizer;
        private final Unigrams unigrams;
        private final NativeSplitter merges;

        Pieces(Path file) {
            model = SentencePieceModel.read(file);
            if (model.byteFallback() || model.spaces().last()) {
                throw new UserException(file
                        + (model.byteFallback() ? " spells unknown characters as bytes" : " puts spaces after words")
                        + ", which Headlight doesn't read beside a vocab.json: choose another checkpoint.");
            }
            unknown = unknown(model, file);
            try {
                normalizer = new SentencePieceNormalizer(model);
            } catch (IllegalArgumentException e) {
                throw new UserException(file + " is not a SentencePiece file: fetch it again.", e);
            }
            if (model.unigram()) {
                unigrams = new Unigrams(model, unknown);
                merges = null;
            } else {
                unigrams = null;
                merges = merges(file);
            }
        }

        private static int unknown(SentencePieceModel model, Path file) {
            for (int id = 0; id < model.pieces().size(); id++) {
                if (model.pieces().get(id).isUnknown()) {
                    return id;
                }
            }
            throw new UserException(file + " has no piece for unknown characters: fetch it again.");
        }

        /** The native library's tokenizer of byte pairs, of a normalized text. */
        private NativeSplitter merges(Path file) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            for (int id = 0; id < model.pieces().size(); id++) {
                SentencePieceModel.Piece piece = model.pieces().get(id);
                ids.put(piece.isNormal() ? piece.text() : UNMATCHED + id, id);
            }
            JsonObject json = new JsonObject();
            json.addProperty("version", "1.0");
            json.add("added_tokens", new JsonArray());
            for (String none : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
                json.add(none, JsonNull.INSTANCE);
            }
            json.add(
                    "model",
                    TokenizerJson.bytePairs(ids, SentencePieceMerges.of(ids), UNMATCHED + unknown, null, true, false));
            return new NativeSplitter(json.toString(), KnownSafe.is(json), file);
        }

        private List<Part> parts(String normalized) {
            return unigrams == null ? merges.encode(normalized) : unigrams.split(normalized);
        }

        List<Piece> split(String text) {
            Normalized normalized = normalizer.normalize(text);
            String all = normalized.text();
            List<Piece> pieces = new ArrayList<>();
            int from = 0;
            for (int at = 0; at < all.length(); ) {
                Optional<String> whole = normalizer.wholePiece(all, at);
                if (whole.isPresent()) {
                    between(normalized, from, at, pieces);
                    from = at + whole.get().length();
                    pieces.add(new Piece(whole.get(), normalized.original(at, from)));
                    at = from;
                } else {
                    at++;
                }
            }
            between(normalized, from, all.length(), pieces);
            return pieces;
        }

        /** What stands between pieces that are read as a whole; unknown characters in a row are one piece. */
        private void between(Normalized normalized, int from, int to, List<Piece> pieces) {
            if (from == to) {
                return;
            }
            int unknownFrom = -1;
            for (Part part : parts(normalized.text().substring(from, to))) {
                int start = from + part.span().start();
                int end = from + part.span().end();
                boolean known = part.id() != unknown;
                if (!known && unknownFrom >= 0) {
                    pieces.remove(pieces.size() - 1);
                    start = unknownFrom;
                }
                unknownFrom = known ? -1 : start;
                pieces.add(new Piece(normalized.text().substring(start, end), normalized.original(start, end)));
            }
        }

        @Override
        public void close() {
            if (merges != null) {
                merges.close();
            }
        }
    }
}
