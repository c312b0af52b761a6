package dev.headlight.inspect;

import dev.headlight.AttentionKind;

/** Sees what the heads of a model do in many texts. */
@FunctionalInterface
public interface HeadVisitor {
    /**
     * A head and a text.
     *
     * @param text the number of the text
     * @param attention [Q, K], each row a distribution over keys
     */
    void visit(AttentionKind kind, int layer, int head, int text, Matrix attention);
}
