package dev.headlight.inspect;

import ai.djl.ndarray.NDManager;
import dev.headlight.Cancellation;
import dev.headlight.model.Family;
import dev.headlight.model.Trace;
import dev.headlight.model.Without;
import dev.headlight.text.Reading;
import dev.headlight.tokens.Casing;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The words that a model predicts for a text's blanks, or for what follows it. */
final class BlankWords {
    private final Tokenizer tokenizer;
    private final Casing casing;
    private final Family model;
    private final CheckedPasses passes;

    BlankWords(Tokenizer tokenizer, Casing casing, Family model, CheckedPasses passes) {
        this.tokenizer = tokenizer;
        this.casing = casing;
        this.model = model;
        this.passes = passes;
    }

    Predictor predictor(Options options) {
        return new Predictor(tokenizer.vocabulary(), casing, options, model.causal());
    }

    /**
     * All blanks, in order: one pass for each group of nearby ones, usually a single one.
     *
     * @param cancellation asked between layers; throws to end the work
     */
    List<Blank> of(ModelInput modelInput, Predictor predictor, Cancellation cancellation) {
        EncodedRequest encoded = modelInput.encoded();
        int room = modelInput.room(model.dimensions().maxTokens());
        Map<Integer, Blank> found = new TreeMap<>();
        for (int i = 0; i < encoded.places().size(); i++) {
            if (!found.containsKey(i)) {
                Window window = encoded.window(encoded.places().get(i).token(), room);
                List<Integer> numbers = near(encoded, window, i, room);
                List<Token> kept =
                        window.kept().stream().map(encoded.tokens()::get).toList();
                List<Token> tokens = modelInput.given(kept);
                List<Integer> rows = numbers.stream()
                        .map(n -> modelInput.row(
                                kept,
                                window.kept().indexOf(encoded.places().get(n).token())))
                        .toList();
                try (Trace trace = passes.forward(CheckedPasses.input(tokens), rows, Without.NOTHING, cancellation)) {
                    for (int row = 0; row < rows.size(); row++) {
                        found.put(numbers.get(row), of(encoded, numbers.get(row), trace, row, predictor));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** The blanks that have enough context in a window around one of them. */
    private List<Integer> near(EncodedRequest encoded, Window window, int number, int room) {
        int center = encoded.places().get(number).token();
        return IntStream.range(number, encoded.places().size())
                .filter(i -> {
                    int token = encoded.places().get(i).token();
                    boolean all = window.cuts().isEmpty();
                    return all
                            || i == number
                            || token - center <= room / 4 && window.kept().contains(token);
                })
                .boxed()
                .toList();
    }

    /**
     * One blank, by a pass that is done.
     *
     * @param number of the place
     * @param row of the pass's logits
     */
    static Blank of(EncodedRequest encoded, int number, Trace trace, int row, Predictor predictor) {
        EncodedRequest.Place place = encoded.places().get(number);
        Reading reading = encoded.readings().get(place.segment());
        try (NDManager scope = trace.scope()) {
            float[] logits = trace.logits().get(scope, row).toFloatArray();
            List<Prediction> words = predictor.words(logits, reading, place);
            return new Blank(place.segment(), place.original(), words);
        }
    }
}
