package dev.headlight.model;

/**
 * The sizes of a model.
 *
 * @param layers how many layers
 * @param heads attention heads a layer
 * @param headSize length of a query or key of one head
 * @param vocabulary how many token ids there are
 * @param tokenTypes how many token types there are
 * @param maxTokens how many tokens a pass takes at most, special tokens counted
 */
public record Dimensions(int layers, int heads, int headSize, int vocabulary, int tokenTypes, int maxTokens) {
    public int hidden() {
        return heads * headSize;
    }
}
