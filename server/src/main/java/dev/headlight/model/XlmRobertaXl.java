package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * XLM-RoBERTa XL and XXL (Goyal et al. 2021), as transformers' {@code
 * models/xlm_roberta_xl/modeling_xlm_roberta_xl.py} computes them: RoBERTa with norms first.
 */
final class XlmRobertaXl {
    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
            "attention.self_attn_layer_norm",
            List.of("intermediate.dense", "output.dense"),
            "LayerNorm");

    private XlmRobertaXl() {}

    static Family build(Build build) {
        Config config = build.config();
        config.requireOff("is_decoder");
        Weights body = build.weights().below("roberta");
        int padding = config.atLeastZero("pad_token_id", 1);
        Dimensions dimensions = Roberta.dimensions(config, padding, 1);
        int hidden = dimensions.hidden();
        float epsilon = config.epsilon("layer_norm_eps", 1e-5);
        Embedding words = Bert.words(build, body, Roberta.HEAD.decoder(), dimensions, hidden);
        Bert.PostNorm layer = new Bert.PostNorm(
                NAMES,
                dimensions,
                config.positive("intermediate_size"),
                epsilon,
                build.activation("hidden_act", "gelu"));
        return new Transformer(
                build.scope(),
                dimensions,
                Bert.embeddings(
                        body,
                        words,
                        dimensions,
                        config.positive("max_position_embeddings"),
                        Embeddings.Counting.from(padding),
                        Block.NONE),
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i ->
                                layer.of(build, body.at("encoder.layer." + i)).withNormsFirst())
                        .toList(),
                LayerNorm.of(body.at("encoder.LayerNorm"), hidden, epsilon),
                build.head(Roberta.HEAD, words, hidden, hidden, Activation.GELU, epsilon));
    }
}
