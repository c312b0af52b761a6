package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.text.Reading;
import dev.headlight.text.Sentences;
import dev.headlight.text.Span;
import dev.headlight.tokens.Languages;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A request, read and encoded.
 *
 * @param readings the text, and the second text of a pair
 * @param sentences the sentences of each
 * @param tokens all tokens, before any are left out; spans are in the readings
 * @param places the blanks
 */
record EncodedRequest(List<Reading> readings, List<List<Span>> sentences, List<Token> tokens, List<Place> places) {

    private static final String NOTHING =
            "The text contains nothing that the model can read: select or type some words.";

    /**
     * Where a blank is.
     *
     * @param segment the text that it is in
     * @param span its span in the reading
     * @param original what a word would replace, in the original text
     * @param token the index of the token whose logits predict the words
     * @param masked the word that it replaces, if alternatives to one were requested
     */
    record Place(int segment, Span span, Span original, int token, Optional<String> masked) {}

    /** For a model that fills blanks where a mask token stands. */
    static EncodedRequest of(Request request, Tokenizer tokenizer) {
        return of(request, tokenizer, BlankTokens.masks(tokenizer.special()));
    }

    /** The same of other tokens. */
    static EncodedRequest of(Request request, Tokenizer tokenizer, BlankTokens standing) {
        List<Reading> readings = new ArrayList<>();
        readings.add(reading(request.text(), request.masked(), request.code(), standing));
        request.pair().ifPresent(pair -> readings.add(reading(pair, Optional.empty(), request.code(), standing)));
        List<Token> encoded = readings.size() == 1
                ? tokenizer.encode(readings.get(0).text())
                : tokenizer.encode(readings.get(0).text(), readings.get(1).text());
        List<Token> tokens = inLanguage(encoded, OptionalInt.empty(), tokenizer);
        for (int segment = 0; segment < readings.size(); segment++) {
            int wanted = segment;
            if (tokens.stream().noneMatch(token -> token.segment() == wanted && !token.added())) {
                throw new UserException(NOTHING);
            }
        }
        List<List<Span>> sentences = readings.stream().map(Sentences::of).toList();
        return new EncodedRequest(readings, sentences, tokens, places(readings, tokens, request, tokenizer));
    }

    /**
     * For a causal model: its only place is the end of the text, or a word, for which it reads the text before, without
     * a trailing space, because the word's token includes it.
     */
    static EncodedRequest ofCausal(Request request, Tokenizer tokenizer) {
        int end = request.masked().map(Span::start).orElse(request.text().length());
        String before = request.text().substring(0, end);
        Reading reading = request.code() ? Reading.ofCode(before, List.of(), "") : Reading.of(before, List.of(), "");
        boolean whole = request.masked().isEmpty();
        List<Token> tokens =
                tokenizer.encode(whole ? reading.text() : reading.text().stripTrailing());
        int last = IntStream.range(0, tokens.size())
                .filter(i -> !tokens.get(i).added())
                .reduce((a, b) -> b)
                .orElseThrow(() -> new UserException(
                        request.masked().isEmpty()
                                ? NOTHING
                                : "This model needs text before the word: choose a later word."));
        int length = reading.text().length();
        Span after = new Span(length, length);
        Place place = new Place(
                0,
                after,
                request.masked().orElseGet(() -> reading.original(after)),
                last,
                request.masked().map(word -> word.of(request.text())));
        return new EncodedRequest(List.of(reading), List.of(Sentences.of(reading)), tokens, List.of(place));
    }

    /**
     * This, as the source of an encoder-decoder, followed by a target. The decoder is given the target's tokens shifted
     * right by a start token, and each position predicts the next token: so a blank of the target is predicted at the
     * position before it.
     *
     * @param source the request for the source
     * @param target the target's text, which may be empty
     * @param code whether it is code
     * @param start its start token; of a model whose texts end with their language, that is it
     * @param language its language, unless it says another; of translators of several
     * @param standing for its blanks
     */
    EncodedRequest with(
            Request source,
            String target,
            boolean code,
            Token start,
            OptionalInt language,
            BlankTokens standing,
            Tokenizer tokenizer) {
        Reading reading = reading(target, Optional.empty(), code, standing);
        List<Token> written = inLanguage(encoded(reading, tokenizer), language, tokenizer).stream()
                .map(Token::second)
                .toList();
        List<Token> all = new ArrayList<>(tokens);
        all.addAll(shifted(written, start(written, start, tokenizer)));
        List<Reading> both = List.of(readings.get(0), reading);
        List<Place> blanks = places(both, all, source, tokenizer).stream()
                .filter(place -> place.segment() == 1)
                .map(place -> new Place(1, place.span(), place.original(), place.token() - 1, Optional.empty()))
                .toList();
        return new EncodedRequest(both, List.of(sentences.get(0), Sentences.of(reading)), all, blanks);
    }

    /** The same, without its blanks. */
    EncodedRequest withoutBlanks() {
        return new EncodedRequest(readings, sentences, tokens, List.of());
    }

    /** The tokens of a target, without those of spaces before its blanks, which words have as their own. */
    static List<Token> encoded(Reading target, Tokenizer tokenizer) {
        List<Token> tokens = tokenizer.encodeTarget(target.text());
        return IntStream.range(0, tokens.size())
                .filter(i -> i + 1 == tokens.size()
                        || tokens.get(i).added()
                        || !isBlank(tokens.get(i + 1), target, tokenizer)
                        || tokenizer
                                .vocabulary()
                                .text(tokens.get(i).id())
                                .filter(String::isBlank)
                                .isEmpty())
                .mapToObj(tokens::get)
                .toList();
    }

    private static boolean isBlank(Token token, Reading reading, Tokenizer tokenizer) {
        return !token.added()
                && tokenizer.special().isBlank(token.id())
                && reading.blanks().stream().anyMatch(token.span()::overlaps);
    }

    /** What a decoder is given before a target. */
    static Token start(List<Token> target, Token usual, Tokenizer tokenizer) {
        boolean language =
                tokenizer.special().languages().filter(Languages::last).isPresent();
        return language ? target.get(target.size() - 1) : usual;
    }

    /** The same in the language that a text begins with, or in another; its name is no token of the text then. */
    private static List<Token> inLanguage(List<Token> tokens, OptionalInt otherwise, Tokenizer tokenizer) {
        if (tokenizer.special().languages().isEmpty()) {
            return tokens;
        }
        Optional<Token> first = tokens.stream().filter(token -> !token.added()).findFirst();
        Optional<Token> named = first.filter(token -> tokenizer.special().isLanguage(token.id()));
        OptionalInt language = named.map(token -> OptionalInt.of(token.id())).orElse(otherwise);
        return tokens.stream()
                .filter(token -> named.isEmpty() || token != named.get())
                .map(token -> language.isPresent()
                                && token.added()
                                && tokenizer.special().isLanguage(token.id())
                        ? tokenizer.added(language.getAsInt())
                        : token)
                .toList();
    }

    /** The decoder's input for a target's tokens: a start token and all but the last. */
    static List<Token> shifted(List<Token> target, Token start) {
        List<Token> shifted = new ArrayList<>();
        shifted.add(start.second());
        target.subList(0, target.size() - 1).forEach(token -> shifted.add(token.second()));
        return shifted;
    }

    /** Whether anything was removed from a text before it was encoded. */
    boolean isCleaned() {
        return readings.stream().anyMatch(Reading::isCleaned);
    }

    private static Reading reading(String text, Optional<Span> masked, boolean code, BlankTokens standing) {
        List<Span> blanks = new ArrayList<>(standing.find(text));
        if (blanks.size() > standing.most()) {
            throw new UserException("The text has %,d blanks, and the limit is %,d: select less."
                    .formatted(blanks.size(), standing.most()));
        }
        if (standing.most() > 0) {
            masked.ifPresent(word -> {
                blanks.removeIf(blank -> blank.overlaps(word));
                blanks.add(word);
                blanks.sort(Comparator.comparingInt(Span::start));
            });
        }
        return code ? Reading.ofCode(text, blanks, standing.names()) : Reading.of(text, blanks, standing.names());
    }

    private static List<Place> places(
            List<Reading> readings, List<Token> tokens, Request request, Tokenizer tokenizer) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.added() || !tokenizer.special().isBlank(token.id())) {
                continue;
            }
            Reading reading = readings.get(token.segment());
            for (Span blank : reading.blanks()) {
                if (token.span().overlaps(blank)) {
                    Span original = reading.original(blank);
                    Optional<String> masked = request.masked()
                            .filter(word -> token.segment() == 0 && word.equals(original))
                            .map(word -> word.of(request.text()));
                    places.add(new Place(token.segment(), blank, original, i, masked));
                }
            }
        }
        return List.copyOf(places);
    }

    /** The window of at most {@code limit} tokens around a token, or from the start for -1. */
    Window window(int focus, int limit) {
        return Window.around(tokens, sentences, focus, limit);
    }

    /** The kept tokens, with spans in the original texts. */
    List<Token> inDocuments(Window window) {
        return window.kept().stream()
                .map(tokens::get)
                .map(token -> token.added() ? token : token.at(original(token.segment(), token.span())))
                .toList();
    }

    Span original(int segment, Span span) {
        return readings.get(segment).original(span);
    }
}
