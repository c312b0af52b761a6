package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.Trace;
import dev.headlight.model.Writer;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a model writes: after a text, or as the target of one; always the likeliest token. */
final class Continuation {
    private final String name;
    private final Tokenizer tokenizer;
    private final Family model;
    private final CheckedPasses passes;
    private final Inputs inputs;
    private final BlankWords blankWords;
    private final InspectedPasses inspected;

    Continuation(
            String name,
            Tokenizer tokenizer,
            Family model,
            CheckedPasses passes,
            Inputs inputs,
            BlankWords blankWords,
            InspectedPasses inspected) {
        this.name = name;
        this.tokenizer = tokenizer;
        this.model = model;
        this.passes = passes;
        this.inputs = inputs;
        this.blankWords = blankWords;
        this.inspected = inspected;
    }

    /** {@link Inspector#goOn}, of a model that predicts words. */
    Optional<Written> goOn(Request request, Options options, Inspected before, Cancellation cancellation) {
        Inspection known = before.inspection();
        if (!inputs.goesOn(known.target())) {
            throw cant();
        }
        List<Token> tokens = known.tokens().subList(0, inputs.end(known.tokens()));
        if (!known.cuts().isEmpty() || tokens.size() >= model.dimensions().maxTokens()) {
            throw new UserException("The text fills all %,d tokens that the model takes: select less."
                    .formatted(model.dimensions().maxTokens()));
        }
        Trace past = before.heads().trace();
        int next = passes.checked(() -> Writer.likeliest(past));
        if (inputs.isEnd(next)) {
            return Optional.empty();
        }
        int segment = known.target().isPresent() ? 1 : 0;
        List<Integer> ids = tokens.stream()
                .filter(token -> token.segment() == segment)
                .map(Token::id)
                .toList();
        String added = tokenizer.added(ids, next);
        Request longer = longer(request, known, added);
        ModelInput modelInput = inputs.of(longer, cancellation);
        Window whole = modelInput.encoded().window(-1, Integer.MAX_VALUE);
        List<Token> asRead = modelInput.encoded().inDocuments(whole);
        List<Token> asWritten = withNext(tokens, next, segment, added, known);
        boolean same = asRead.stream()
                .map(Token::id)
                .toList()
                .equals(asWritten.stream().map(Token::id).toList());
        List<Token> now = same ? asRead : asWritten;
        Inspected longerText = inspected.run(
                modelInput,
                now,
                List.of(now.size() - 1),
                whole,
                known.takenOut(),
                tokens.size() == known.tokens().size() ? Optional.of(past) : Optional.empty(),
                trace -> segment == 1
                        ? known.blanks()
                        : List.of(BlankWords.of(modelInput.encoded(), 0, trace, 0, blankWords.predictor(options))
                                .at(now.size() - 1)),
                cancellation);
        return Optional.of(new Written(longerText, longer, added, !same));
    }

    /** The model does not write. */
    UserException cant() {
        return new UserException(
                model instanceof SequenceToSequence
                        ? "The text’s blanks are filled, so that nothing is written: give a text without blanks, or a target."
                        : "The model " + name + " fills blanks and can't go on with a text: choose one such as GPT-2.");
    }

    private static Request longer(Request request, Inspection known, String added) {
        if (known.target().isEmpty()) {
            return request.withText(known.text() + added);
        }
        String target = known.pair().orElse("") + added;
        return known.target().get() == Inspection.Target.GIVEN ? request.withPair(target) : request.written(target);
    }

    private List<Token> withNext(List<Token> tokens, int next, int segment, String added, Inspection known) {
        String before = segment == 0 ? known.text() : known.pair().orElse("");
        int from = before.length() + added.length() - added.stripLeading().length();
        int to = Math.max(from, before.length() + added.stripTrailing().length());
        Token last = tokens.get(tokens.size() - 1);
        boolean continues = from == before.length() && to > from && !last.special();
        List<Token> all = new ArrayList<>(tokens);
        all.add(tokenizer.written(next, new Span(from, to), segment, continues ? last.word() : last.word() + 1));
        return all;
    }

    /** {@link Inspector#write}. */
    Optional<String> write(Request request, int most, Consumer<String> tell, Cancellation cancellation) {
        if (!inputs.goesOn(
                model instanceof SequenceToSequence ? Optional.of(Inspection.Target.WRITTEN) : Optional.empty())) {
            return Optional.empty();
        }
        Input begun = inputs.begun(request, most);
        StringBuilder text = new StringBuilder();
        try (Writer writer = passes.writer(begun, cancellation)) {
            int given = begun.types().contains(1) ? begun.types().indexOf(1) : 0;
            int room = Math.min(most, model.dimensions().maxTokens() - begun.tokens());
            for (int count = 0; count < room; count++) {
                int next = passes.checked(writer::likeliest);
                if (inputs.isEnd(next)) {
                    break;
                }
                List<Integer> before = writer.input().ids();
                String more = tokenizer.added(before.subList(given, before.size()), next);
                tell.accept(more);
                text.append(more);
                if (count + 1 < room) {
                    writer.add(next, cancellation);
                }
            }
        }
        return Optional.of(text.toString());
    }
}
