package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing compared with transformers' generate, see src/test/python/golden_writing.py, and with passes of whole texts. */
class WriterTest {
    private static final float TOLERANCE = 1e-4f;

    /** What transformers wrote. */
    private record Recorded(List<Integer> given, List<Integer> written, int end, List<Integer> ended) {
        static Recorded of(String name) throws IOException {
            return new Gson().fromJson(Files.readString(file(name)), Recorded.class);
        }

        static Path file(String name) {
            return Golden.folder(name).resolve("writing.json");
        }
    }

    private static Family load(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(Golden.folder(name))) {
            return Family.load(checkpoint, Torch.start(), Torch.start().kernels());
        }
    }

    static Stream<String> recorded() {
        return Golden.names().filter(name -> Files.exists(Recorded.file(name)));
    }

    private static Input given(Family model, List<Integer> ids) {
        return model instanceof SequenceToSequence both
                ? both.given(ids, both.decoding())
                : new Input(ids, Collections.nCopies(ids.size(), 0));
    }

    private static List<Integer> written(Writer writer, Set<Integer> ends, int most) {
        List<Integer> written = new ArrayList<>();
        while (written.size() < most) {
            int next = writer.likeliest();
            written.add(next);
            if (ends.contains(next)) {
                break;
            }
            writer.add(next, Cancellation.NEVER);
        }
        return written;
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#names")
    void whatAFamilyThatWritesWouldWriteIsRecorded(String name) {
        try (Family model = load(name)) {
            boolean writes = model.causal() || model instanceof SequenceToSequence;
            assertThat(Files.exists(Recorded.file(name))).isEqualTo(writes && model.predicts());
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void greedyTextEqualsThatOfTransformers(String name) throws IOException {
        Recorded recorded = Recorded.of(name);
        try (Family model = load(name)) {
            Input given = given(model, recorded.given());
            int forced = model instanceof SequenceToSequence
                    ? given.tokens() - recorded.given().size() - 1
                    : 0;
            List<Integer> expected =
                    recorded.written().subList(forced, recorded.written().size());
            List<Integer> ended =
                    recorded.ended().subList(forced, recorded.ended().size());
            try (Writer writer = new Writer(model, given, Without.NOTHING, Cancellation.NEVER)) {
                assertThat(written(writer, Set.of(), expected.size())).isEqualTo(expected);
            }
            try (Writer writer = new Writer(model, given, Without.NOTHING, Cancellation.NEVER)) {
                assertThat(written(writer, Set.of(recorded.end()), expected.size()))
                        .isEqualTo(ended);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void whatIsLookedAtWhileWritingIsWhatOnePassOfTheWholeTextShows(String name) throws IOException {
        try (Family model = load(name)) {
            Input given = given(model, Recorded.of(name).given());
            try (Writer writer = new Writer(model, given, Without.NOTHING, Cancellation.NEVER)) {
                written(writer, Set.of(), 12);
                compare(writer, model, Without.NOTHING);
            }
        }
    }

    private static void compare(Writer writer, Family model, Without without) {
        Input text = writer.input();
        try (Trace whole = model.forward(text, new int[] {text.tokens() - 1}, without, Cancellation.NEVER);
                NDManager scope = whole.scope()) {
            assertClose("logits", writer.trace().logits(), whole.logits());
            for (Map.Entry<AttentionKind, List<Mask>> of : model.masks().entrySet()) {
                AttentionStack one = writer.trace().stack(of.getKey());
                AttentionStack other = whole.stack(of.getKey());
                for (int layer = 0; layer < of.getValue().size(); layer++) {
                    assertClose("queries", one.query(layer), other.query(layer));
                    assertClose("keys", one.key(layer), other.key(layer));
                    assertClose("weights", one.weights(layer, scope), other.weights(layer, scope));
                    assertClose("norms", one.norms(layer, scope), other.norms(layer, scope));
                }
            }
            assertThat(writer.trace().bytes()).isEqualTo(whole.bytes());
        }
    }

    private static void assertClose(String what, NDArray found, NDArray expected) {
        assertThat(found.getShape()).as(what).isEqualTo(expected.getShape());
        float[] one = found.toFloatArray();
        float[] other = expected.toFloatArray();
        double worst = 0;
        for (int i = 0; i < one.length; i++) {
            worst = Math.max(worst, Math.abs(one[i] - other[i]));
        }
        assertThat(worst).as(what).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "bloom", "bart"})
    void whatIsTakenOutStaysOut(String name) throws IOException {
        try (Family model = load(name)) {
            AttentionKind kind = model.causal() ? AttentionKind.SELF : AttentionKind.DECODER;
            Input given = given(model, Recorded.of(name).given());
            Without some = Without.head(new Without.Head(kind, 0, 1))
                    .and(Without.feedForward(new Without.Sublayer(kind, 1)))
                    .and(Without.hiding(Set.of(1)))
                    .and(Without.edge(new Without.Edge(kind, 1, 0, 0, 0)));
            Without averaged = Without.averaging(new Without.Head(kind, 0, 1));
            for (Without without : List.of(some, averaged)) {
                try (Writer writer = new Writer(model, given, without, Cancellation.NEVER)) {
                    written(writer, Set.of(), 6);
                    compare(writer, model, without);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2", "bart"})
    void writingLeavesNoArrays(String name) throws IOException {
        try (Family model = load(name)) {
            Input given = given(model, Recorded.of(name).given());
            int before = 0;
            for (int i = 0; i < 4; i++) {
                try (Writer writer = new Writer(model, given, Without.NOTHING, Cancellation.NEVER)) {
                    written(writer, Set.of(), 8);
                }
                before = i == 0 ? managed() : before; // what is made once is made
            }
            assertThat(managed()).isEqualTo(before);
        }
    }

    /** Everything that lives below the root of all scopes. */
    private static int managed() {
        try (NDManager probe = Torch.start().manager()) {
            NDManager root = probe;
            while (root.getParentManager() != null) {
                root = root.getParentManager();
            }
            return root.getManagedArrays().size();
        }
    }

    @Test
    void aCancelledTokenIsNotWritten() throws IOException {
        try (Family model = load("gpt2");
                Writer writer = new Writer(
                        model, given(model, Recorded.of("gpt2").given()), Without.NOTHING, Cancellation.NEVER)) {
            Input before = writer.input();
            int next = writer.likeliest();
            AtomicInteger asked = new AtomicInteger();
            assertThatThrownBy(() -> writer.add(next, () -> {
                        if (asked.incrementAndGet() == 2) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(writer.input()).isEqualTo(before);
            assertThat(writer.likeliest()).isEqualTo(next);
        }
    }

    @Test
    void aModelThatFillsBlanksDoesNotGoOn() {
        try (Family model = load("bert");
                Writer writer = new Writer(model, given(model, List.of(2, 5, 6)), Without.NOTHING, () -> {})) {
            assertThatThrownBy(() -> writer.add(7, Cancellation.NEVER)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyRowsOfNewTokensHaveLogits() throws IOException {
        List<Integer> ids = Recorded.of("gpt2").given();
        try (Family model = load("gpt2");
                Trace past = model.forward(given(model, ids), new int[0], Cancellation.NEVER)) {
            Input longer = given(model, ids).and(5).and(6);
            int[] rows = IntStream.range(ids.size(), ids.size() + 2).toArray();
            Optional<Trace> begun = Optional.of(past);
            try (Trace two = model.forward(longer, rows, Without.NOTHING, begun, Cancellation.NEVER);
                    Trace whole = model.forward(longer, rows, Cancellation.NEVER)) {
                assertClose("logits of two tokens at once", two.logits(), whole.logits());
            }
            assertThatThrownBy(() -> model.forward(longer, new int[] {0}, Without.NOTHING, begun, Cancellation.NEVER))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
