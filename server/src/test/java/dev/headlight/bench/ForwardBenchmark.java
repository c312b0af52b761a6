package dev.headlight.bench;

import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.Trace;
import dev.headlight.testing.RandomCheckpoint;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A pass of a model of bert-base's size, queries and keys kept, one row of logits. {@code packed} against {@code plain}
 * shows what the laid-out weights bring.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 6, time = 1)
public class ForwardBenchmark {
    private static final int[] ONE_ROW = {1};

    @Param({"16", "64", "128", "512"})
    public int tokens;

    @Param({"packed", "plain"})
    public String linear;

    private Family model;
    private Input input;

    @Setup
    public void load() throws IOException {
        Torch torch = Torch.start();
        Kernels kernels = linear.equals("packed") ? torch.kernels() : torch.plainKernels();
        Path folder = RandomCheckpoint.BERT_BASE.in(Path.of("target/bench/bert-base"));
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            model = Family.load(checkpoint, torch, kernels);
        }
        List<Integer> ids = new Random(1).ints(tokens, 5, 16_000).boxed().toList();
        input = new Input(ids, Collections.nCopies(tokens, 0));
    }

    @Benchmark
    public long pass() {
        try (Trace trace = model.forward(input, ONE_ROW, () -> {})) {
            return trace.bytes();
        }
    }

    @TearDown
    public void close() {
        model.close();
    }
}
