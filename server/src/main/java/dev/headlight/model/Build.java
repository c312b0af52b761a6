package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * What a family builds its model from. R rows, D hidden size, E embedding size, V vocabulary.
 *
 * @param config the checkpoint's configuration
 * @param weights the checkpoint's tensors
 * @param kernels compute linear layers and attention
 * @param scope the weights live in it
 */
record Build(Config config, Weights weights, Kernels kernels, NDManager scope) {

    /** A linear layer with a bias. */
    Linear linear(Weights at, int in, int out, Activation activation) {
        return linear(at, in, out, activation, true);
    }

    /** A linear layer; the family or its configuration says whether it has a bias. */
    Linear linear(Weights at, int in, int out, Activation activation, boolean biased) {
        return Linear.of(at, kernels, in, out, activation, biased);
    }

    /** The activation that a setting of the configuration names. */
    Activation activation(String name, String otherwise) {
        return FeedForward.activation(config, name, otherwise);
    }

    /** Whether the configuration ties the prediction head's weight to the word embeddings; it does by default. */
    boolean tied() {
        return Linear.tied(config);
    }

    /**
     * A masked-word head by its tensors; none if the checkpoint does not hold it.
     *
     * @param size E
     */
    Optional<PredictionHead> head(
            PredictionHead.Names names, Embedding words, int hidden, int size, Activation activation, float epsilon) {
        if (!weights.has(names.presence())) {
            return Optional.empty();
        }
        return Optional.of(new PredictionHead(
                linear(weights.at(names.dense()), hidden, size, activation),
                LayerNorm.of(weights.at(names.norm()), size, epsilon),
                Linear.decoder(weights.at(names.decoder()), words.table(), bias(names, words), tied(), kernels)));
    }

    /** The bias (V) of a head, which some families tie to a tensor of another name. */
    private NDArray bias(PredictionHead.Names names, Embedding words) {
        int vocabulary = (int) words.rows();
        return names.tiedBias()
                .filter(other -> tied() && !weights.has(names.decoder() + ".bias") && weights.has(other))
                .map(other -> weights.get(other, vocabulary))
                .orElseGet(() -> weights.at(names.decoder()).bias("bias", vocabulary));
    }

    /**
     * The head of a model that predicts what follows: {@code lm_head}, without a bias. None if words are not tied and
     * the checkpoint holds no such head: it is one of the stack alone.
     */
    Optional<Linear> nextWordHead(Embedding words, boolean tied) {
        return nextWordHead(words, tied, false);
    }

    /** The same, with or without a bias. */
    Optional<Linear> nextWordHead(Embedding words, boolean tied, boolean biased) {
        return nextWordHead(weights.at("lm_head"), words, tied, biased);
    }

    /** The same, of another name. */
    Optional<Linear> nextWordHead(Weights head, Embedding words, boolean tied, boolean biased) {
        if (!tied && !head.has("weight")) {
            return Optional.empty();
        }
        int vocabulary = (int) words.rows();
        NDArray bias = biased ? head.bias("bias", vocabulary) : weights.zeros(vocabulary);
        return Optional.of(Linear.decoder(head, words.table(), bias, tied, kernels));
    }
}
