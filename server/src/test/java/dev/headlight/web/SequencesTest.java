package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encoder-decoder's inspection over HTTP, and as files. */
class SequencesTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Golden GOLDEN = Golden.of("bart");
    private static final Golden.Case PAIR = GOLDEN.cases().get(1);
    private static final int SOURCE = PAIR.tokenTypes().indexOf(1);
    private static final int TARGET = PAIR.ids().size() - SOURCE;

    private static Session session;
    private static WebServer server;
    private static JsonObject opened;

    @TempDir
    private Path temp;

    @BeforeAll
    static void start() throws Exception {
        session = new Session("bart", (model, progress, wanted) -> Inspector.load("bart", GOLDEN.folder()), 1 << 24);
        server = WebServer.start(session, 0, Set.of());
        opened = open(PAIR.text(), PAIR.pair());
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
    }

    private static JsonObject open(String text, String pair) throws Exception {
        JsonObject body = new JsonObject();
        body.addProperty("text", text);
        body.addProperty("pair", pair);
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "api/inspections"))
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private Path fetched(String path) throws Exception {
        String address = server.url() + "api/inspections/" + opened.get("id").getAsInt() + "/" + path;
        Path file = Files.createTempFile(temp, "fetched", "");
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        assertThat(CLIENT.send(request, BodyHandlers.ofFile(file)).statusCode()).isEqualTo(200);
        return file;
    }

    private static void assertHolds(ByteBuffer found, float[] recorded, int from, int count) {
        assertThat(found.remaining()).isEqualTo(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            assertThat(found.getFloat(i * Float.BYTES)).isCloseTo(recorded[from + i], within(1e-4f));
        }
    }

    @Test
    void anInspectionSaysItsTwoSequences() throws Exception {
        JsonObject sequences = opened.getAsJsonObject("sequences");
        assertThat(sequences)
                .hasToString(
                        "{\"encoderLayers\":3,\"decoderLayers\":2,\"source\":" + SOURCE + ",\"target\":\"given\"}");
        assertThat(opened.get("layers").getAsInt()).isEqualTo(3);
        assertThat(opened.getAsJsonArray("tokens")).hasSize(SOURCE + TARGET);
        JsonObject written = open("The quick fox", null);
        assertThat(written.getAsJsonObject("sequences").get("target").getAsString())
                .isEqualTo("written");
        assertThat(written.get("pair").getAsString()).isNotBlank();
        JsonObject same = open("The quick <mask> fox", null);
        assertThat(same.getAsJsonObject("sequences").get("target").getAsString())
                .isEqualTo("same");
        assertThat(same.get("pair")).isEqualTo(same.get("text"));
        assertThat(same.getAsJsonArray("blanks")).hasSize(1);
    }

    @Test
    void aMatrixHasFourBlocks() throws Exception {
        float[] cross = GOLDEN.array(1, "cross");
        try (SafeTensorsFile head = SafeTensorsFile.open(fetched("attention/1/heads/2"))) {
            int all = SOURCE + TARGET;
            assertThat(head.shape("attention")).containsExactly(all, all);
            ByteBuffer weights = head.bytes("attention");
            for (int query = 0; query < TARGET; query++) {
                for (int key = 0; key < SOURCE; key++) {
                    assertThat(weights.getFloat(4 * ((SOURCE + query) * all + key)))
                            .isCloseTo(cross[((4 + 2) * TARGET + query) * SOURCE + key], within(1e-4f));
                }
            }
            assertThat(weights.getFloat(4 * SOURCE)).isZero(); // no source token sees the target
        }
    }

    @Test
    void queriesAndKeysAcrossComeAlong() throws Exception {
        try (SafeTensorsFile vectors = SafeTensorsFile.open(fetched("vectors/1/2"))) {
            assertThat(vectors.shape("query")).containsExactly(SOURCE + TARGET, 8);
            assertThat(vectors.shape("crossQuery")).containsExactly(TARGET, 8);
            assertThat(vectors.shape("crossKey")).containsExactly(SOURCE, 8);
            double[] exps = new double[SOURCE];
            double sum = 0;
            for (int key = 0; key < SOURCE; key++) {
                double score = 0;
                for (int i = 0; i < 8; i++) {
                    score += vectors.bytes("crossQuery").getFloat(4 * (3 * 8 + i))
                            * (double) vectors.bytes("crossKey").getFloat(4 * (key * 8 + i));
                }
                exps[key] = Math.exp(score / Math.sqrt(8));
                sum += exps[key];
            }
            float[] cross = GOLDEN.array(1, "cross");
            for (int key = 0; key < SOURCE; key++) {
                assertThat(exps[key] / sum).isCloseTo(cross[((4 + 2) * TARGET + 3) * SOURCE + key], within(1e-4));
            }
        }
        try (SafeTensorsFile overview = SafeTensorsFile.open(fetched("overview"))) {
            assertThat(overview.shape("patterns")).containsExactly(3, 3, 4, 9);
        }
    }

    @Test
    void aFileHoldsTheThreeApart() throws Exception {
        try (SafeTensorsFile file = SafeTensorsFile.open(fetched("export/attention.safetensors?heads=2"))) {
            assertThat(file.names()).doesNotContain("attention");
            assertThat(file.shape("encoderAttention")).containsExactly(3, 1, SOURCE, SOURCE);
            assertThat(file.shape("decoderAttention")).containsExactly(2, 1, TARGET, TARGET);
            assertThat(file.shape("crossAttention")).containsExactly(2, 1, TARGET, SOURCE);
            assertThat(file.shape("crossQuery")).containsExactly(3, 1, TARGET, 8);
            assertThat(file.metadata()).containsEntry("source", String.valueOf(SOURCE));
        }
        try (SafeTensorsFile file = SafeTensorsFile.open(fetched("export/attention.safetensors"))) {
            for (String name : new String[] {"encoder", "decoder", "cross"}) {
                float[] recorded = GOLDEN.array(1, name);
                assertHolds(file.bytes(name + "Attention"), recorded, 0, recorded.length);
            }
        }
        JsonObject json = JsonParser.parseString(Files.readString(fetched("export/attention.json?layers=3")))
                .getAsJsonObject();
        assertThat(json.getAsJsonArray("encoderAttention")).hasSize(1);
        assertThat(json.getAsJsonArray("decoderAttention")).isEmpty();
        assertThat(json.has("attention")).isFalse();
    }
}
