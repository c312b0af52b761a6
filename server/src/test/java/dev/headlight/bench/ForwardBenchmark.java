package dev.headlight.bench;

import dev.headlight.Precision;
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
 * A pass of a model of bert-base's size. {@code headlight}: queries and keys kept, one row of logits. {@code plain}: the
 * same as on a machine without oneDNN. {@code eager}: what transformers computes, in the same libtorch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 8, time = 1)
public class ForwardBenchmark {
    private static final Path FOLDER = Path.of("target/bench/bert-base");
    private static final int[] ONE_ROW = {1};

    @Param({"16", "64", "128", "512"})
    public int tokens;

    private Family packed;
    private Family narrow;
    private Family plain;
    private EagerBert eager;
    private Input input;
    private long[] ids;

    @Setup
    public void load() throws IOException {
        Torch torch = Torch.start();
        RandomCheckpoint.BERT_BASE.in(FOLDER);
        try (Checkpoint checkpoint = Checkpoint.open(FOLDER)) {
            packed = Family.load(checkpoint, torch, torch.kernels());
            narrow = Family.load(checkpoint, torch, torch.kernels(Precision.BFLOAT16));
            plain = Family.load(checkpoint, torch, torch.plainKernels());
            eager = new EagerBert(checkpoint, RandomCheckpoint.BERT_BASE);
        }
        List<Integer> random = new Random(1).ints(tokens, 5, 16_000).boxed().toList();
        input = new Input(random, Collections.nCopies(tokens, 0));
        ids = random.stream().mapToLong(Integer::longValue).toArray();
    }

    @Benchmark
    public long headlight() {
        return pass(packed);
    }

    @Benchmark
    public long bfloat16() {
        return pass(narrow);
    }

    @Benchmark
    public long plain() {
        return pass(plain);
    }

    @Benchmark
    public long eager() {
        return eager.pass(ids);
    }

    private long pass(Family model) {
        try (Trace trace = model.forward(input, ONE_ROW, () -> {})) {
            return trace.bytes();
        }
    }

    @TearDown
    public void close() {
        packed.close();
        narrow.close();
        plain.close();
        eager.close();
    }
}
