package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What causal models with layer normalization and a plain feed-forward part have in common.
 *
 * @param epsilon of all norms
 */
record Decoder(Build build, Dimensions dimensions, float epsilon) {

    Block norm(Weights norm) {
        return LayerNorm.of(norm, dimensions.hidden(), epsilon);
    }

    /** The layers below a name, each followed by its number. */
    List<Layer> layers(Weights body, String name, Function<Weights, Layer> layer) {
        return IntStream.range(0, dimensions.layers())
                .mapToObj(i -> layer.apply(body.at(name + "." + i)))
                .toList();
    }

    /** A linear layer between hidden states. */
    Linear square(Weights at, boolean biased) {
        return build.linear(at, dimensions.hidden(), dimensions.hidden(), Activation.NONE, biased);
    }

    /** Attention whose queries, keys and values are stacked in one tensor, group by group. */
    Attention grouped(Weights fused, boolean biased, int groups, Linear output, Rotary rotary, Scores scores) {
        int size = dimensions.headSize();
        int queries = dimensions.heads() / groups;
        int rows = groups * (queries + 2) * size;
        List<Linear> parts = Linear.grouped(
                fused.get("weight", rows, dimensions.hidden()),
                biased ? fused.bias("bias", rows) : fused.zeros(rows),
                groups,
                queries,
                size,
                build.kernels());
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                groups,
                parts.get(0),
                parts.get(1),
                parts.get(2),
                output,
                rotary,
                Mask.CAUSAL,
                scores);
    }

    FeedForward feedForward(Weights up, Weights down, int inner, Activation activation, boolean biased) {
        int hidden = dimensions.hidden();
        return new FeedForward(
                build.linear(up, hidden, inner, activation, biased),
                build.linear(down, inner, hidden, Activation.NONE, biased));
    }

    Transformer model(
            Embeddings embeddings, List<Layer> layers, Block norm, Embedding words, boolean tied, boolean biased) {
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                layers,
                norm,
                build.nextWordHead(words, tied && !build.config().classifies(), biased));
    }
}
