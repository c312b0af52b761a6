package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.SequenceToSequence.Filling;
import dev.headlight.text.Span;
import dev.headlight.tokens.Languages;
import dev.headlight.tokens.SpecialTokens;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sources and the targets of an encoder-decoder: what a target is, in which language, and how it is written. */
final class Targets {
    private final String name;
    private final Tokenizer tokenizer;
    private final SequenceToSequence model;
    private final CheckedPasses passes;

    Targets(String name, Tokenizer tokenizer, SequenceToSequence model, CheckedPasses passes) {
        this.name = name;
        this.tokenizer = tokenizer;
        this.model = model;
        this.passes = passes;
    }

    /**
     * A text with a target: the one given; or what the model fills the text's blanks with, if it has some; or what the
     * model writes.
     */
    ModelInput input(Request request, Cancellation cancellation) {
        Request source = new Request(request.text(), Optional.empty(), request.masked(), request.code());
        EncodedRequest encoded = source(source);
        Token start = EncodedRequest.start(
                encoded.tokens(), tokenizer.added(model.decoding().start()), tokenizer);
        Inspection.Target from = target(request, encoded);
        OptionalInt language = language(request);
        List<Token> blanks =
                from == Inspection.Target.BLANKS ? sentinels(encoded.places().size()) : List.of();
        String target = switch (from) {
            case GIVEN -> request.pair().orElseThrow();
            case SAME -> request.text();
            case BLANKS -> blanks.stream().map(Token::name).collect(Collectors.joining(" "));
            case WRITTEN -> request.written().orElseGet(() -> written(encoded, language, cancellation));
        };
        if (from == Inspection.Target.GIVEN && !begins(target)) {
            decoding(language); // which a target needs that says none
        }
        BlankTokens standing = BlankTokens.ofTarget(filling(), tokenizer.special());
        EncodedRequest whole = switch (from) {
            case GIVEN -> encoded.with(source, target, request.code(), start, language, standing, tokenizer);
            case SAME, BLANKS -> encoded;
            case WRITTEN ->
                encoded.with(source, target, false, start, language, standing, tokenizer)
                        .withoutBlanks();
        };
        ModelInput.Decoder decoder = new ModelInput.Decoder(
                from, start, request.pair().filter(pair -> from == Inspection.Target.WRITTEN), blanks);
        return new ModelInput(request.text(), Optional.of(target), whole, Optional.of(decoder));
    }

    private Inspection.Target target(Request request, EncodedRequest source) {
        if (isTarget(request)) {
            return Inspection.Target.GIVEN;
        }
        if (source.places().isEmpty() && model.predicts()) {
            return Inspection.Target.WRITTEN;
        }
        return filling() == Filling.SENTINELS && !source.places().isEmpty()
                ? Inspection.Target.BLANKS
                : Inspection.Target.SAME;
    }

    /** The language that is all that is said of a target, which the model is to write. */
    private OptionalInt named(Request request) {
        List<Integer> ids = request
                .pair()
                .filter(pair -> tokenizer.special().languages().isPresent())
                .stream()
                .flatMap(pair -> tokenizer.encodeTarget(pair).stream())
                .filter(token -> !token.added())
                .map(Token::id)
                .toList();
        return ids.size() == 1 && tokenizer.special().isLanguage(ids.get(0))
                ? OptionalInt.of(ids.get(0))
                : OptionalInt.empty();
    }

    /** Whether a pair's second text is a target, rather than the language of one. */
    boolean isTarget(Request request) {
        return request.pair().isPresent() && named(request).isEmpty();
    }

    /** Whether a text begins with its language. */
    private boolean begins(String text) {
        return tokenizer.special().languages().isPresent()
                && tokenizer.encodeTarget(text).stream()
                        .filter(token -> !token.added())
                        .findFirst()
                        .filter(token -> tokenizer.special().isLanguage(token.id()))
                        .isPresent();
    }

    /** The language of targets that say no other; none of a model of one. */
    private OptionalInt language(Request request) {
        if (tokenizer.special().languages().isEmpty()) {
            return OptionalInt.empty();
        }
        Languages languages = tokenizer.special().languages().get();
        OptionalInt configured = languages.last()
                ? OptionalInt.of(model.decoding().start())
                : model.decoding().first();
        return Stream.of(named(request), configured, languages.target())
                .filter(id -> id.isPresent() && languages.ids().contains(id.getAsInt()))
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    /** How a target is written in a language. */
    private SequenceToSequence.Decoding decoding(OptionalInt language) {
        if (tokenizer.special().languages().isEmpty()) {
            return model.decoding();
        }
        int wanted = language.orElseThrow(() -> new UserException("The model " + name
                + " writes in many languages: name one as the target, such as "
                + example() + ", and it writes, or begin the target's text with it."));
        SequenceToSequence.Decoding usual = model.decoding();
        return tokenizer.special().languages().get().last()
                ? new SequenceToSequence.Decoding(wanted, OptionalInt.empty(), usual.end())
                : new SequenceToSequence.Decoding(usual.start(), OptionalInt.of(wanted), usual.end());
    }

    private String example() {
        return tokenizer.special().languages().orElseThrow().ids().stream()
                .map(tokenizer.vocabulary()::piece)
                .filter(language -> language.startsWith("fr"))
                .sorted()
                .findFirst()
                .orElse("fr");
    }

    /** What fills the blanks of an encoder-decoder's source; nothing if the tokenizer lacks the tokens for it. */
    Filling filling() {
        Filling filling = model.filling();
        boolean possible = switch (filling) {
            case TEXT -> tokenizer.special().mask().isPresent();
            case SENTINELS -> !tokenizer.special().sentinels().isEmpty();
            case NOTHING -> true;
        };
        return possible ? filling : Filling.NOTHING;
    }

    /** The tokens that stand for so many blanks, as a text of their names. */
    private List<Token> sentinels(int count) {
        List<Token> tokens = new ArrayList<>();
        int start = 0;
        for (int number = 0; number < count; number++) {
            String name = SpecialTokens.sentinel(number);
            Token token = tokenizer.added(tokenizer.special().sentinels().get(number));
            Span span = new Span(start, start + name.length());
            tokens.add(new Token(token.id(), token.text(), name, span, 1, 1, number, false));
            start = span.end() + 1;
        }
        return tokens;
    }

    /** A source, read and encoded. */
    EncodedRequest source(Request request) {
        return EncodedRequest.of(request, tokenizer, BlankTokens.ofSource(filling(), tokenizer.special()));
    }

    /** What is there before the model writes a target of so many tokens less than it takes. */
    Input begun(Request request, int room) {
        EncodedRequest encoded = source(request);
        return model.given(idsOf(encoded, encoded.window(-1, room)), decoding(language(request)));
    }

    private static List<Integer> idsOf(EncodedRequest encoded, Window window) {
        return encoded.inDocuments(window).stream().map(Token::id).toList();
    }

    private String written(EncodedRequest encoded, OptionalInt language, Cancellation cancellation) {
        SequenceToSequence.Decoding decoding = decoding(language);
        int limit = model.dimensions().maxTokens();
        int answer = Math.min(Inspector.LONGEST_ANSWER, limit / 2);
        int most = decoding.first().isPresent() ? answer + 1 : answer; // the first token is none of the answer's
        List<Integer> ids = idsOf(encoded, encoded.window(-1, limit - most - 1)); // and its start
        return tokenizer.decode(passes.checked(() -> model.write(ids, decoding, most, cancellation)));
    }
}
