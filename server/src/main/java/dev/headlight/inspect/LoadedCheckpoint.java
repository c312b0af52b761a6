package dev.headlight.inspect;

import dev.headlight.Precision;
import dev.headlight.Startup;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.tokens.Casing;
import dev.headlight.tokens.Tokenizer;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.FileHashes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The parts of a checkpoint that an inspector uses; the inspector closes them.
 *
 * @param folder where it was read
 * @param precision of linear layers, as it was asked for or follows from the checkpoint
 * @param origins the files, settings and tensors that are used, and those ignored
 * @param hashes of the files of weights
 * @param ends the tokens that end what the model writes
 */
record LoadedCheckpoint(
        Path folder,
        Tokenizer tokenizer,
        Casing casing,
        Family model,
        Precision precision,
        List<String> origins,
        FileHashes hashes,
        Set<Integer> ends) {
    /**
     * Loads a checkpoint's folder.
     *
     * @param english a folder whose {@code casing.json}, if any, is used for English checkpoints without one
     * @throws UserException if part of it is missing, malformed or unsupported
     */
    static LoadedCheckpoint load(Path folder, Path english, Precision precision) {
        // while libtorch starts and the weights are packed
        CompletableFuture<Reader> reading = CompletableFuture.supplyAsync(
                () -> Reader.of(folder, english), task -> new Thread(task, "tokenizer").start());
        Family model = null;
        try {
            Torch torch = Torch.start();
            Startup.reached("libtorch started");
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                Precision used = precision.of(checkpoint.isBfloat16());
                model = Family.load(checkpoint, torch, torch.kernels(used));
                Startup.reached("weights packed");
                return of(checkpoint, joined(reading), model, used);
            }
        } catch (RuntimeException e) {
            if (model != null) {
                model.close();
            }
            closed(reading);
            throw e;
        }
    }

    /** Reads a checkpoint's words, and writes them. */
    private record Reader(Tokenizer tokenizer, Casing casing) {
        static Reader of(Path folder, Path english) {
            Tokenizer tokenizer = Tokenizer.load(folder);
            try {
                Casing casing = Casing.of(folder, tokenizer.vocabulary(), english);
                Startup.reached("tokenizer read");
                return new Reader(tokenizer, casing);
            } catch (RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    /** Waits for the other thread, so that no process ends while it unpacks libraries. */
    private static void closed(CompletableFuture<Reader> reading) {
        reading.handle((reader, failure) -> {
                    if (reader != null) {
                        reader.tokenizer.close();
                    }
                    return null;
                })
                .join();
    }

    private static Reader joined(CompletableFuture<Reader> reading) {
        try {
            return reading.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static LoadedCheckpoint of(Checkpoint checkpoint, Reader reader, Family model, Precision precision) {
        boolean masked = !model.causal() && !(model instanceof SequenceToSequence);
        if (masked && reader.tokenizer.special().mask().isEmpty()) {
            throw new UserException(checkpoint.folder() + " has a tokenizer without a mask token: choose the"
                    + " checkpoint of a masked language model, such as BERT.");
        }
        return new LoadedCheckpoint(
                checkpoint.folder(),
                reader.tokenizer,
                reader.casing,
                model,
                precision,
                origins(checkpoint, reader.tokenizer),
                checkpoint.hashes(),
                ends(checkpoint, reader.tokenizer, model));
    }

    /** Those that the configuration names, else the tokenizer's; an encoder-decoder's also the one of its decoder. */
    private static Set<Integer> ends(Checkpoint checkpoint, Tokenizer tokenizer, Family model) {
        Set<Integer> named = checkpoint.config().ends();
        Set<Integer> ends = new HashSet<>(named.isEmpty() ? tokenizer.special().separators() : named);
        if (model instanceof SequenceToSequence both) {
            ends.add(both.decoding().end());
        }
        return Set.copyOf(ends);
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
