package dev.headlight.model;

import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.weights.Checkpoint;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A loaded model of one family. A family names its tensors and its differences; the blocks are shared. Passes of one
 * model run one after another, on any thread.
 */
public sealed interface Family extends AutoCloseable permits Bert {

    /**
     * Loads the model of a checkpoint.
     *
     * @throws dev.headlight.UserException where the family isn't known, or a tensor or setting is not as it should be
     */
    static Family load(Checkpoint checkpoint, Torch torch, Kernels kernels) {
        String type = checkpoint.config().string("model_type");
        return switch (type) {
            case "bert" -> Bert.load(checkpoint, torch, kernels);
            default -> throw checkpoint.config().error("model_type", "bert, the one family that this version runs");
        };
    }

    /** The values of {@code model_type} that {@link #load} knows. */
    static List<String> types() {
        return List.of("bert");
    }

    Dimensions dimensions();

    /** Whether the checkpoint holds the head that turns hidden states into words. */
    boolean predicts();

    /**
     * One pass.
     *
     * @param input tokens, checked here before native code sees them
     * @param logitRows the positions to compute logits at; only {@link #predicts} models may be asked for any
     * @param stillWanted called between layers; throws {@link CancellationException} to end the pass
     * @return queries, keys and logits, to be closed by the caller
     */
    Trace forward(Input input, int[] logitRows, Runnable stillWanted);

    @Override
    void close();
}
