package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.tokens.Token;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One of many texts, as a model reads it: for what its heads do, not for words. It is read as it stands, without blanks;
 * an encoder-decoder gets it as its own target. May be used on several threads at once.
 */
public final class Passage {
    private final List<Token> tokens;
    private final List<AttentionShape> attentions;
    private final Map<AttentionKind, AttentionShape> shapes = new EnumMap<>(AttentionKind.class);
    private final Map<AttentionKind, HeadPatterns.PatternKeys> patterns = new EnumMap<>(AttentionKind.class);

    Passage(List<Token> tokens, List<AttentionShape> attentions, Set<Integer> separators) {
        this.tokens = List.copyOf(tokens);
        this.attentions = List.copyOf(attentions);
        attentions.forEach(shape -> shapes.put(shape.kind(), shape));
        attentions.forEach(
                shape -> patterns.put(shape.kind(), HeadPatterns.PatternKeys.of(shape, this.tokens, separators)));
    }

    /** Its tokens, with spans in the text. */
    public List<Token> tokens() {
        return tokens;
    }

    /** Which of them attend to which. */
    public List<AttentionShape> attentions() {
        return attentions;
    }

    /** Its attention of a kind. */
    public AttentionShape shape(AttentionKind kind) {
        return shapes.get(kind);
    }

    /**
     * How much a head shows each pattern in it.
     *
     * @param attention [Q, K]
     * @return in the order of the patterns; NaN for those that it can't show
     */
    public double[] patterns(AttentionKind kind, int layer, Matrix attention) {
        return patterns.get(kind).measures(attention, shape(kind).masks().get(layer));
    }
}
