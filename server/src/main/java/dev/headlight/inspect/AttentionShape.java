package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.PositionTerm;
import dev.headlight.model.Mask;
import dev.headlight.model.Scores;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * One of the attentions of an inspection: which of its tokens attend to which, in how many layers. Each layer has a
 * matrix [Q, K] for each head.
 *
 * @param kind its kind; an inspection has at most one of each
 * @param queries the Q tokens that attend, as a range of the inspection's tokens
 * @param keys the K tokens that are attended to, likewise
 * @param masks what the tokens of each layer see, [L]
 * @param scores what is done to scores before their softmax, in all layers
 */
public record AttentionShape(AttentionKind kind, Span queries, Span keys, List<Mask> masks, Scores scores) {
    public AttentionShape {
        masks = List.copyOf(masks);
    }

    /** Of layers that are alike: each token sees all, or itself and those before it. */
    public static AttentionShape of(AttentionKind kind, Span queries, Span keys, int layers, boolean causal) {
        return new AttentionShape(kind, queries, keys, Collections.nCopies(layers, causal ? Mask.CAUSAL : Mask.NONE));
    }

    /** Where nothing is done to scores. */
    public AttentionShape(AttentionKind kind, Span queries, Span keys, List<Mask> masks) {
        this(kind, queries, keys, masks, Scores.PLAIN);
    }

    /** The same, with scores to which something is done. */
    public AttentionShape with(Scores other) {
        return new AttentionShape(kind, queries, keys, masks, other);
    }

    /** How many layers have it, L. */
    public int layers() {
        return masks.size();
    }

    /** Whether a token sees only itself and those before it. */
    public boolean causal() {
        return masks.get(0).causal();
    }

    /** Whether a query sees a key in a layer, by their places in it. */
    public boolean sees(int layer, int query, int key) {
        return masks.get(layer).sees(query, key);
    }

    /** For each layer, how many tokens away the farthest one is that a token sees; none where that is not limited. */
    public List<OptionalInt> reaches() {
        return masks.stream()
                .map(mask -> mask.reach() == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(mask.reach()))
                .toList();
    }

    /**
     * What goes into the softmax, by the places of a query and a key; disentangled terms are still to be added.
     *
     * @param product q·k/√d
     */
    public double score(int head, int query, int key, double product) {
        return scores.of(head, product, keys.start() + key - queries.start() - query);
    }

    /** c of c · tanh(q·k/√d / c), which scores are. */
    public OptionalDouble cap() {
        return scores.cap() == 0 ? OptionalDouble.empty() : OptionalDouble.of(scores.cap());
    }

    /** What is added to scores: for each head, by key − query + K − 1, [H][2K − 1]. */
    public Optional<List<float[]>> biases() {
        return Optional.ofNullable(scores.bias())
                .map(bias -> IntStream.range(0, bias.heads())
                        .mapToObj(head -> bias.of(head, keys.length()))
                        .toList());
    }

    /** The disentangled terms that are added to scores. */
    public List<PositionTerm> terms() {
        return scores.terms();
    }

    /** The tokens that attend. */
    public List<Token> queriesOf(List<Token> tokens) {
        return tokens.subList(queries.start(), queries.end());
    }

    /** The tokens that are attended to. */
    public List<Token> keysOf(List<Token> tokens) {
        return tokens.subList(keys.start(), keys.end());
    }
}
