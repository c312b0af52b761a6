package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019), as transformers' {@code models/roberta/modeling_roberta.py} computes it; so XLM-RoBERTa,
 * CamemBERT and CodeBERT. It is BERT, but positions start after the padding's id, and the masked-word head
 * has other names.
 */
final class Roberta {
    static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "lm_head.dense", "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", Optional.of("lm_head.bias"));

    private Roberta() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("roberta");
        int padding = config.atLeastZero("pad_token_id", 1);
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = dimensions(config, padding, 2);
        int hidden = dimensions.hidden();
        float epsilon = Bert.epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon);
        Embedding words = Bert.words(build, body, HEAD.decoder(), dimensions, hidden);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.from(padding), norm);
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                Bert.layers(build, body, dimensions),
                Block.NONE,
                build.head(HEAD, words, hidden, hidden, Activation.GELU, epsilon));
    }

    /**
     * The sizes of a model whose positions start after its padding's id.
     *
     * @param types how many token types there are if the configuration doesn't say
     */
    static Dimensions dimensions(Config config, int padding, int types) {
        int positions = config.positive("max_position_embeddings");
        if (positions <= padding + 1) {
            throw config.error("max_position_embeddings", "more than pad_token_id + 1");
        }
        return Dimensions.of(config, config.positive("type_vocab_size", types), positions - padding - 1);
    }
}
