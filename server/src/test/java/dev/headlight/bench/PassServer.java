package dev.headlight.bench;

import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.Trace;
import dev.headlight.weights.Checkpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Passes on demand, for versus_transformers.py: a line of token ids comes in, and the milliseconds of a pass over them,
 * queries and keys kept and one row of logits, go out.
 */
public final class PassServer {
    private static final int[] ONE_ROW = {1};

    private PassServer() {}

    public static void main(String[] arguments) throws IOException {
        Torch torch = Torch.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]));
                Family model = Family.load(
                        checkpoint, torch, torch.kernels(Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT))))) {
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<Integer> ids = Arrays.stream(line.strip().split(" "))
                        .map(Integer::valueOf)
                        .toList();
                Input input = new Input(ids, Collections.nCopies(ids.size(), 0));
                long begun = System.nanoTime();
                try (Trace trace = model.forward(input, ONE_ROW, () -> {})) {
                    System.out.println((System.nanoTime() - begun) / 1e6 + " " + trace.bytes());
                }
            }
        }
    }
}
