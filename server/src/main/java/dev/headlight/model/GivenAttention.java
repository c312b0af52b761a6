package dev.headlight.model;

import dev.headlight.PositionTerm;
import java.nio.FloatBuffer;

/**
 * Attention that was made elsewhere: L layers of H heads, each with a matrix [Q, K]. All numbers are finite. May be used
 * on any thread.
 */
public interface GivenAttention {
    int layers();

    int heads();

    /** How many tokens attend, Q. */
    int queries();

    /** How many are attended to, K. */
    int keys();

    /** Length of a query or key, d; 0 if there are none. */
    int headSize();

    /** The weights of some heads of a layer: [to − from, Q, K]. */
    FloatBuffer weights(int layer, int from, int to);

    /** The queries of a layer, [H, Q, d]; empty if there are none. */
    FloatBuffer query(int layer);

    /** The keys of a layer, [H, K, d]; empty if there are none. */
    FloatBuffer key(int layer);

    /** The keys or queries for distances of a layer, [H, 2K − 1, d]; empty if there are none. */
    FloatBuffer positions(int layer, PositionTerm term);
}
