package dev.headlight.session;

import java.util.List;

/**
 * What somebody points at.
 *
 * @param layer the layer shown
 * @param heads the heads shown; their weights are averaged
 * @param tokens what is pointed at: a token, or the pieces of a word. What a word looks at is the mean over its pieces,
 *     what looks at it the sum
 * @param incoming whether it is asked who looks at it, not what it looks at
 */
public record Pointer(int layer, List<Integer> heads, List<Integer> tokens, boolean incoming) {
    public Pointer {
        heads = List.copyOf(heads);
        tokens = List.copyOf(tokens);
    }
}
