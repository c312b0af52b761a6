package dev.headlight.session;

import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody points at.
 *
 * @param layer the layer shown
 * @param heads the heads shown; their weights are averaged
 * @param tokens what is pointed at: a token, or the pieces of a word. What a word looks at is the mean over its pieces,
 *     what looks at it the sum
 * @param incoming whether the question is what looks at it, instead of what it looks at
 */
public record Pointer(int layer, List<Integer> heads, List<Integer> tokens, boolean incoming) {
    public Pointer {
        heads = List.copyOf(heads);
        tokens = List.copyOf(tokens);
    }

    /**
     * How strongly each token is looked at from here, or looks here: [T].
     *
     * @throws dev.headlight.inspect.OutOfRangeException where the inspection has no such layer, head or token
     */
    List<Float> weights(Heads of) {
        heads.forEach(head -> of.checkHead(layer, head));
        float[] weights = new float[of.tokens()];
        float share = 1f / (heads.size() * (incoming ? 1 : tokens.size()));
        for (int token : tokens) {
            Matrix byHead = incoming ? of.to(layer, token) : of.from(layer, token);
            for (int head : heads) {
                for (int other = 0; other < weights.length; other++) {
                    weights[other] += share * byHead.at(head, other);
                }
            }
        }
        List<Float> all = new ArrayList<>();
        for (float weight : weights) {
            all.add(weight);
        }
        return all;
    }
}
