package dev.headlight.inspect;

import dev.headlight.Cancellation;
import java.util.List;

/**
 * What can be read of an inspection's heads, a layer at a time, so that whoever writes slowly need not hold on to them:
 * {@link Heads}, or an open inspection that asks for them anew each time. T tokens, H heads, d head size, V vocabulary.
 */
public interface Layers {
    /** How many layers there are. */
    int layers();

    /** How many heads a layer has, H. */
    int heads();

    /** Attention of a layer: H matrices [T, T], rows attend to columns. */
    List<Matrix> layer(int layer);

    /** Queries of a layer: H matrices [T, d]. */
    List<Matrix> queries(int layer);

    /** Keys of a layer: H matrices [T, d]. */
    List<Matrix> keys(int layer);

    /** What the target tokens of an encoder-decoder look at its source with, in a layer: H matrices [T, d]. */
    List<Matrix> crossQueries(int layer);

    /** What its source tokens are looked at by: H matrices [S, d]. */
    List<Matrix> crossKeys(int layer);

    /** How many rows of logits are kept. */
    int logitRows();

    /** Some rows of logits: [to − from, V]. */
    Matrix logits(int from, int to);

    /** Size of the vocabulary, V. */
    int vocabulary();

    /**
     * All heads at a glance.
     *
     * @param cancellation asked between layers; throws to end it
     */
    Overview overview(Cancellation cancellation);
}
