package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Dimensions;
import dev.headlight.model.Family;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.Trace;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Passes over a text whose attention is kept as an inspection. If one fails, nothing of it stays in memory. */
final class InspectedPasses {
    private final String name;
    private final Origin origin;
    private final Tokenizer tokenizer;
    private final Family model;
    private final CheckedPasses passes;
    private final Inputs inputs;
    private final BlankWords blankWords;

    InspectedPasses(
            String name,
            Origin origin,
            Tokenizer tokenizer,
            Family model,
            CheckedPasses passes,
            Inputs inputs,
            BlankWords blankWords) {
        this.name = name;
        this.origin = origin;
        this.tokenizer = tokenizer;
        this.model = model;
        this.passes = passes;
        this.inputs = inputs;
        this.blankWords = blankWords;
    }

    /**
     * The inspection of a text or a pair, with the words of its blanks.
     *
     * @param everyLogit whether the logits of every token are kept
     * @param cancellation asked between layers; throws to end the work
     * @return to be closed by the caller
     */
    Inspected of(Request request, Options options, boolean everyLogit, Cancellation cancellation) {
        ModelInput modelInput = inputs.of(request, cancellation);
        EncodedRequest encoded = modelInput.encoded();
        List<Integer> blankTokens =
                encoded.places().stream().map(EncodedRequest.Place::token).toList();
        int focus = blankTokens.isEmpty() ? -1 : blankTokens.get(0);
        int room = modelInput.room(model.dimensions().maxTokens());
        Window window = encoded.window(focus, room);
        List<Token> shown = encoded.inDocuments(window);
        List<Token> tokens = modelInput.given(shown);
        boolean onePass = model.predicts() && encoded.tokens().size() <= room;
        List<Integer> kept = window.kept();
        List<Integer> blankRows = blankTokens.stream()
                .map(i -> kept.contains(i) ? modelInput.row(shown, kept.indexOf(i)) : -1)
                .toList();
        List<Integer> rows = everyLogit ? written(tokens) : onePass ? rows(blankRows, tokens, modelInput) : List.of();
        TakenOut out = request.takenOut().of(tokens, inputs.attentions(tokens), inputs.mask());
        if (!onePass && model.predicts() && !out.isNothing()) {
            throw new UserException("Nothing can be taken out of a text that is too long for the model: select less.");
        }
        Predictor predictor = blankWords.predictor(options);
        return run(
                modelInput,
                tokens,
                rows,
                window,
                out,
                Optional.empty(),
                trace -> {
                    List<Blank> blanks = List.of();
                    if (onePass) {
                        blanks = IntStream.range(0, blankTokens.size())
                                .mapToObj(i ->
                                        BlankWords.of(encoded, i, trace, rows.indexOf(blankRows.get(i)), predictor))
                                .toList();
                    } else if (model.predicts()) {
                        blanks = blankWords.of(modelInput, predictor, cancellation);
                    }
                    List<Blank> placed = new ArrayList<>();
                    for (int i = 0; i < blanks.size(); i++) {
                        placed.add(blanks.get(i).at(blankRows.get(i)));
                    }
                    return placed;
                },
                cancellation);
    }

    /** Those of blanks; where the model can go on, the last is that of the last token. */
    private List<Integer> rows(List<Integer> blankRows, List<Token> tokens, ModelInput modelInput) {
        if (!inputs.goesOn(modelInput.target())) {
            return blankRows;
        }
        List<Integer> rows = new ArrayList<>(blankRows);
        Integer last = inputs.end(tokens) - 1;
        rows.remove(last);
        rows.add(last);
        return rows;
    }

    /** The rows that have logits: all, or those of an encoder-decoder's decoder. */
    private List<Integer> written(List<Token> tokens) {
        int first = model instanceof SequenceToSequence ? ModelInput.sourceTokens(tokens) : 0;
        return IntStream.range(first, tokens.size()).boxed().toList();
    }

    /**
     * One pass.
     *
     * @param tokens what the model is given, of {@code modelInput}
     * @param rows those that have logits
     * @param out what is taken out
     * @param past the pass before, of a text that goes on
     * @param blanks finds the blanks of the inspection
     * @return to be closed by the caller
     */
    Inspected run(
            ModelInput modelInput,
            List<Token> tokens,
            List<Integer> rows,
            Window window,
            TakenOut out,
            Optional<Trace> past,
            Function<Trace, List<Blank>> blanks,
            Cancellation cancellation) {
        List<AttentionShape> attentions = inputs.attentions(tokens);
        Dimensions of = model.dimensions();
        Trace trace = passes.forward(
                out.in(CheckedPasses.input(tokens), inputs.mask()), rows, out.without(attentions), past, cancellation);
        try {
            Inspection inspection = new Inspection(
                    name,
                    origin,
                    of.layers(),
                    of.heads(),
                    of.headSize(),
                    attentions,
                    modelInput.text(),
                    modelInput.pair(),
                    tokens,
                    window.cuts(),
                    blanks.apply(trace),
                    modelInput.target(),
                    modelInput.language(),
                    modelInput.encoded().isCleaned(),
                    out,
                    Selection.all(of.layers(), of.heads()));
            Set<Integer> separators = tokenizer.special().separators();
            return new Inspected(inspection, new Heads(trace, of, inspection, separators));
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }
}
