package dev.headlight.model;

import dev.headlight.weights.Config;

/**
 * The sizes of a model.
 *
 * @param layers how many layers
 * @param heads attention heads a layer
 * @param headSize length of a query or key of one head
 * @param vocabulary how many token ids there are
 * @param tokenTypes how many token types there are; 0 if the model has none
 * @param maxTokens how many tokens a pass takes at most, special tokens counted: as many as the model can take, but no
 *     more than {@link #MOST_TOKENS}
 */
public record Dimensions(int layers, int heads, int headSize, int vocabulary, int tokenTypes, int maxTokens) {
    /** A head's attention has T² numbers: more can't be displayed usefully. */
    public static final int MOST_TOKENS = 1024;

    public Dimensions {
        maxTokens = Math.min(maxTokens, MOST_TOKENS);
    }

    /**
     * Reads the sizes of an encoder, by BERT's setting names.
     *
     * @param tokenTypes how many token types there are
     * @param maxTokens how many tokens have a position
     */
    static Dimensions of(Config config, int tokenTypes, int maxTokens) {
        int heads = config.positive("num_attention_heads");
        return new Dimensions(
                config.positive("num_hidden_layers"),
                heads,
                headSize(config, "num_attention_heads", "hidden_size"),
                config.positive("vocab_size"),
                tokenTypes,
                maxTokens);
    }

    /** How many heads of keys and values a setting says, or a default if it is missing; consecutive heads share one. */
    int keyHeads(Config config, String name, int otherwise) {
        int keyHeads = config.positive(name, otherwise);
        if (heads % keyHeads != 0) {
            throw config.error(name, "a divisor of num_attention_heads, " + heads);
        }
        return keyHeads;
    }

    /** The hidden size divided by the number of heads, which must divide it. */
    static int headSize(Config config, String headsName, String hiddenName) {
        int heads = config.positive(headsName);
        int hidden = config.positive(hiddenName);
        if (hidden % heads != 0) {
            throw config.error(headsName, "a divisor of " + hiddenName + ", " + hidden);
        }
        return hidden / heads;
    }

    /** Length of the queries of all heads. */
    public int hidden() {
        return heads * headSize;
    }
}
