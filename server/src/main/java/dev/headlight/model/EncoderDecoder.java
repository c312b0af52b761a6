package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The passes of an encoder-decoder (Vaswani et al. 2017). S source tokens, T target tokens, D hidden size, V
 * vocabulary.
 *
 * @param scope holds the weights
 * @param dimensions layers of the larger stack; sizes of both
 * @param source [S] tokens to (S, D)
 * @param encoder (S, D) to (S, D) each
 * @param sourceNorm (S, D) to (S, D), after the last layer of the encoder
 * @param target [T] tokens to (T, D)
 * @param decoder (T, D) to (T, D) each
 * @param head (R, D) to (R, V), with the norm after the last layer of the decoder, if there is one; empty if the
 *     checkpoint has none
 */
record EncoderDecoder(
        NDManager scope,
        Dimensions dimensions,
        Decoding decoding,
        Filling filling,
        Embeddings source,
        List<Layer> encoder,
        Block sourceNorm,
        Embeddings target,
        List<DecoderLayer> decoder,
        Optional<? extends Block> head)
        implements SequenceToSequence {

    @Override
    public boolean predicts() {
        return head.isPresent();
    }

    @Override
    public Map<AttentionKind, List<Mask>> masks() {
        Map<AttentionKind, List<Mask>> masks = new EnumMap<>(AttentionKind.class);
        masks.put(
                AttentionKind.ENCODER,
                encoder.stream().map(layer -> layer.attention().mask()).toList());
        masks.put(
                AttentionKind.DECODER,
                decoder.stream().map(layer -> layer.own().mask()).toList());
        masks.put(
                AttentionKind.CROSS,
                decoder.stream().map(layer -> layer.cross().mask()).toList());
        return masks;
    }

    @Override
    public Scores scores(AttentionKind kind) {
        Attention attention = switch (kind) {
            case DECODER -> decoder.get(0).own();
            case CROSS -> decoder.get(0).cross();
            default -> encoder.get(0).attention();
        };
        return attention.scores();
    }

    @Override
    public Map<AttentionKind, Without.Extent> extents(Input input) {
        int count = sourceTokens(input);
        int written = input.tokens() - count;
        int heads = dimensions.heads();
        return Map.of(
                AttentionKind.ENCODER, new Without.Extent(encoder.size(), heads, count, count),
                AttentionKind.DECODER, new Without.Extent(decoder.size(), heads, written, written),
                AttentionKind.CROSS, new Without.Extent(decoder.size(), heads, written, count));
    }

    @Override
    public Variants variants(Input input, int row, Without without, Cancellation cancellation) {
        return new PairVariants(this, input, row, without, cancellation);
    }

    @Override
    public Trace forward(Input input, int[] logitRows, Without without, Cancellation cancellation) {
        input.check(dimensions);
        without.check(extents(input), input.tokens());
        int count = sourceTokens(input);
        long[] rows = IntStream.of(logitRows).mapToLong(row -> row - count).toArray();
        if (IntStream.of(logitRows).anyMatch(row -> row < count || row >= input.tokens())) {
            throw new IllegalArgumentException("a row of logits outside the target");
        }
        Trace trace = new Trace(scope.newSubManager(), masks().keySet());
        try (NDManager passing = scope.newSubManager()) {
            List<Integer> written = input.ids().subList(count, input.tokens());
            Pass reading = new Pass(
                    passing,
                    AttentionKind.ENCODER,
                    Optional.of(trace.recorded(AttentionKind.ENCODER)),
                    count,
                    0,
                    List.of(without));
            List<Attention.Seen> seen = read(input.ids().subList(0, count), reading, passing, cancellation);
            Pass own = new Pass(
                    passing,
                    AttentionKind.DECODER,
                    Optional.of(trace.recorded(AttentionKind.DECODER)),
                    written.size(),
                    count,
                    List.of(without));
            Pass cross = new Pass(
                    passing,
                    AttentionKind.CROSS,
                    Optional.of(trace.recorded(AttentionKind.CROSS)),
                    written.size(),
                    0,
                    List.of(without));
            NDArray y = decoded(written, seen, own, cross, passing, cancellation); // (T, D)
            if (rows.length > 0) {
                trace.keepLogits(head.orElseThrow().forward(Embedding.rows(y, rows, passing))); // (R, V)
            }
            return trace;
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    /** One text after another: what a text's decoder looks at is another length again. */
    @Override
    public void attend(List<Input> texts, Watcher watcher, Cancellation cancellation) {
        for (int number = 0; number < texts.size(); number++) {
            try (Trace trace = forward(texts.get(number), new int[0], cancellation)) {
                for (AttentionKind kind : masks().keySet()) {
                    AttentionStack stack = trace.stack(kind);
                    for (int layer = 0; layer < stack.layers(); layer++) {
                        try (NDManager passing = trace.scope()) {
                            NDArray weights = stack.weights(layer, passing); // (H, Q, K)
                            Trace.requireFinite(weights);
                            watcher.see(kind, layer, number, weights.expandDims(0));
                        }
                    }
                }
            }
        }
    }

    static int sourceTokens(Input input) {
        int count = input.types().indexOf(1);
        boolean divided = count > 0
                && IntStream.range(0, input.tokens())
                        .allMatch(i -> input.types().get(i) == (i < count ? 0 : 1));
        if (!divided) {
            throw new IllegalArgumentException("tokens of a source, then of a target, are expected");
        }
        return count;
    }

    /** The encoder's pass: its keys and values for each layer of the decoder, in a scope. */
    private List<Attention.Seen> read(List<Integer> ids, Pass pass, NDManager passing, Cancellation cancellation) {
        NDArray x = source.forward(untyped(ids), passing); // (S, D)
        for (int i = 0; i < encoder.size(); i++) {
            cancellation.check();
            x = encoder.get(i).forward(x, pass.all(), pass.step(i)); // (S, D)
        }
        return seen(x, 1);
    }

    /** What each layer of the decoder sees of the encoder's output, (C·S, D), in its scope. */
    List<Attention.Seen> seen(NDArray x, int copies) {
        NDArray normed = sourceNorm.forward(x);
        return decoder.stream().map(layer -> layer.cross().seen(normed, copies)).toList();
    }

    /** The decoder's pass: (T, D), in a scope. */
    private NDArray decoded(
            List<Integer> ids,
            List<Attention.Seen> seen,
            Pass own,
            Pass cross,
            NDManager passing,
            Cancellation cancellation) {
        NDArray y = target.forward(untyped(ids), passing); // (T, D)
        for (int i = 0; i < decoder.size(); i++) {
            cancellation.check();
            y = decoder.get(i).forward(y, seen.get(i), own.step(i), cross.step(i)); // (T, D)
        }
        return y;
    }

    private static Input untyped(List<Integer> ids) {
        return new Input(ids, Collections.nCopies(ids.size(), 0));
    }

    @Override
    public List<Integer> write(List<Integer> ids, int most, Cancellation cancellation) {
        untyped(ids).check(dimensions);
        List<Integer> given = new ArrayList<>(List.of(decoding.start()));
        decoding.first().ifPresent(given::add);
        untyped(given).check(dimensions);
        try (NDManager passing = scope.newSubManager()) {
            Pass reading = new Pass(passing, AttentionKind.ENCODER, Optional.empty(), ids.size());
            List<Attention.Seen> seen = read(ids, reading, passing, cancellation);
            while (given.size() <= most) {
                int next = next(given, seen, passing, cancellation);
                if (next == decoding.end()) {
                    break;
                }
                given.add(next);
            }
        }
        return List.copyOf(given.subList(1, given.size()));
    }

    /** The most likely next token. */
    private int next(List<Integer> given, List<Attention.Seen> seen, NDManager outer, Cancellation cancellation) {
        try (NDManager passing = outer.newSubManager()) {
            Pass own = new Pass(passing, AttentionKind.DECODER, Optional.empty(), given.size());
            Pass cross = new Pass(passing, AttentionKind.CROSS, Optional.empty(), given.size());
            NDArray y = decoded(given, seen, own, cross, passing, cancellation);
            NDArray last = Embedding.rows(y, new long[] {given.size() - 1L}, passing);
            NDArray logits = head.orElseThrow().forward(last);
            if (!Trace.isFinite(logits)) {
                throw new NotFiniteException();
            }
            return (int) logits.argMax().getLong();
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
