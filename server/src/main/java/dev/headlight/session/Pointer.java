package dev.headlight.session;

import dev.headlight.AttentionKind;
import dev.headlight.OutOfRangeException;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the user points at in a view.
 *
 * @param kind the attention shown
 * @param layer the layer shown
 * @param heads the heads shown; their weights are averaged
 * @param tokens the tokens pointed at: one, or the pieces of a word. What a word attends to is the mean over its pieces,
 *     what attends to it the sum
 * @param incoming whether to find what attends to them, instead of what they attend to
 */
public record Pointer(AttentionKind kind, int layer, List<Integer> heads, List<Integer> tokens, boolean incoming) {
    public Pointer {
        heads = List.copyOf(heads);
        tokens = List.copyOf(tokens);
    }

    /**
     * How strongly each of the inspection's tokens is attended to from here, or attends to here: [T]; 0 for those that
     * have no part in this attention.
     *
     * @throws dev.headlight.OutOfRangeException if the inspection has no such attention, layer, head or token
     */
    List<Float> weights(Heads of) {
        if (heads.size() > of.heads() || tokens.size() > of.tokens()) {
            throw new OutOfRangeException("number of heads or tokens");
        }
        heads.forEach(head -> of.checkHead(kind, layer, head));
        AttentionShape shape = of.shape(kind);
        int first = (incoming ? shape.queries() : shape.keys()).start();
        float[] weights = new float[of.tokens()];
        if (heads.isEmpty() || tokens.isEmpty()) {
            return Collections.nCopies(weights.length, 0f);
        }
        float share = 1f / (heads.size() * (incoming ? 1 : tokens.size()));
        Matrix byHead = incoming ? of.to(kind, layer, tokens) : of.from(kind, layer, tokens);
        for (int head : heads) {
            int place = of.held().heads().indexOf(head);
            for (int other = 0; other < byHead.columns(); other++) {
                weights[first + other] += share * byHead.at(place, other);
            }
        }
        List<Float> all = new ArrayList<>();
        for (float weight : weights) {
            all.add(weight);
        }
        return all;
    }
}
