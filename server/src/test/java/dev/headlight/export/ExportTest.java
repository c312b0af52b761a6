package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest {
    private static final String TEXT = "The cat </script><b>sat</b> 🙂";
    private static Inspector inspector;
    private static Inspected inspected;

    @TempDir
    Path temp;

    @BeforeAll
    static void look() {
        inspector = Inspector.load("embedded", Hub.locate("embedded"));
        inspected = inspector.inspectWithLogits(Request.of(TEXT), Options.standard(), () -> {});
    }

    @AfterAll
    static void close() {
        inspected.close();
        inspector.close();
    }

    private static Export all() {
        return Export.of(inspected, Selection.all(inspected.inspection()));
    }

    private static Export some() {
        return Export.of(inspected, some(inspected.inspection()));
    }

    private static Selection some(Inspection inspection) {
        return Selection.of(inspection, Optional.of(List.of(2, 4)), Optional.of(List.of(3)));
    }

    @Test
    void safetensorsContainEveryArray() {
        Path file = temp.resolve("a.safetensors");
        AttentionSafeTensors.write(file, all());
        int tokens = inspected.heads().tokens();
        try (SafeTensorsFile read = SafeTensorsFile.open(file)) {
            assertThat(read.shape("attention")).containsExactly(12, 12, tokens, tokens);
            assertThat(read.shape("query")).containsExactly(12, 12, tokens, 32);
            assertThat(read.shape("key")).containsExactly(12, 12, tokens, 32);
            assertThat(read.shape("logits")).containsExactly(tokens, 30522);
            FloatBuffer attention = read.bytes("attention").asFloatBuffer();
            Matrix head = inspected.heads().head(AttentionKind.SELF, 2, 5);
            assertThat(attention.get(((2 * 12 + 5) * tokens + 3) * tokens + 1)).isCloseTo(head.at(3, 1), within(1e-6f));
            assertThat(read.metadata()).containsEntry("model", "embedded").containsEntry("text", TEXT);
            assertThat(JsonParser.parseString(read.metadata().get("tokens")).getAsJsonArray())
                    .hasSize(tokens);
        }
    }

    @Test
    void onlyTheSelectedLayersAndHeadsAreWritten() throws IOException {
        Path file = temp.resolve("a.safetensors");
        AttentionSafeTensors.write(file, some());
        try (SafeTensorsFile read = SafeTensorsFile.open(file)) {
            assertThat(read.shape("attention")).startsWith(2, 1);
            assertThat(read.bytes("attention").getFloat(0))
                    .isCloseTo(inspected.heads().head(AttentionKind.SELF, 1, 2).at(0, 0), within(1e-6f));
            assertThat(read.metadata()).containsEntry("layers", "[1,3]").containsEntry("heads", "[2]");
        }
    }

    @Test
    void jsonContainsTokensAndAttention() throws IOException {
        Path file = temp.resolve("a.json");
        AttentionJson.write(file, some());
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonArray attention = json.getAsJsonArray("attention");
        assertThat(attention).hasSize(2);
        assertThat(json.get("text").getAsString()).isEqualTo(TEXT);
        assertThat(json.getAsJsonArray("shownLayers").get(1).getAsInt()).isEqualTo(3);
        float first = attention
                .get(1)
                .getAsJsonArray()
                .get(0)
                .getAsJsonArray()
                .get(2)
                .getAsJsonArray()
                .get(3)
                .getAsFloat();
        assertThat(first)
                .isCloseTo(inspected.heads().head(AttentionKind.SELF, 3, 2).at(2, 3), within(1e-6f));
    }

    @Test
    void jsonHasMasksAndTokenTexts() {
        JsonObject embedded = InspectionJson.of(inspected.inspection());
        assertThat(embedded.get("causal").getAsBoolean()).isFalse();
        assertThat(embedded.has("reach")).isFalse();
        assertThat(embedded.getAsJsonArray("tokens").get(1).getAsJsonObject().has("name"))
                .isFalse();

        JsonObject gpt2 = inspection("gpt2");
        assertThat(gpt2.get("causal").getAsBoolean()).isTrue();
        assertThat(attention(gpt2).get("causal").getAsBoolean()).isTrue();
        assertThat(attention(gpt2).has("reach")).isFalse();
        JsonObject fox = gpt2.getAsJsonArray("tokens").get(1).getAsJsonObject();
        assertThat(fox.get("text").getAsString()).isEqualTo("Ġfox");
        assertThat(fox.get("name").getAsString()).isEqualTo("fox");
        assertThat(fox.get("start").getAsInt()).isEqualTo(4);
        JsonObject end = gpt2.getAsJsonArray("blanks").get(0).getAsJsonObject();
        assertThat(List.of(end.get("start").getAsInt(), end.get("end").getAsInt()))
                .containsExactly(7, 7);

        assertThat(attention(inspection("modernbert")).get("reach").toString()).isEqualTo("[null,8,8]");
    }

    /** The only attention of a model of one stack. */
    private static JsonObject attention(JsonObject inspection) {
        assertThat(inspection.getAsJsonArray("attentions")).hasSize(1);
        return inspection.getAsJsonArray("attentions").get(0).getAsJsonObject();
    }

    private static JsonObject inspection(String model) {
        try (Inspector other = Inspector.load(model, Golden.folder(model));
                Inspected looked = other.inspect(Request.of("The fox"), Options.standard(), () -> {})) {
            return InspectionJson.of(looked.inspection());
        }
    }

    /** Where heads share keys, each has its own in a file; and what a file says is what the model computed. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2", "modernbert"})
    void queriesAndKeysInAFileReproduceItsAttention(String model) {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(3);
        Path file = temp.resolve("a.safetensors");
        try (Inspector other = Inspector.load(model, Golden.folder(model));
                Inspected looked = other.inspect(Request.of(text), Options.standard(), () -> {})) {
            AttentionSafeTensors.write(file, Export.of(looked, Selection.all(looked.inspection())));
            int tokens = looked.heads().tokens();
            try (SafeTensorsFile read = SafeTensorsFile.open(file)) {
                assertThat(read.shape("query")).containsExactly(3, 4, tokens, 8);
                assertThat(read.shape("key")).containsExactly(3, 4, tokens, 8);
                FloatBuffer query = read.bytes("query").asFloatBuffer();
                FloatBuffer key = read.bytes("key").asFloatBuffer();
                FloatBuffer attention = read.bytes("attention").asFloatBuffer();
                for (int row = 0; row < 3 * 4 * tokens; row++) {
                    int layer = row / (4 * tokens);
                    int at = row % tokens;
                    double[] exps = new double[tokens];
                    double sum = 0;
                    for (int place = 0; place < tokens; place++) {
                        double score = 0;
                        for (int i = 0; i < 8; i++) {
                            score += query.get(row * 8 + i) * (double) key.get(((row - at) + place) * 8 + i);
                        }
                        boolean sees = looked.inspection()
                                .attentions()
                                .get(0)
                                .masks()
                                .get(layer)
                                .sees(at, place);
                        exps[place] = sees ? Math.exp(score / Math.sqrt(8)) : 0;
                        sum += exps[place];
                    }
                    for (int place = 0; place < tokens; place++) {
                        assertThat((double) attention.get(row * tokens + place))
                                .isCloseTo(exps[place] / sum, within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void aPageContainsTheTextAsDataNotAsMarkup() throws IOException {
        Path file = temp.resolve("a.html");
        AttentionPage.write(file, some(), "");
        String page = Files.readString(file);
        assertThat(page).doesNotContain("<b>sat").contains("\\u003c/script\\u003e\\u003cb\\u003esat");
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("headlight:data")
                .doesNotContain(" src=\"");
    }

    @Test
    void pictureCellsAreAsDarkAsTheirWeight() throws IOException {
        AttentionPictures.write(temp.resolve("new/folder"), some());
        try (Stream<Path> files = Files.list(temp.resolve("new/folder"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("Attention_Layer2_Head3.png", "Attention_Layer4_Head3.png");
        }
        BufferedImage image = ImageIO.read(
                temp.resolve("new/folder/Attention_Layer4_Head3.png").toFile());
        int tokens = inspected.heads().tokens();
        assertThat(image.getWidth()).isEqualTo(40 * tokens + 200);
        assertThat(image.getHeight()).isEqualTo(40 * tokens + 200);
        Matrix head = inspected.heads().layer(AttentionKind.SELF, 3).get(2);
        for (int row = 0; row < tokens; row++) {
            for (int column = 0; column < tokens; column++) {
                int grey = image.getRaster().getSample(200 + 40 * column + 20, 200 + 40 * row + 20, 0);
                assertThat(grey).isEqualTo((int) (255 * head.at(row, column)));
            }
        }
        assertThat(image.getRaster().getSample(100, 100, 0)).isZero();
        assertThat(brightest(image, 0, 200, 200, 40)).as("a label at the left").isGreaterThan(200);
        assertThat(brightest(image, 200, 0, 40, 200)).as("a label above").isGreaterThan(200);
    }

    private static int brightest(BufferedImage image, int x, int y, int width, int height) {
        int[] pixels = image.getRaster().getSamples(x, y, width, height, 0, (int[]) null);
        return java.util.Arrays.stream(pixels).max().orElseThrow();
    }

    @Test
    void anAbsentLayerOrHeadIsAClearError() {
        assertThatThrownBy(() -> Selection.of(inspected.inspection(), Optional.of(List.of(13)), Optional.empty()))
                .isInstanceOf(UserException.class)
                .hasMessage("There is no layer 13: the model has layers 1 to 12.");
        assertThatThrownBy(() -> Selection.of(inspected.inspection(), Optional.empty(), Optional.of(List.of(0))))
                .isInstanceOf(UserException.class)
                .hasMessage("There is no head 0: the model has heads 1 to 12.");
    }

    @Test
    void aFailedWriteKeepsTheOldFile() throws IOException {
        Path file = Files.writeString(temp.resolve("old.json"), "old");
        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(UserException.class)
                .hasMessage("Can't write " + file + ": the disk is full.");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anUnwritablePathIsAClearError() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> AttentionJson.write(file.resolve("below.json"), some()))
                .isInstanceOf(UserException.class)
                .message()
                .startsWith("Can't write ")
                .matches("[^\\n]+[.]");
        assertThatThrownBy(() -> AttentionPictures.write(file, some()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("it is a file");
        Path folder = Files.createDirectory(temp.resolve("folder.json"));
        Files.writeString(folder.resolve("x"), "");
        assertThatThrownBy(() -> AttentionJson.write(folder, some())).isInstanceOf(UserException.class);
    }
}
