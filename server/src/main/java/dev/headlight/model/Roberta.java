package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019), as transformers' {@code models/roberta/modeling_roberta.py} computes it; so XLM-RoBERTa,
 * CamemBERT and CodeBERT. It is BERT, but positions are counted from behind the padding's id, and the masked-word head
 * has other names.
 */
final class Roberta {
    private Roberta() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("roberta");
        int padding = config.atLeastZero("pad_token_id", 1);
        int positions = config.positive("max_position_embeddings");
        if (positions <= padding + 1) {
            throw config.error("max_position_embeddings", "more than pad_token_id + 1");
        }
        int types = config.positive("type_vocab_size", 2);
        Dimensions dimensions = Dimensions.of(config, types, positions - padding - 1);
        int hidden = dimensions.hidden();
        float epsilon = Bert.epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon);
        Weights head = weights.at("lm_head");
        Embedding words = Bert.words(body, head.at("decoder"), Linear.tied(config), dimensions, hidden);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.from(padding), norm);
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                Bert.layers(body, config, dimensions, kernels),
                Block.NONE,
                head(head, config, hidden, epsilon, words, kernels));
    }

    private static Optional<PredictionHead> head(
            Weights head, Config config, int hidden, float epsilon, Embedding words, Kernels kernels) {
        if (!head.has("dense")) {
            return Optional.empty();
        }
        boolean tied = Linear.tied(config);
        NDArray bias = Linear.decoderBias(head, tied, (int) words.rows());
        return Optional.of(new PredictionHead(
                Linear.of(head.at("dense"), kernels, hidden, hidden, Activation.GELU),
                LayerNorm.of(head.at("layer_norm"), hidden, epsilon),
                Linear.decoder(head.at("decoder"), words.table(), bias, tied, kernels)));
    }
}
