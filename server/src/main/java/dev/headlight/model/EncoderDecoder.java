package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
    public Trace forward(
            Input input, int[] logitRows, Without without, Optional<Trace> past, Cancellation cancellation) {
        input.check(dimensions);
        without.check(extents(input), input.tokens());
        int count = sourceTokens(input);
        Optional<Trace> before = past.filter(known -> without.averaged().isEmpty());
        int first = before.map(known -> known.recorded(AttentionKind.DECODER).queries(0))
                .orElse(0);
        long[] rows =
                IntStream.of(logitRows).mapToLong(row -> row - count - first).toArray();
        if (LongStream.of(rows).anyMatch(row -> row < 0 || row >= input.tokens() - count - first)) {
            throw new IllegalArgumentException("a row of logits outside the target, or its new tokens");
        }
        Trace trace = new Trace(scope.newSubManager(), masks().keySet());
        try (NDManager passing = scope.newSubManager()) {
            List<Integer> written = input.ids().subList(count, input.tokens());
            List<Attention.Seen> seen = before.map(known -> readBefore(known, trace, passing))
                    .orElseGet(() -> read(input.ids().subList(0, count), without, trace, passing, cancellation));
            Pass own = new Pass(
                    passing,
                    AttentionKind.DECODER,
                    Optional.of(trace.recorded(AttentionKind.DECODER)),
                    written.size() - first,
                    count,
                    List.of(without),
                    before.map(known -> known.recorded(AttentionKind.DECODER)));
            Pass cross = new Pass(
                    passing,
                    AttentionKind.CROSS,
                    Optional.of(trace.recorded(AttentionKind.CROSS)),
                    written.size() - first,
                    0,
                    List.of(without),
                    before.map(known -> known.recorded(AttentionKind.CROSS)));
            NDArray y = decoded(written, first, seen, own, cross, passing, cancellation); // (T, D)
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
    private List<Attention.Seen> read(
            List<Integer> ids, Without without, Trace trace, NDManager passing, Cancellation cancellation) {
        Pass pass = new Pass(
                passing,
                AttentionKind.ENCODER,
                Optional.of(trace.recorded(AttentionKind.ENCODER)),
                ids.size(),
                0,
                List.of(without));
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

    /** The same of a pass that was before, whose arrays the trace shares. */
    private List<Attention.Seen> readBefore(Trace before, Trace trace, NDManager passing) {
        trace.recorded(AttentionKind.ENCODER).share(before.recorded(AttentionKind.ENCODER));
        PassStack cross = before.recorded(AttentionKind.CROSS);
        return IntStream.range(0, decoder.size())
                .mapToObj(layer -> cross.seen(layer, passing))
                .toList();
    }

    /** The decoder's pass of the target's tokens from one on: (T, D), in a scope. */
    private NDArray decoded(
            List<Integer> ids,
            int first,
            List<Attention.Seen> seen,
            Pass own,
            Pass cross,
            NDManager passing,
            Cancellation cancellation) {
        NDArray y = target.forward(untyped(ids), first, passing); // (T, D)
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
    public void close() {
        scope.close();
    }
}
