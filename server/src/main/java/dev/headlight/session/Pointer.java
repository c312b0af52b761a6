package dev.headlight.session;

import java.util.List;

/**
 * What somebody points at.
 *
 * @param layer the layer shown
 * @param heads the heads shown; their weights are averaged
 * @param token the token pointed at
 * @param incoming whether it is asked who looks at it, not what it looks at
 */
public record Pointer(int layer, List<Integer> heads, int token, boolean incoming) {
    public Pointer {
        heads = List.copyOf(heads);
    }
}
