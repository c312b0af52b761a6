package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.text.Blanks;
import dev.headlight.text.Reading;
import dev.headlight.text.Sentences;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    private static final String NOTHING = "The text holds nothing that the model can read: select or type some words.";

    /**
     * Where a blank is.
     *
     * @param segment the text that it is in
     * @param span what it takes in the reading
     * @param original what a word would replace, in the text as it stands
     * @param token the index of the token whose scores tell the words
     * @param masked the word that was taken out of it, if somebody asked for alternatives to one
     */
    record Place(int segment, Span span, Span original, int token, Optional<String> masked) {}

    static EncodedRequest of(Request request, Tokenizer tokenizer) {
        List<Reading> readings = new ArrayList<>();
        readings.add(reading(request.text(), request.masked(), request.code(), tokenizer));
        request.pair().ifPresent(pair -> readings.add(reading(pair, Optional.empty(), request.code(), tokenizer)));
        List<Token> tokens = readings.size() == 1
                ? tokenizer.encode(readings.get(0).text())
                : tokenizer.encode(readings.get(0).text(), readings.get(1).text());
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
     * For a model that predicts what follows: its one place is the end of the text, or a word, for which it reads what
     * stands before, without the space at its end, for a word brings its own.
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
                .orElseThrow(
                        () -> new UserException(
                                request.masked().isEmpty()
                                        ? NOTHING
                                        : "This model knows a word by those before it, and there are none: choose a later one."));
        int length = reading.text().length();
        Span behind = new Span(length, length);
        Place place = new Place(
                0,
                behind,
                request.masked().orElseGet(() -> reading.original(behind)),
                last,
                request.masked().map(word -> word.of(request.text())));
        return new EncodedRequest(List.of(reading), List.of(Sentences.of(reading)), tokens, List.of(place));
    }

    /**
     * This, as the source of an encoder-decoder, with a target behind it. The decoder is given the target's tokens behind
     * one that begins it, each place telling the next token: so a blank of the target is told by the place before it.
     *
     * @param source what was asked for of the source
     * @param target the target's text, which may be empty
     * @param code whether it is a piece of code
     * @param start the token that begins it
     */
    EncodedRequest with(Request source, String target, boolean code, Token start, Tokenizer tokenizer) {
        Reading reading = reading(target, Optional.empty(), code, tokenizer);
        List<Token> written =
                tokenizer.encode(reading.text()).stream().map(Token::second).toList();
        List<Token> all = new ArrayList<>(tokens);
        all.addAll(shifted(written, start));
        List<Reading> both = List.of(readings.get(0), reading);
        List<Place> blanks = places(both, all, source, tokenizer).stream()
                .filter(place -> place.segment() == 1)
                .map(place -> new Place(1, place.span(), place.original(), place.token() - 1, Optional.empty()))
                .toList();
        return new EncodedRequest(both, List.of(sentences.get(0), Sentences.of(reading)), all, blanks);
    }

    /** The same, as if nothing were missing in it. */
    EncodedRequest withoutBlanks() {
        return new EncodedRequest(readings, sentences, tokens, List.of());
    }

    /** What a decoder is given of a target's tokens: all but the last, behind one that begins it. */
    static List<Token> shifted(List<Token> target, Token start) {
        List<Token> shifted = new ArrayList<>();
        shifted.add(start.second());
        target.subList(0, target.size() - 1).forEach(token -> shifted.add(token.second()));
        return shifted;
    }

    /** Whether anything was taken out of a text before it was encoded. */
    boolean isCleaned() {
        return readings.stream().anyMatch(Reading::isCleaned);
    }

    private static Reading reading(String text, Optional<Span> masked, boolean code, Tokenizer tokenizer) {
        String mask = tokenizer.special().mask().orElseThrow();
        List<Span> blanks = new ArrayList<>(Blanks.find(text, mask));
        masked.ifPresent(word -> {
            blanks.removeIf(blank -> blank.start() < word.end() && word.start() < blank.end());
            blanks.add(word);
            blanks.sort(Comparator.comparingInt(Span::start));
        });
        return code ? Reading.ofCode(text, blanks, mask) : Reading.of(text, blanks, mask);
    }

    private static List<Place> places(
            List<Reading> readings, List<Token> tokens, Request request, Tokenizer tokenizer) {
        List<Place> places = new ArrayList<>();
        int mask = tokenizer.special().maskId();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.id() != mask || token.added()) {
                continue;
            }
            Reading reading = readings.get(token.segment());
            for (Span blank : reading.blanks()) {
                if (token.span().start() < blank.end()
                        && blank.start() < token.span().end()) {
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

    /** The tokens to give to a model that takes {@code limit}, around a token, or from the beginning for -1. */
    Window window(int focus, int limit) {
        return Window.around(tokens, sentences, focus, limit);
    }

    /** Kept tokens, with spans in the texts as they stand in their documents. */
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
