package dev.headlight.inspect;

import ai.djl.ndarray.NDManager;
import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.Trace;
import dev.headlight.text.Reading;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * How probable words are that somebody names, also those of several tokens. In a masked model the blank is widened to as
 * many masks and filled from the left (the pseudo-log-likelihood within a word of Kauf and Ivanova 2023, arXiv
 * 2305.10588, read from the left); a model that writes from left to right reads the tokens one after another. The logs
 * are added.
 */
final class NamedWords {
    /** How many words may be named at once. */
    static final int MOST = 100;

    private static final int LONGEST = 32;

    private final Tokenizer tokenizer;
    private final Family model;
    private final ModelInput modelInput;
    private final EncodedRequest.Place place;
    private final Reading reading;
    private final BiFunction<Input, Integer, Trace> pass;
    private final Map<List<Integer>, float[]> known = new HashMap<>();

    /**
     * At one of the places of a text.
     *
     * @param pass runs the model on some tokens, with the logits of a row
     */
    NamedWords(
            Tokenizer tokenizer,
            Family model,
            ModelInput modelInput,
            EncodedRequest.Place place,
            BiFunction<Input, Integer, Trace> pass) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.modelInput = modelInput;
        this.place = place;
        this.pass = pass;
        this.reading = modelInput.encoded().readings().get(place.segment());
    }

    /**
     * Checks words.
     *
     * @return these, without the spaces around them
     * @throws UserException if there are none, too many, or an empty one
     */
    static List<String> checked(List<String> words) {
        List<String> stripped = words.stream().map(String::strip).toList();
        if (stripped.isEmpty() || stripped.stream().anyMatch(String::isEmpty)) {
            throw new UserException("A word to ask about is empty: name words, with a comma between two.");
        }
        if (stripped.size() > MOST) {
            throw new UserException(stripped.size() + " words were named, and the limit is " + MOST + ": name fewer.");
        }
        return stripped;
    }

    /** The tokens of a word at the place, and the token that is before the first of them. */
    private record Pieces(int before, List<Token> tokens) {}

    /**
     * A word.
     *
     * @throws UserException if the model can't write it there
     */
    NamedWord word(String word) {
        Pieces pieces = model.causal() ? following(word) : within(word);
        List<Integer> ids = ids(pieces.tokens);
        if (ids.isEmpty() || ids.stream().anyMatch(this::unwritable)) {
            throw new UserException("“" + word + "” can't be written in this model's vocabulary: name another word.");
        }
        if (ids.size() > LONGEST) {
            throw new UserException("“" + word + "” has " + ids.size() + " tokens, and the limit is " + LONGEST
                    + ": name a shorter word.");
        }
        double sum = 0;
        for (int i = 0; i < ids.size(); i++) {
            List<Integer> key = new ArrayList<>(ids.subList(0, i));
            key.add(0, ids.size());
            key.add(0, pieces.before);
            List<Integer> written = ids.subList(0, i);
            float[] logits = known.computeIfAbsent(key, unknown -> logits(pieces.before, ids.size(), written));
            sum += logits[ids.get(i)] - Predictor.logSum(logits);
        }
        return new NamedWord(word, pieces.tokens.stream().map(Token::text).toList(), sum);
    }

    private boolean unwritable(int id) {
        return tokenizer.vocabulary().added(id);
    }

    /** A word in the place of a mask: the tokens that the text has then, between those that it has anyway. */
    private Pieces within(String word) {
        String text = reading.text();
        Span blank = place.span();
        List<Token> masked = EncodedRequest.encoded(reading, tokenizer);
        List<Token> filled =
                tokenizer.encodeTarget(text.substring(0, blank.start()) + word + text.substring(blank.end()));
        int before = IntStream.range(0, masked.size())
                .filter(i -> tokenizer.special().isBlank(masked.get(i).id())
                        && masked.get(i).span().overlaps(blank))
                .findFirst()
                .orElseThrow();
        int after = masked.size() - before - 1;
        int end = filled.size() - after;
        boolean apart = before <= end
                && ids(masked.subList(0, before)).equals(ids(filled.subList(0, before)))
                && ids(masked.subList(before + 1, masked.size())).equals(ids(filled.subList(end, filled.size())));
        if (!apart) {
            throw notApart(word);
        }
        return new Pieces(place.token(), filled.subList(before, end));
    }

    private static List<Integer> ids(List<Token> tokens) {
        return tokens.stream().map(Token::id).toList();
    }

    /** A word after the text, with a space before it if it begins with a letter or digit and the text has none. */
    private Pieces following(String word) {
        String text = place.masked().isPresent() ? reading.text().stripTrailing() : reading.text();
        boolean spaced = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
        boolean apart = !spaced && Character.isLetterOrDigit(word.codePointAt(0));
        List<Token> given = modelInput.encoded().tokens();
        List<Token> whole = tokenizer.encode(text + (apart ? " " : "") + word);
        int same = 0;
        while (same < Math.min(given.size(), whole.size())
                && given.get(same).id() == whole.get(same).id()) {
            same++;
        }
        int before = same - 1;
        if (before < 0) {
            throw notApart(word);
        }
        return new Pieces(
                before,
                whole.subList(same, whole.size()).stream()
                        .filter(token -> !token.added())
                        .toList());
    }

    private static UserException notApart(String word) {
        return new UserException("“" + word
                + "” and what stands beside it are one token here: put a space between, or name another" + " word.");
    }

    /** The logits of the next of a word's tokens, some of which are written: [V]. */
    private float[] logits(int before, int count, List<Integer> written) {
        EncodedRequest encoded = modelInput.encoded();
        int room = modelInput.room(model.dimensions().maxTokens()) - count + 1;
        Window window = encoded.window(before, room);
        List<Token> kept = window.kept().stream().map(encoded.tokens()::get).toList();
        List<Token> tokens = modelInput.given(kept);
        int at = modelInput.row(kept, window.kept().indexOf(before));
        boolean ahead = model.causal() || model instanceof SequenceToSequence;
        List<Integer> ids = new ArrayList<>(ids(tokens));
        List<Integer> types = new ArrayList<>(tokens.stream().map(Token::type).toList());
        int row = at + written.size();
        if (ahead) {
            ids.subList(at + 1, ids.size()).clear();
            types.subList(at + 1, types.size()).clear();
            ids.addAll(written);
        } else {
            ids.addAll(at, Collections.nCopies(count - 1, tokenizer.special().maskId()));
            IntStream.range(0, written.size()).forEach(i -> ids.set(at + i, written.get(i)));
        }
        types.addAll(at, Collections.nCopies(ids.size() - types.size(), types.get(at)));
        try (Trace trace = pass.apply(new Input(ids, types), row);
                NDManager scope = trace.scope()) {
            return trace.logits().get(scope, 0).toFloatArray();
        }
    }
}
