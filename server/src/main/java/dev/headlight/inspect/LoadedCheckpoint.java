package dev.headlight.inspect;

import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.tokens.Casing;
import dev.headlight.tokens.Tokenizer;
import dev.headlight.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The parts of a checkpoint that an inspector uses; the inspector closes them.
 *
 * @param origins the files, settings and tensors that are used, and those ignored
 */
record LoadedCheckpoint(Tokenizer tokenizer, Casing casing, Family model, List<String> origins) {
    /**
     * Loads a checkpoint's folder.
     *
     * @param english a folder whose {@code casing.json}, if any, is used for English checkpoints without one
     * @throws UserException if part of it is missing, malformed or unsupported
     */
    static LoadedCheckpoint load(Path folder, Path english, Precision precision) {
        // read while libtorch starts, which takes half a second
        CompletableFuture<Tokenizer> reading = CompletableFuture.supplyAsync(() -> Tokenizer.load(folder));
        try {
            Torch torch = Torch.start();
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                return load(checkpoint, joined(reading), english, torch, precision);
            }
        } catch (RuntimeException e) {
            closed(reading);
            throw e;
        }
    }

    /** Waits for the other thread, so that no process ends while it unpacks libraries. */
    private static void closed(CompletableFuture<Tokenizer> reading) {
        reading.handle((tokenizer, failure) -> {
                    if (tokenizer != null) {
                        tokenizer.close();
                    }
                    return null;
                })
                .join();
    }

    private static Tokenizer joined(CompletableFuture<Tokenizer> reading) {
        try {
            return reading.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static LoadedCheckpoint load(
            Checkpoint checkpoint, Tokenizer tokenizer, Path english, Torch torch, Precision precision) {
        Path folder = checkpoint.folder();
        Casing casing = Casing.of(folder, tokenizer.vocabulary(), english);
        Family model = Family.load(checkpoint, torch, torch.kernels(precision));
        if (!model.causal() && tokenizer.special().mask().isEmpty()) {
            model.close();
            throw new UserException(folder + " has a tokenizer without a mask token: choose the"
                    + " checkpoint of a masked language model, such as BERT.");
        }
        return new LoadedCheckpoint(tokenizer, casing, model, origins(checkpoint, tokenizer));
    }

    private static List<String> origins(Checkpoint checkpoint, Tokenizer tokenizer) {
        List<String> origins = new ArrayList<>(tokenizer.origins());
        checkpoint
                .zeros()
                .forEach(name -> origins.add("zeros: " + name + ", which is missing, as transformers makes it"));
        checkpoint.ignored().forEach(name -> origins.add("not read: the tensor " + name));
        return List.copyOf(origins);
    }
}
