package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.PositionTerm;
import java.util.List;

/**
 * Reads an inspection's heads one layer at a time, so that slow writers need not keep them in use: {@link Heads}, or an
 * open inspection that computes each layer on request. H heads, Q queries, K keys, d head size, V vocabulary.
 */
public interface Layers {
    /** Which layers and heads there are; whatever is of all heads is of these, in order. */
    Selection held();

    /** How many heads of a layer there are, H. */
    default int heads() {
        return held().heads().size();
    }

    /** The attentions, at most one of each kind. */
    List<AttentionShape> attentions();

    /** The attention of a layer: H matrices [Q, K], rows attend to columns. */
    List<Matrix> layer(AttentionKind kind, int layer);

    /** The attention of one head: [Q, K]. */
    Matrix head(AttentionKind kind, int layer, int head);

    /** The queries of a layer: H matrices [Q, d]. */
    List<Matrix> queries(AttentionKind kind, int layer);

    /** The keys of a layer: H matrices [K, d]. */
    List<Matrix> keys(AttentionKind kind, int layer);

    /**
     * Of disentangled attention, the keys or queries of a layer for distances: H matrices [2K − 1, d], by key − query + K −
     * 1.
     *
     * @param term one of {@link AttentionShape#terms}
     */
    List<Matrix> positions(AttentionKind kind, int layer, PositionTerm term);

    /** How many rows of logits are kept. */
    int logitRows();

    /** Some rows of logits: [to − from, V]. */
    Matrix logits(int from, int to);

    /** Size of the vocabulary, V. */
    int vocabulary();

    /**
     * The overview of all heads of an attention.
     *
     * @param cancellation checked between layers; throws to end it
     */
    Overview overview(AttentionKind kind, Cancellation cancellation);
}
