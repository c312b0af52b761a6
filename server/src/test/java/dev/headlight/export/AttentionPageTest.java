package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.AttentionKind;
import dev.headlight.PositionTerm;
import dev.headlight.hub.Hub;
import dev.headlight.imports.AttentionFile;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.TakenOut;
import dev.headlight.testing.Golden;
import dev.headlight.testing.PageFile;
import dev.headlight.weights.SafeTensorsFile;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionPageTest {
    private static final String TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(3);

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert",
                "gpt2",
                "qwen2",
                "modernbert",
                "bloom",
                "gemma2",
                "deberta",
                "deberta-v2",
                "bart",
                "t5",
                "embedded"
            })
    void noWeightOfAPageDiffersByMoreThanTheDocumentedError(String model) {
        Path folder = model.equals("embedded") ? Hub.locate(model) : Golden.folder(model);
        try (Inspector inspector = Inspector.load(model, folder);
                Inspected inspected = inspector.inspect(Request.of(TEXT), Options.standard(), () -> {})) {
            assertCloseTo(inspected);
        }
    }

    @Test
    void itComputesWhatIsHiddenAndCutLikeTheModel() {
        TakenOut out = new TakenOut(
                Set.of(),
                Set.of(3),
                Set.of(),
                Set.of(),
                Set.of(new TakenOut.Edge(AttentionKind.SELF, 1, 2, 1, 2)),
                Set.of(),
                Set.of());
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"));
                Inspected inspected =
                        inspector.inspect(Request.of("The cat sat.").without(out), Options.standard(), () -> {})) {
            assertCloseTo(inspected);
        }
    }

    /** Heads are opened from a file whose queries and keys say something else than its weights. */
    @Test
    void weightsThatAreNotThoseOfQueriesAndKeysAreKept() throws IOException {
        try (Inspected opened = AttentionFile.open(random(temp.resolve("a"), 2, 3, 6, 4, false))) {
            assertCloseTo(opened);
        }
        try (Inspected opened = AttentionFile.open(random(temp.resolve("b"), 2, 3, 6, 4, true))) {
            assertCloseTo(opened);
        }
    }

    /** As bert-base: the numbers are random, so that nothing helps to compress them. */
    @Test
    void aPageOf128TokensAnd144HeadsTakesLessThan5MB() throws IOException {
        Path page = temp.resolve("page.html");
        try (Inspected opened = AttentionFile.open(random(temp.resolve("a"), 12, 12, 128, 64, true))) {
            AttentionPage.write(page, Export.of(opened, Selection.all(opened.inspection())), "");
        }
        assertThat(Files.size(page)).isLessThan(4_800_000);
    }

    /** Writes attention that is softmax(q · k / √d), or something else. */
    static Path random(Path file, int layers, int heads, int tokens, int size, boolean follows) throws IOException {
        Random random = new Random(5);
        int vectors = layers * heads * tokens * size;
        float[] query = new float[vectors];
        float[] key = new float[vectors];
        for (int i = 0; i < vectors; i++) {
            query[i] = (float) (1.5 * random.nextGaussian());
            key[i] = (float) (1.5 * random.nextGaussian());
        }
        float[] attention = new float[layers * heads * tokens * tokens];
        for (int row = 0; row < layers * heads * tokens; row++) {
            double[] exps = new double[tokens];
            for (int column = 0; column < tokens; column++) {
                double score = 0;
                for (int i = 0; i < size; i++) {
                    score += query[row * size + i] * key[(row - row % tokens + column) * size + i];
                }
                exps[column] = Math.exp(follows ? score / Math.sqrt(size) : -score);
            }
            double sum = IntStream.range(0, tokens).mapToDouble(i -> exps[i]).sum();
            for (int column = 0; column < tokens; column++) {
                attention[row * tokens + column] = (float) (exps[column] / sum);
            }
        }
        String names =
                IntStream.range(0, tokens).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
        try (OutputStream out = Files.newOutputStream(file)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(
                    out,
                    List.of(
                            Array.floats("attention", layers, heads, tokens, tokens),
                            Array.floats("query", layers, heads, tokens, size),
                            Array.floats("key", layers, heads, tokens, size)),
                    Map.of("tokens", "[" + names + "]"));
            writer.write(attention);
            writer.write(query);
            writer.write(key);
            writer.finish();
        }
        return file;
    }

    /** Writes a page, reads it as its script does, and compares every weight. */
    private void assertCloseTo(Inspected inspected) {
        Path page = temp.resolve("page.html");
        AttentionPage.write(page, Export.of(inspected, Selection.all(inspected.inspection())), "");
        try (SafeTensorsFile arrays = PageFile.read(page).arrays(temp.resolve("arrays"))) {
            for (AttentionShape shape : inspected.inspection().attentions()) {
                AttentionKind kind = shape.kind();
                for (int layer = 0; layer < shape.layers(); layer++) {
                    List<Matrix> exact = inspected.heads().layer(kind, layer);
                    for (int head = 0; head < exact.size(); head++) {
                        int place = layer * exact.size() + head;
                        float[] weights = exact.get(head).values();
                        double[] shown = inspected.inspection().headSize() == 0
                                ? new double[weights.length]
                                : computed(arrays, inspected, shape, layer, head, place);
                        int[] added = numbers(arrays.bytes(kind.arrayName("attention")), shown.length, place);
                        for (int i = 0; i < shown.length; i++) {
                            assertThat(Math.abs(shown[i] + added[i] / 10_000.0 - weights[i]))
                                    .as("%s layer %d head %d weight %d", kind, layer, head, i)
                                    .isLessThanOrEqualTo(0.00005 + 1e-9);
                        }
                    }
                }
            }
        }
    }

    private static double[] computed(
            SafeTensorsFile arrays, Inspected inspected, AttentionShape shape, int layer, int head, int place) {
        int size = inspected.inspection().headSize();
        int rows = shape.queries().length();
        int columns = shape.keys().length();
        List<PositionTerm> terms = shape.terms();
        int parts = 2 + terms.size();
        int distances = 2 * columns - 1;
        int all = rows + columns + terms.size() * distances;
        int[] numbers = numbers(arrays.bytes(shape.kind().arrayName("vectors")), all * size, place);
        ByteBuffer steps = arrays.bytes(shape.kind().arrayName("steps"));
        float[] vectors = new float[numbers.length];
        for (int i = 0; i < vectors.length; i++) {
            int at = i / size;
            int part = at < rows ? 0 : at < rows + columns ? 1 : 2 + (at - rows - columns) / distances;
            vectors[i] = numbers[i] * steps.getFloat(4 * (parts * place + part));
        }
        TakenOut out = inspected.inspection().takenOut();
        double[] weights = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int column = 0; column < columns; column++) {
                double score = shape.score(head, row, column, dot(vectors, size, row, rows + column));
                for (PositionTerm term : terms) {
                    int of = term == PositionTerm.C2P ? row : rows + column;
                    int first = rows + columns + terms.indexOf(term) * distances;
                    score += dot(vectors, size, of, first + column - row + columns - 1);
                }
                boolean sees = shape.sees(layer, row, column)
                        && !out.hidden().contains(shape.keys().start() + column)
                        && !out.edges().contains(new TakenOut.Edge(shape.kind(), layer, head, row, column));
                weights[row * columns + column] = sees ? Math.exp(score) : 0;
                sum += weights[row * columns + column];
            }
            for (int column = 0; column < columns; column++) {
                weights[row * columns + column] /= sum;
            }
        }
        return weights;
    }

    /** x · y / √d of two rows. */
    private static double dot(float[] vectors, int size, int row, int other) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (double) vectors[row * size + i] * vectors[other * size + i];
        }
        return sum / Math.sqrt(size);
    }

    /** Numbers of a head, whose low bytes come first; a number n is 2n, a negative one -2n - 1. */
    private static int[] numbers(ByteBuffer bytes, int count, int place) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            int low = bytes.get(2 * count * place + i) & 0xff;
            int unsigned = (bytes.get(2 * count * place + count + i) & 0xff) << 8 | low;
            numbers[i] = unsigned % 2 == 0 ? unsigned / 2 : -(unsigned + 1) / 2;
        }
        return numbers;
    }
}
