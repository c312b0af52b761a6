package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.Cancellation;
import java.util.List;

/**
 * One text and one place in it, whose variants are computed exactly, each by running the model again: the same tokens
 * with something taken out, or other tokens. The input of each layer is kept, so that a variant runs only from the first
 * layer that it changes, and several run at once as copies in one batch. Holds native memory until it is closed. C
 * variants, L layers, V vocabulary.
 */
public interface Variants extends AutoCloseable {
    /**
     * A variant.
     *
     * @param input as many tokens as the text has, of the same types
     * @param without what is taken out
     */
    record Variant(Input input, Without without) {}

    /** A variant of one of several texts. */
    record Of(Variants text, Variant variant) {}

    /** The logits at the place as it is: float32 (1, V), valid while this is open. */
    NDArray logits();

    /**
     * The logits at the place for each variant, in their order.
     *
     * @param cancellation checked between layers
     * @return float32 (C, V), in the scope given
     * @throws dev.headlight.OutOfRangeException if something to take out does not exist
     */
    default NDArray logits(List<Variant> variants, NDManager scope, Cancellation cancellation) {
        return logitsOf(variants.stream().map(variant -> new Of(this, variant)).toList(), scope, cancellation);
    }

    /**
     * The same for variants of several texts of one model. Those of texts of as many tokens run at once.
     *
     * @return float32 (C, V), in the scope given
     */
    static NDArray logitsOf(List<Of> variants, NDManager scope, Cancellation cancellation) {
        return Batches.run(variants, scope, cancellation);
    }

    /**
     * What the prediction head makes of the place's hidden state before the first layer and after each: the logit lens
     * (nostalgebraist 2020). The norm before the head, if a model has one, is applied to each.
     *
     * @return float32 (L + 1, V), in the scope given; of an encoder-decoder, the layers of its decoder
     */
    NDArray lens(NDManager scope);

    /** The text that it was made of. */
    Input input();

    @Override
    void close();
}
