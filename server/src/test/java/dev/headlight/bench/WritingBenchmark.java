package dev.headlight.bench;

import dev.headlight.Cancellation;
import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.Trace;
import dev.headlight.model.Without;
import dev.headlight.model.Writer;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tokens a second that a model of a published shape writes after so many others, 64 of them. {@code keeping}: each looks at
 * the keys and values of those before. {@code again}: the whole text is computed again for each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class WritingBenchmark {
    private static final int WRITTEN = 64;

    @Param({"gpt2", "bart"})
    public String family;

    @Param({"64", "512"})
    public int tokens;

    @Param({"FLOAT32", "BFLOAT16"})
    public Precision precision;

    private Family model;
    private Input given;

    @Setup
    public void load() throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(FamiliesBenchmark.folder(family, Path.of("target/bench")))) {
            model = Family.load(checkpoint, torch, torch.kernels(precision));
        }
        List<Integer> ids = new Random(1).ints(tokens, 5, 16_000).boxed().toList();
        given = model instanceof SequenceToSequence both
                ? both.given(ids, both.decoding())
                : new Input(ids, Collections.nCopies(tokens, 0));
    }

    @Benchmark
    @OperationsPerInvocation(WRITTEN)
    public int keeping() {
        try (Writer writer = new Writer(model, given, Without.NOTHING, Cancellation.NEVER)) {
            for (int i = 1; i < WRITTEN; i++) {
                writer.add(writer.likeliest(), Cancellation.NEVER);
            }
            return writer.likeliest();
        }
    }

    @Benchmark
    @OperationsPerInvocation(WRITTEN)
    public int again() {
        Input text = given;
        int next = 0;
        for (int i = 0; i < WRITTEN; i++) {
            try (Trace trace = model.forward(text, new int[] {text.tokens() - 1}, Cancellation.NEVER)) {
                next = Writer.likeliest(trace);
                text = text.and(next);
            }
        }
        return next;
    }

    @TearDown
    public void close() {
        model.close();
    }
}
