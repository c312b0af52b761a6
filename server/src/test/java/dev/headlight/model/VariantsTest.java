package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.engine.Torch;
import dev.headlight.model.Variants.Variant;
import dev.headlight.model.Without.Edge;
import dev.headlight.model.Without.Head;
import dev.headlight.model.Without.Sublayer;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes with interventions, compared with the same ones in transformers (golden_effects.py). */
@Tag("slow")
class VariantsTest {
    private static final double TOLERANCE = 1e-4;

    /** effects.json as golden_effects.py writes it. */
    private record Recorded(
            @com.google.gson.annotations.SerializedName("case")
            int number,

            int row,
            List<Integer> words,
            List<Double> logp,
            List<Change> changes,
            List<List<Double>> lens) {

        static Recorded of(Golden golden) {
            try {
                return new Gson().fromJson(Files.readString(golden.folder().resolve("effects.json")), Recorded.class);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A change and log p of the two words after it; what it doesn't name is null. */
    private record Change(
            List<Place> heads,
            List<Place> averaged,
            List<Place> edges,
            List<Place> attention,
            List<Place> feedForward,
            List<Integer> hidden,
            List<Integer> ids,
            List<Double> logp) {

        Variant of(Input input) {
            Without without = new Without(
                    hidden == null ? Set.of() : Set.copyOf(hidden),
                    all(heads).map(Place::asHead).collect(Collectors.toSet()),
                    all(averaged).map(Place::asHead).collect(Collectors.toSet()),
                    all(edges).map(Place::asEdge).collect(Collectors.toSet()),
                    all(attention).map(Place::asSublayer).collect(Collectors.toSet()),
                    all(feedForward).map(Place::asSublayer).collect(Collectors.toSet()));
            return new Variant(ids == null ? input : new Input(ids, input.types()), without);
        }

        private static Stream<Place> all(List<Place> places) {
            return places == null ? Stream.of() : places.stream();
        }
    }

    private record Place(String kind, int layer, int head, int query, int key) {
        AttentionKind attention() {
            return AttentionKind.valueOf(kind.toUpperCase(Locale.ROOT));
        }

        Head asHead() {
            return new Head(attention(), layer, head);
        }

        Edge asEdge() {
            return new Edge(attention(), layer, head, query, key);
        }

        Sublayer asSublayer() {
            return new Sublayer(attention(), layer);
        }
    }

    static Stream<Golden> goldens() {
        return Stream.concat(Golden.all(), Golden.pairs());
    }

    private interface Check {
        void run(Family model, Input input, Variants variants, Recorded recorded, NDManager scope);
    }

    private static void with(Golden golden, Check check) {
        Recorded recorded = Recorded.of(golden);
        Golden.Case at = golden.cases().get(recorded.number());
        Input input = new Input(at.ids(), at.tokenTypes());
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model =
                        Family.load(checkpoint, Torch.start(), Torch.start().kernels());
                Variants variants = model.variants(input, recorded.row(), Without.NOTHING, Cancellation.NEVER);
                NDManager scope = Torch.start().manager()) {
            check.run(model, input, variants, recorded, scope);
        }
    }

    private static List<List<Double>> logp(NDArray logits, List<Integer> words) {
        List<List<Double>> all = new ArrayList<>();
        float[] values = logits.toFloatArray();
        int vocabulary = (int) logits.getShape().get(1);
        for (int row = 0; row < values.length / vocabulary; row++) {
            int begin = row * vocabulary;
            double most = IntStream.range(0, vocabulary)
                    .mapToDouble(i -> values[begin + i])
                    .max()
                    .orElseThrow();
            double sum = IntStream.range(0, vocabulary)
                    .mapToDouble(i -> Math.exp(values[begin + i] - most))
                    .sum();
            all.add(words.stream()
                    .map(word -> values[begin + word] - most - Math.log(sum))
                    .toList());
        }
        return all;
    }

    private static void assertClose(List<Double> found, List<Double> expected, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i)).as(what).isCloseTo(expected.get(i), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void effectsEqualThoseOfTransformers(Golden golden) {
        with(golden, (model, input, variants, recorded, scope) -> {
            List<Variant> all =
                    recorded.changes().stream().map(change -> change.of(input)).toList();
            List<List<Double>> found = logp(variants.logits(all, scope, Cancellation.NEVER), recorded.words());
            assertClose(logp(variants.logits(), recorded.words()).get(0), recorded.logp(), "as it is");
            for (int i = 0; i < all.size(); i++) {
                assertClose(
                        found.get(i),
                        recorded.changes().get(i).logp(),
                        String.valueOf(recorded.changes().get(i)));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theLogitLensEqualsThatOfTransformers(Golden golden) {
        with(golden, (model, input, variants, recorded, scope) -> {
            List<List<Double>> found = logp(variants.lens(scope), recorded.words());
            assertThat(found).hasSameSizeAs(recorded.lens());
            for (int i = 0; i < found.size(); i++) {
                assertClose(found.get(i), recorded.lens().get(i), "layer " + i);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aBatchEqualsSeparatePasses(Golden golden) {
        with(golden, (model, input, variants, recorded, scope) -> {
            List<Variant> all =
                    recorded.changes().stream().map(change -> change.of(input)).toList();
            float[] batch = variants.logits(all, scope, Cancellation.NEVER).toFloatArray();
            for (int i = 0; i < all.size(); i++) {
                try (Trace trace = model.forward(
                        all.get(i).input(),
                        new int[] {recorded.row()},
                        all.get(i).without(),
                        Cancellation.NEVER)) {
                    float[] one = trace.logits().toFloatArray();
                    for (int word = 0; word < one.length; word++) {
                        assertThat(batch[i * one.length + word])
                                .as("%s", recorded.changes().get(i))
                                .isCloseTo(one[word], within(1e-5f * Math.max(1, Math.abs(one[word]))));
                    }
                }
            }
        });
    }

    private static final AttentionKind SELF = AttentionKind.SELF;

    private static List<Double> difference(Variants variants, NDManager scope, Without... changes) {
        List<Variant> all = Stream.of(changes)
                .map(change -> new Variant(variants.input(), change))
                .toList();
        float[] changed = variants.logits(all, scope, Cancellation.NEVER).toFloatArray();
        float[] plain = variants.logits().toFloatArray();
        return IntStream.range(0, changes.length)
                .mapToObj(i -> IntStream.range(0, plain.length)
                        .mapToDouble(word -> Math.abs(changed[i * plain.length + word] - plain[word]))
                        .max()
                        .orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void removingNothingChangesNothing(Golden golden) {
        with(
                golden,
                (model, input, variants, recorded, scope) ->
                        assertThat(difference(variants, scope, Without.NOTHING)).containsExactly(0.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2"})
    void hidingATokenThatTheRowCannotSeeChangesNothing(String family) {
        Golden golden = Golden.of(family);
        Golden.Case at = golden.cases().get(0);
        Input input = new Input(at.ids(), at.tokenTypes());
        int row = input.tokens() / 2;
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model =
                        Family.load(checkpoint, Torch.start(), Torch.start().kernels());
                Variants variants = model.variants(input, row, Without.NOTHING, Cancellation.NEVER);
                NDManager scope = Torch.start().manager()) {
            assertThat(difference(variants, scope, Without.hiding(Set.of(row + 1, row + 2))))
                    .allSatisfy(by -> assertThat(by).isLessThan(1e-5));
            assertThat(difference(variants, scope, Without.hiding(Set.of(row - 1))))
                    .allSatisfy(by -> assertThat(by).isGreaterThan(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2", "modernbert"})
    void aRowWithOneEdgeLeftAttendsOnlyThere(String family) {
        with(Golden.of(family), (model, input, variants, recorded, scope) -> {
            int row = recorded.row();
            Set<Edge> edges = IntStream.range(0, input.tokens())
                    .filter(key -> key != 1)
                    .mapToObj(key -> new Edge(SELF, 1, 0, row, key))
                    .collect(Collectors.toSet());
            Without without = new Without(Set.of(), Set.of(), Set.of(), edges, Set.of(), Set.of());
            try (Trace trace = model.forward(input, new int[0], without, Cancellation.NEVER)) {
                float[] weights = ATTENTION.of(trace, 1, scope);
                int begin = row * input.tokens();
                for (int key = 0; key < input.tokens(); key++) {
                    assertThat(weights[begin + key]).isEqualTo(key == 1 ? 1f : 0f);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2"})
    void aTokenWithoutEdgesAttendsToItself(String family) {
        with(Golden.of(family), (model, input, variants, recorded, scope) -> {
            Set<Edge> edges = IntStream.range(0, input.tokens())
                    .mapToObj(key -> new Edge(SELF, 0, 1, 2, key))
                    .collect(Collectors.toSet());
            Without without = new Without(Set.of(), Set.of(), Set.of(), edges, Set.of(), Set.of());
            assertThat(difference(variants, scope, without))
                    .allSatisfy(by -> assertThat(by).isFinite());
            try (Trace trace = model.forward(input, new int[0], without, Cancellation.NEVER)) {
                float[] weights = ATTENTION.of(trace, 0, scope);
                int head = input.tokens() * input.tokens();
                assertThat(weights[head + 2 * input.tokens() + 2]).isEqualTo(1f);
            }
        });
    }

    /** The attention of all heads of a layer: [H · T · T]. */
    private interface LayerAttention {
        float[] of(Trace trace, int layer, NDManager scope);
    }

    private static final LayerAttention ATTENTION =
            (trace, layer, scope) -> trace.stack(SELF).weights(layer, scope).toFloatArray();

    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2"})
    void removingAHeadTwiceRemovesItOnce(String family) {
        with(Golden.of(family), (model, input, variants, recorded, scope) -> {
            Head head = new Head(SELF, 1, 1);
            Without twice = new Without(Set.of(), Set.of(head), Set.of(head), Set.of(), Set.of(), Set.of());
            float[] both = variants.logits(
                            List.of(new Variant(input, twice), new Variant(input, Without.head(head))),
                            scope,
                            Cancellation.NEVER)
                    .toFloatArray();
            int vocabulary = both.length / 2;
            for (int word = 0; word < vocabulary; word++) {
                assertThat(both[word]).isCloseTo(both[vocabulary + word], within(1e-5f));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bart"})
    void absentHeadsAndTokensCannotBeRemoved(String family) {
        with(Golden.of(family), (model, input, variants, recorded, scope) -> {
            AttentionKind kind = family.equals("bart") ? AttentionKind.CROSS : SELF;
            AttentionKind other = family.equals("bart") ? SELF : AttentionKind.CROSS;
            List<Without> wrong = List.of(
                    Without.hiding(Set.of(input.tokens())),
                    Without.head(new Head(kind, 0, 99)),
                    Without.averaging(new Head(kind, 99, 0)),
                    Without.head(new Head(other, 0, 0)),
                    Without.edge(new Edge(kind, 0, 0, 0, 99)),
                    Without.feedForward(new Sublayer(AttentionKind.CROSS, 0)),
                    Without.attention(new Sublayer(kind, -1)));
            for (Without without : wrong) {
                assertThatThrownBy(
                                () -> variants.logits(List.of(new Variant(input, without)), scope, Cancellation.NEVER))
                        .isInstanceOf(OutOfRangeException.class);
            }
        });
    }
}
