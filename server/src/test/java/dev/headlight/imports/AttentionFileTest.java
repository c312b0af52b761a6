package dev.headlight.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.Measure;
import dev.headlight.OutOfRangeException;
import dev.headlight.Precision;
import dev.headlight.Release;
import dev.headlight.UserException;
import dev.headlight.export.AttentionJson;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.AttentionSafeTensors;
import dev.headlight.export.Export;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Origin;
import dev.headlight.inspect.Overview;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.TakenOut;
import dev.headlight.testing.Golden;
import dev.headlight.testing.PageFile;
import dev.headlight.tokens.Token;
import dev.headlight.weights.SafeTensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionFileTest {
    private static final List<String> TOKENS = List.of("[CLS]", "the", "cat", "##fish", "swam", "[SEP]");

    @TempDir
    Path temp;

    private interface Writing {
        void write(Path file, Export export);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2", "bart"})
    void whatHeadlightSavedIsOpenedAsItWas(String model) {
        for (Writing format : List.<Writing>of(AttentionSafeTensors::write, AttentionJson::write)) {
            Path file = temp.resolve("saved");
            try (Inspector inspector = Inspector.load(model, Golden.folder(model));
                    Inspected saved = inspector.inspect(
                            Request.of("The cat sat. The cat slept."), Options.standard(), () -> {})) {
                format.write(file, Export.of(saved, Selection.all(saved.inspection())));
                try (Inspected opened = AttentionFile.open(file)) {
                    Inspection before = saved.inspection();
                    Inspection after = opened.inspection();
                    assertThat(after.tokens()).isEqualTo(before.tokens());
                    assertThat(after.attentions()).isEqualTo(before.attentions());
                    assertThat(after.blanks()).isEqualTo(before.blanks());
                    assertThat(List.of(after.model(), after.text(), after.pair(), after.target()))
                            .isEqualTo(List.of(before.model(), before.text(), before.pair(), before.target()));
                    for (AttentionShape shape : before.attentions()) {
                        AttentionKind kind = shape.kind();
                        Matrix head = saved.heads().head(kind, 1, 2);
                        assertThat(opened.heads().head(kind, 1, 2).values())
                                .containsExactly(head.values(), within(1e-6f));
                        int token = shape.queries().start() + 1;
                        assertThat(opened.heads().from(kind, 1, token).values())
                                .containsExactly(
                                        saved.heads().from(kind, 1, token).values(), within(1e-6f));
                        assertThat(opened.heads()
                                        .overview(kind, Cancellation.NEVER)
                                        .patterns())
                                .hasToString(saved.heads()
                                        .overview(kind, Cancellation.NEVER)
                                        .patterns()
                                        .toString());
                    }
                }
            }
        }
    }

    @Test
    void queriesAndKeysComeBackWithTheWeights() {
        Path file = temp.resolve("saved");
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"));
                Inspected saved = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
            AttentionSafeTensors.write(file, Export.of(saved, Selection.all(saved.inspection())));
            try (Inspected opened = AttentionFile.open(file)) {
                assertThat(opened.heads().query(AttentionKind.SELF, 1, 2).values())
                        .isEqualTo(saved.heads().query(AttentionKind.SELF, 1, 2).values());
                assertThat(opened.heads().key(AttentionKind.SELF, 0, 1).values())
                        .isEqualTo(saved.heads().key(AttentionKind.SELF, 0, 1).values());
            }
        }
    }

    /** What can be opened again: all, a part, with something taken out, of layers that see only near tokens. */
    static Stream<Arguments> saved() {
        TakenOut word = new TakenOut(
                Set.of(2),
                Set.of(3),
                Set.of(new TakenOut.Head(AttentionKind.SELF, 1, 2)),
                Set.of(new TakenOut.Head(AttentionKind.SELF, 0, 1)),
                Set.of(new TakenOut.Edge(AttentionKind.SELF, 1, 0, 1, 4)),
                Set.of(new TakenOut.Layer(AttentionKind.SELF, 0)),
                Set.of(new TakenOut.Layer(AttentionKind.SELF, 1)));
        TakenOut heads = new TakenOut(
                Set.of(),
                Set.of(),
                Set.of(new TakenOut.Head(AttentionKind.CROSS, 1, 2)),
                Set.of(),
                Set.of(),
                Set.of(new TakenOut.Layer(AttentionKind.DECODER, 0)),
                Set.of());
        return Stream.of(
                Arguments.of("bert", TakenOut.NOTHING, List.of(), List.of()),
                Arguments.of("bert", word, List.of(), List.of()),
                Arguments.of("bert", word, List.of(2), List.of(1, 3)),
                Arguments.of("gpt2", TakenOut.NOTHING, List.of(1, 3), List.of(4)),
                Arguments.of("modernbert", TakenOut.NOTHING, List.of(), List.of()),
                Arguments.of("modernbert", TakenOut.NOTHING, List.of(2, 3), List.of()),
                Arguments.of("bart", heads, List.of(2), List.of(1, 2)));
    }

    @ParameterizedTest
    @MethodSource("saved")
    void whatIsOpenedIsSavedAgainAsItWas(String model, TakenOut out, List<Integer> layers, List<Integer> heads)
            throws IOException {
        Request request =
                Request.of("The quick brown fox ____ over the lazy dog.").without(out);
        for (Writing format : List.<Writing>of(AttentionSafeTensors::write, AttentionJson::write)) {
            Path first = temp.resolve("first");
            Path again = temp.resolve("again");
            try (Inspector inspector = Inspector.load(model, Golden.folder(model));
                    Inspected saved = inspector.inspect(request, Options.standard(), () -> {})) {
                Selection some = Selection.of(
                        saved.inspection(),
                        Optional.of(layers).filter(list -> !list.isEmpty()),
                        Optional.of(heads).filter(list -> !list.isEmpty()));
                format.write(first, Export.of(saved, some));
                try (Inspected opened = AttentionFile.open(first)) {
                    assertThat(opened.inspection().held()).isEqualTo(some);
                    assertThat(opened.inspection().takenOut())
                            .isEqualTo(saved.inspection().takenOut());
                    format.write(again, Export.of(opened, Selection.all(opened.inspection())));
                    for (AttentionShape shape : saved.inspection().attentions()) {
                        AttentionKind kind = shape.kind();
                        int layer = some.layers().get(0);
                        int head = some.heads().get(some.heads().size() - 1);
                        assertThat(opened.heads().head(kind, layer, head).values())
                                .containsExactly(
                                        saved.heads().head(kind, layer, head).values(), within(1e-6f));
                        Overview overview = opened.heads().overview(kind, Cancellation.NEVER);
                        assertThat(overview.patterns()).hasSize(some.layers().size());
                        int place = some.heads().size() - 1;
                        assertThat(overview.patterns().get(0).get(place))
                                .hasToString(saved.heads()
                                        .overview(kind, Cancellation.NEVER)
                                        .patterns()
                                        .get(layer)
                                        .get(head)
                                        .toString());
                    }
                }
            }
            if (Files.readString(first, StandardCharsets.ISO_8859_1).startsWith("{")) { // which has no vectors
                assertThat(Files.readString(again))
                        .isEqualTo(Files.readString(first).replace("\"headSize\":8", "\"headSize\":0"));
            } else {
                assertThat(again).hasSameBinaryContentAs(first);
            }
        }
    }

    @Test
    void anExportSaysWhereItComesFrom() throws Exception {
        Path folder = Golden.folder("bert");
        String revision = "86b5e0934494bd15c9632b12f734a8a67f723594";
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(Files.readAllBytes(folder.resolve("model.safetensors"))));
        for (Writing format : List.<Writing>of(AttentionSafeTensors::write, AttentionJson::write)) {
            Path file = temp.resolve("saved");
            try (Inspector inspector =
                            Inspector.load("org/bert", Optional.of(revision), folder, folder, Precision.FLOAT32);
                    Inspected saved = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
                format.write(file, Export.of(saved, Selection.all(saved.inspection())));
            }
            try (Inspected opened = AttentionFile.open(file)) {
                Origin origin = opened.inspection().origin();
                assertThat(opened.inspection().model()).isEqualTo("org/bert");
                assertThat(origin.revision()).contains(revision);
                assertThat(origin.headlight()).contains(Release.version());
                assertThat(origin.weights().now()).containsExactly(Map.entry("model.safetensors", hash));
                Path page = temp.resolve("page.html");
                AttentionPage.write(page, Export.of(opened, Selection.all(opened.inspection())), "");
                JsonObject inspection = PageFile.read(page).inspection();
                assertThat(inspection.get("revision").getAsString()).isEqualTo(revision);
                assertThat(inspection.get("headlight").getAsString()).isEqualTo(Release.version());
                assertThat(inspection
                                .getAsJsonObject("sha256")
                                .get("model.safetensors")
                                .getAsString())
                        .isEqualTo(hash);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"revision\": true | a “revision” that is no text",
                "\"revision\": [1] | a “revision” that is no text",
                "\"revision\": \" \" | a “revision” that is no text",
                "\"headlight\": {} | a “headlight” that is no text",
                "\"sha256\": \"abc\" | a “sha256” that is not a hash",
                "\"sha256\": {\"model.safetensors\": 7} | a “sha256” that is not a hash",
                "\"sha256\": {\"model.safetensors\": \"<b>\"} | a “sha256” that is not a hash",
                "\"sha256\": {\"\": \"%s\"} | a “sha256” that is not a hash",
            })
    void anOriginThatIsNoneIsRefused(String note, String sentence) throws IOException {
        String json = "{\"attention\": [[1]], \"tokens\": [\"a\"], " + note.replace("%s", "a".repeat(64)) + "}";
        refused(Files.writeString(temp.resolve("bad"), json), sentence);
    }

    @Test
    void aFileOfAnotherProgramMayNameModelAndRevision() throws IOException {
        Path file = Files.writeString(
                temp.resolve("a.json"),
                "{\"attention\": [[1]], \"tokens\": [\"a\"], \"model\": \"mine\", \"revision\": 7, \"sha256\": {\"a.bin\": \""
                        + "a".repeat(64) + "\"}}");
        try (Inspected opened = AttentionFile.open(file)) {
            assertThat(opened.inspection().origin().revision()).contains("7");
            assertThat(opened.inspection().origin().headlight()).isEmpty();
            assertThat(opened.inspection().origin().weights().now()).containsOnlyKeys("a.bin");
        }
    }

    @Test
    void whatAPartDoesNotHoldIsSaid() {
        Path file = temp.resolve("part");
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"));
                Inspected saved = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
            AttentionSafeTensors.write(
                    file,
                    Export.of(
                            saved,
                            Selection.of(saved.inspection(), Optional.of(List.of(2)), Optional.of(List.of(1, 3)))));
        }
        try (Inspected opened = AttentionFile.open(file)) {
            assertThatThrownBy(() -> opened.heads().head(AttentionKind.SELF, 0, 0))
                    .isInstanceOf(OutOfRangeException.class);
            assertThatThrownBy(() -> opened.heads().head(AttentionKind.SELF, 1, 1))
                    .isInstanceOf(OutOfRangeException.class);
            assertThatThrownBy(() -> opened.heads().by(Measure.ROLLOUT).layer(AttentionKind.SELF, 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("only some");
            assertThatThrownBy(() -> Selection.of(opened.inspection(), Optional.of(List.of(3)), Optional.empty()))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The file that was opened doesn't hold layer 3, only layers 2.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shownLayers | [1, 0]",
                "shownLayers | [0]",
                "shownLayers | [0, 3]",
                "shownLayers | [-1, 0, 1]",
                "shownHeads  | []",
                "layers      | 2000000000",
                "heads       | \"four\"",
                "without     | {\"heads\": [[0]]}",
                "without     | {\"heads\": [[9, 0]]}",
                "without     | {\"heads\": [[0, 99]]}",
                "without     | {\"hidden\": [99]}",
                "without     | {\"edges\": [[0, 0, 0, 99]]}",
                "without     | {\"attention\": [[\"sideways\", 0]]}",
                "without     | [1]",
                "attentions  | [{\"kind\": \"self\", \"layers\": 2000000000, \"queries\": {\"start\": 0, \"end\": 6}, \"keys\": {\"start\": 0, \"end\": 6}, \"causal\": false}]",
                "attentions  | [{\"kind\": \"self\", \"layers\": 3, \"queries\": {\"start\": 0, \"end\": 6}, \"keys\": {\"start\": 0, \"end\": 6}, \"causal\": false, \"reach\": [1]}]",
                "attentions  | [{\"kind\": \"self\", \"layers\": 3, \"queries\": {\"start\": 0, \"end\": 6}, \"keys\": {\"start\": 0, \"end\": 6}, \"causal\": false, \"reach\": [1, -1, null]}]",
            })
    void aSavedFileThatSaysWhatCannotBeIsRefused(String name, String value) throws IOException {
        Path file = temp.resolve("a.json");
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"));
                Inspected saved = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
            AttentionJson.write(file, Export.of(saved, Selection.all(saved.inspection())));
        }
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        json.add(name, JsonParser.parseString(value));
        Files.writeString(file, json.toString());
        assertThatThrownBy(() -> AttentionFile.open(file).close())
                .isInstanceOf(UserException.class)
                .hasMessageMatching(".*(is damaged|doesn't hold the layers and heads that it says).*");
    }

    @Test
    void arraysOfNumPyAreShownWithTheirTokens() throws IOException {
        Npz npz = new Npz()
                .floats("attention", 6, 2, 3, 6, 6)
                .strings("tokens", TOKENS)
                .whole("sentence_b_start", 4);
        try (Inspected opened = AttentionFile.open(npz.write(temp.resolve("mine.npz")))) {
            Inspection inspection = opened.inspection();
            assertThat(inspection.model()).isEqualTo("mine.npz");
            assertThat(List.of(inspection.layers(), inspection.heads(), inspection.headSize()))
                    .containsExactly(2, 3, 0);
            assertThat(inspection.text()).isEqualTo("the catfish");
            assertThat(inspection.pair()).contains("swam");
            assertThat(inspection.tokens())
                    .extracting(Token::name)
                    .containsExactly("[CLS]", "the", "cat", "fish", "swam", "[SEP]");
            assertThat(inspection.tokens()).extracting(Token::word).containsExactly(-1, 0, 1, 1, 0, -1);
            assertThat(inspection.asWritten(inspection.tokens().get(3))).isEqualTo("fish");
            assertThat(opened.heads().head(AttentionKind.SELF, 1, 2).at(3, 4)).isEqualTo(1f / 6);
            assertThatThrownBy(() -> opened.heads().query(AttentionKind.SELF, 0, 0))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no queries");
            assertThatThrownBy(() -> opened.heads().by(Measure.NORM).layer(AttentionKind.SELF, 0))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no values");
            assertThat(opened.heads().by(Measure.ROLLOUT).layer(AttentionKind.SELF, 1))
                    .hasSize(3);
        }
    }

    @Test
    void anEncoderDecodersArraysAreItsThreeAttentions() throws IOException {
        Npz npz = new Npz()
                .floats("encoder_attentions", 4, 2, 1, 3, 4, 4)
                .floats("decoder_attentions", 2, 2, 1, 3, 2, 2)
                .floats("cross_attentions", 4, 2, 1, 3, 2, 4)
                .strings("encoder_tokens", List.of("▁The", "▁cat", "s", "</s>"))
                .strings("decoder_tokens", List.of("<s>", "▁Katzen"));
        try (Inspected opened = AttentionFile.open(npz.write(temp.resolve("both.npz")))) {
            assertThat(opened.inspection().attentions())
                    .extracting(AttentionShape::kind)
                    .containsExactly(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);
            assertThat(opened.inspection().text()).isEqualTo("The cats");
            assertThat(opened.inspection().pair()).contains("Katzen");
            assertThat(opened.heads().head(AttentionKind.CROSS, 1, 2).values()).hasSize(8);
            assertThat(opened.heads().from(AttentionKind.CROSS, 0, 5).values()).hasSize(12);
        }
    }

    @Test
    void aLayerForEachArrayAndATextThatOnlyLooksBack() throws IOException {
        Path file = temp.resolve("layers.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(
                    out,
                    List.of(
                            SafeTensorsWriter.Array.floats("attention.0", 1, 2, 2),
                            SafeTensorsWriter.Array.floats("attention.1", 1, 2, 2)),
                    Map.of("tokens", "[\"Ġa\",\"b\"]"));
            writer.write(new float[] {1, 0, 0.25f, 0.75f});
            writer.write(new float[] {1, 0, 0.5f, 0.5f});
            writer.finish();
        }
        try (Inspected opened = AttentionFile.open(file)) {
            assertThat(opened.inspection().layers()).isEqualTo(2);
            assertThat(opened.inspection().causal()).isTrue();
            assertThat(opened.inspection().text()).isEqualTo("ab");
            assertThat(opened.heads().head(AttentionKind.SELF, 1, 0).values()).containsExactly(1, 0, 0.5f, 0.5f);
        }
    }

    @Test
    void oneMatrixInJsonIsOneHeadOfOneLayer() throws IOException {
        Path file = Files.writeString(
                temp.resolve("a.json"), "{\"attention\": [[0.5, 0.5], [1, 0]], \"tokens\": [\"to\", \"be\"]}");
        try (Inspected opened = AttentionFile.open(file)) {
            assertThat(opened.heads().head(AttentionKind.SELF, 0, 0).values()).containsExactly(0.5f, 0.5f, 1, 0);
            assertThat(opened.inspection().text()).isEqualTo("to be");
        }
    }

    @Test
    void aPageOfAFileHoldsItsWeights() throws IOException {
        Path file = new Npz()
                .floats("attention", 6, 2, 3, 6, 6)
                .strings("tokens", TOKENS)
                .write(temp.resolve("a.npz"));
        Path page = temp.resolve("a.html");
        try (Inspected opened = AttentionFile.open(file)) {
            AttentionPage.write(page, Export.of(opened, Selection.all(opened.inspection())), "");
        }
        assertThat(Files.readString(page)).contains("\"headSize\":0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | holds no attention: name its array “attention”",
                "{\"attention\": [[0.5, 0.5], [1, 0]]} | names no tokens",
                "{\"attention\": [[0.5, 0.5], [1, 0]], \"tokens\": [\"a\"]} | has 1 tokens, but attention of 2",
                "{\"attention\": [[0.5, 0.5], [1, 0]], \"tokens\": [\"a\", 3]} | no list of strings",
                "{\"attention\": [[0.5, 0.6], [1, 0]], \"tokens\": [\"a\", \"b\"]} | row 1 of head 1.1 of “attention” sums to 1.100",
                "{\"attention\": [[1, 0], [-1, 2]], \"tokens\": [\"a\", \"b\"]} | row 2 of head 1.1 of “attention” has numbers below 0",
                "{\"attention\": [[1, 0], [1]], \"tokens\": [\"a\", \"b\"]} | differ in length (2 and 1)",
                "{\"attention\": [[1, 0]], \"tokens\": [\"a\", \"b\"]} | of 1 by 2 tokens",
                "{\"attention\": [1, 0], \"tokens\": [\"a\", \"b\"]} | a hidden state is no attention",
                "{\"attention\": [[[[1]], [[1]]], [[[1]], [[1]]]], \"crossAttention\": [[1]], \"tokens\": [\"a\"]} | both “attention” and",
                "{\"attention.0\": [[1]], \"attention.2\": [[1]], \"tokens\": [\"a\"]} | but no “attention.1”",
                "{\"attention\": [[1]], \"query\": [[1]], \"tokens\": [\"a\"]} | queries without keys",
                "{\"attention\": [[1]], \"query\": [[1]], \"key\": [[1, 2]], \"tokens\": [\"a\"]} | of another size",
                "{\"attention\": [[0.5, 0.5], [1, 0]], \"tokens\": [\"a\", \"b\"], \"sentence_b_start\": 2} | sentence_b_start",
                "{\"attention\": \"none\"} | holds no attention",
                "{\"attention\": [[1]], \"attentions\": [], \"headSize\": 1, \"tokens\": [\"a\"]} | is damaged",
                "{\"attention\": [[1]] | is not JSON",
                "not at all, and rather long | is none of the files that hold attention",
            })
    void whatDoesNotFitIsSaidInASentence(String json, String sentence) throws IOException {
        refused(Files.writeString(temp.resolve("bad"), json), sentence);
    }

    @Test
    void noPickleIsOpenedAndNoMissingFile() throws IOException {
        refused(new Npz().raw("tokens", "|O", new byte[9], 1).write(temp.resolve("pickle.npz")), "never opens");
        refused(temp.resolve("nowhere.npz"), "There is no file");
        refused(temp, "is not a file");
        refused(new Npz().floats("attention", 2, 65536, 256, 1024, 1024).write(temp.resolve("bomb.npz")), "2 GB");
    }

    private void refused(Path file, String sentence) {
        assertThatThrownBy(() -> AttentionFile.open(file).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aDamagedFileIsOpenedOrRefusedButNeverFailsOtherwise() throws IOException {
        Random random = new Random(7);
        Path npz = new Npz()
                .floats("attention", 6, 2, 3, 6, 6)
                .strings("tokens", TOKENS)
                .write(temp.resolve("a.npz"));
        Path saved = temp.resolve("a.safetensors");
        Path json = temp.resolve("a.json");
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"));
                Inspected inspected = inspector.inspect(Request.of("A ____."), Options.standard(), () -> {})) {
            AttentionSafeTensors.write(saved, Export.of(inspected, Selection.all(inspected.inspection())));
            AttentionJson.write(json, Export.of(inspected, Selection.all(inspected.inspection())));
        }
        int refused = 0;
        for (Path file : List.of(npz, saved, json)) {
            byte[] good = Files.readAllBytes(file);
            for (int i = 0; i < 150; i++) {
                byte[] bad = good.clone();
                for (int change = random.nextInt(4); change >= 0; change--) {
                    // the first part holds what is said of the arrays
                    bad[random.nextInt(random.nextBoolean() ? Math.min(3000, bad.length) : bad.length)] =
                            (byte) random.nextInt(128);
                }
                int length = random.nextInt(4) == 0 ? random.nextInt(bad.length) : bad.length;
                Path damaged = temp.resolve("damaged");
                Files.write(damaged, Arrays.copyOf(bad, length));
                try (Inspected opened = AttentionFile.open(damaged)) {
                    opened.heads()
                            .overview(opened.inspection().attentions().get(0).kind(), Cancellation.NEVER);
                } catch (UserException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(100, 449);
    }

    /** Writes NumPy's format. */
    private static final class Npz {
        private static final Charset UTF_32 = Charset.forName("UTF-32LE");

        private final Map<String, byte[]> arrays = new LinkedHashMap<>();

        /** Rows of equal numbers that sum to 1; of a huge array only the first. */
        Npz floats(String name, int columns, long... shape) {
            int count = (int) Math.min(LongStream.of(shape).reduce(1, (a, b) -> a * b), 10_000);
            ByteBuffer numbers = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
            IntStream.range(0, count).forEach(i -> numbers.putFloat(1f / columns));
            return raw(name, "<f4", numbers.array(), shape);
        }

        Npz strings(String name, List<String> strings) {
            int longest = strings.stream().mapToInt(String::length).max().orElseThrow();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            strings.forEach(text -> bytes.writeBytes(Arrays.copyOf(text.getBytes(UTF_32), 4 * longest)));
            return raw(name, "<U" + longest, bytes.toByteArray(), strings.size());
        }

        Npz whole(String name, long number) {
            return raw(
                    name,
                    "<i8",
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(number)
                            .array());
        }

        Npz raw(String name, String type, byte[] data, long... shape) {
            StringBuilder axes = new StringBuilder();
            LongStream.of(shape).forEach(axis -> axes.append(axis).append(", "));
            String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + axes + "), }";
            ByteArrayOutputStream array = new ByteArrayOutputStream();
            array.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
            array.writeBytes(new byte[] {(byte) header.length(), (byte) (header.length() >> 8)});
            array.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
            array.writeBytes(data);
            arrays.put(name, array.toByteArray());
            return this;
        }

        Path write(Path file) throws IOException {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                    zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                    zip.write(array.getValue());
                }
            }
            return file;
        }
    }
}
