package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.model.Dimensions;
import dev.headlight.model.GivenAttention;
import dev.headlight.model.Trace;
import dev.headlight.tokens.Token;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An inspection and its attention, which holds native memory until it is closed.
 *
 * @param inspection the inspection
 * @param heads its attention
 */
public record Inspected(Inspection inspection, Heads heads) implements AutoCloseable {
    /**
     * Attention that was made elsewhere.
     *
     * @param attentions those that the inspection has, by kind
     * @param separators ids of the tokens that end a text
     */
    public static Inspected given(
            Inspection inspection, Map<AttentionKind, GivenAttention> attentions, Set<Integer> separators) {
        Dimensions dimensions = new Dimensions(
                inspection.layers(), inspection.heads(), inspection.headSize(), 0, 0, Dimensions.MOST_TOKENS);
        return new Inspected(inspection, new Heads(Trace.given(attentions), dimensions, inspection, separators));
    }

    /**
     * What a head looks at from a place, the most first; nothing where its attention has no such query.
     *
     * @param most how many words at most
     */
    public List<WhyAnswer.Looked> looksAt(HeadEffect head, Blank from, int most) {
        return weights(head, from).map(all -> looksAt(all, head, most)).orElse(List.of());
    }

    /** The same of heads of one layer, and the pattern that each shows over the text. */
    public List<WhyAnswer.Looking> looking(List<HeadEffect> ofLayer, Blank from, int most) {
        HeadEffect first = ofLayer.get(0);
        List<HeadPatterns> patterns =
                heads.overview(first.kind(), Cancellation.NEVER).patterns().get(first.layer());
        Optional<Matrix> weights = weights(first, from);
        return ofLayer.stream()
                .map(head -> new WhyAnswer.Looking(
                        head,
                        weights.map(all -> looksAt(all, head, most)).orElse(List.of()),
                        patterns.get(head.head()).shown().stream().findFirst()))
                .toList();
    }

    /** The weights of all heads of a head's layer from a place, [H, K]. */
    private Optional<Matrix> weights(HeadEffect head, Blank from) {
        return heads.shape(head.kind()).queries().contains(from.token())
                ? Optional.of(heads.from(head.kind(), head.layer(), from.token()))
                : Optional.empty();
    }

    private List<WhyAnswer.Looked> looksAt(Matrix weights, HeadEffect head, int most) {
        AttentionShape shape = heads.shape(head.kind());
        List<Token> keys = shape.keysOf(inspection.tokens());
        return IntStream.range(0, keys.size())
                .boxed()
                .sorted(Comparator.comparingDouble(key -> -weights.at(head.head(), key)))
                .limit(most)
                .map(key -> new WhyAnswer.Looked(
                        inspection.asWritten(keys.get(key)), shape.keys().start() + key, weights.at(head.head(), key)))
                .toList();
    }

    @Override
    public void close() {
        heads.close();
    }
}
