package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Listener;
import dev.headlight.session.Session;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsFile;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
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
        server = WebServer.start(session, 0, Set.of(), List.of());
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

    private static int status(String path) throws Exception {
        String address = server.url() + "api/inspections/" + opened.get("id").getAsInt() + "/" + path;
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static void point(String body) throws Exception {
        String address = server.url() + "api/inspections/" + opened.get("id").getAsInt() + "/pointer";
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .POST(BodyPublishers.ofString(body))
                .build();
        assertThat(CLIENT.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
    }

    private static void assertHolds(ByteBuffer found, float[] recorded, int from, int count) {
        assertThat(found.remaining()).isEqualTo(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            assertThat(found.getFloat(i * Float.BYTES)).isCloseTo(recorded[from + i], within(1e-4f));
        }
    }

    @Test
    void anInspectionListsItsAttentions() throws Exception {
        String source = "{\"start\":0,\"end\":%d}".formatted(SOURCE);
        String target = "{\"start\":%d,\"end\":%d}".formatted(SOURCE, SOURCE + TARGET);
        String attention = "{\"kind\":\"%s\",\"layers\":%d,\"queries\":%s,\"keys\":%s,\"causal\":%b}";
        assertThat(opened.getAsJsonArray("attentions"))
                .map(JsonElement::toString)
                .containsExactly(
                        attention.formatted("encoder", 3, source, source, false),
                        attention.formatted("decoder", 2, target, target, true),
                        attention.formatted("cross", 2, target, source, false));
        assertThat(opened.get("target").getAsString()).isEqualTo("given");
        assertThat(opened.get("causal").getAsBoolean()).isFalse();
        assertThat(opened.get("layers").getAsInt()).isEqualTo(3);
        assertThat(opened.getAsJsonArray("tokens")).hasSize(SOURCE + TARGET);
        JsonObject written = open("The quick fox", null);
        assertThat(written.get("target").getAsString()).isEqualTo("written");
        assertThat(written.get("pair").getAsString()).isNotBlank();
        JsonObject same = open("The quick <mask> fox", null);
        assertThat(same.get("target").getAsString()).isEqualTo("same");
        assertThat(same.get("pair")).isEqualTo(same.get("text"));
        assertThat(same.getAsJsonArray("blanks")).hasSize(1);
    }

    @Test
    void aMatrixComesFromTheNamedAttention() throws Exception {
        float[] cross = GOLDEN.array(1, "cross");
        int start = (4 + 2) * TARGET * SOURCE; // layer 1, head 2
        try (SafeTensorsFile head = SafeTensorsFile.open(fetched("attention/cross/1/heads/2"))) {
            assertThat(head.shape("attention")).containsExactly(TARGET, SOURCE);
            assertHolds(head.bytes("attention"), cross, start, TARGET * SOURCE);
        }
        try (SafeTensorsFile from = SafeTensorsFile.open(fetched("attention/cross/1/from/" + (SOURCE + 3)))) {
            assertThat(from.shape("attention")).containsExactly(4, SOURCE);
            assertThat(from.bytes("attention").getFloat(4 * (2 * SOURCE + 1)))
                    .isCloseTo(cross[start + 3 * SOURCE + 1], within(1e-4f));
        }
        try (SafeTensorsFile layer = SafeTensorsFile.open(fetched("attention/decoder/0"))) {
            assertThat(layer.shape("attention")).containsExactly(4, TARGET, TARGET);
        }
    }

    @Test
    void pointerEventsNameTheAttention() throws Exception {
        BlockingQueue<List<Float>> heard = new LinkedBlockingQueue<>();
        session.listen(new Listener() {
            @Override
            public void pointed(int inspection, List<Float> weights) {
                heard.add(weights);
            }
        });
        point("{\"kind\":\"cross\",\"layer\":1,\"heads\":[2],\"tokens\":[%d]}".formatted(SOURCE + 3));
        List<Float> across = heard.poll(30, TimeUnit.SECONDS);
        assertThat(across).hasSize(SOURCE + TARGET);
        int row = (4 + 2) * TARGET * SOURCE + 3 * SOURCE;
        for (int key = 0; key < SOURCE; key++) {
            assertThat(across.get(key)).isCloseTo(GOLDEN.array(1, "cross")[row + key], within(1e-4f));
        }
        assertThat(across.subList(SOURCE, SOURCE + TARGET)).containsOnly(0f);
        point("{\"layer\":1,\"heads\":[2],\"tokens\":[3]}"); // no kind: the first attention
        assertThat(heard.poll(30, TimeUnit.SECONDS).get(1))
                .isCloseTo(GOLDEN.array(1, "encoder")[((4 + 2) * SOURCE + 3) * SOURCE + 1], within(1e-4f));
    }

    @Test
    void queriesAndKeysComeFromTheNamedAttention() throws Exception {
        try (SafeTensorsFile vectors = SafeTensorsFile.open(fetched("vectors/cross/1/2"))) {
            assertThat(vectors.shape("query")).containsExactly(TARGET, 8);
            assertThat(vectors.shape("key")).containsExactly(SOURCE, 8);
            double[] exps = new double[SOURCE];
            double sum = 0;
            for (int key = 0; key < SOURCE; key++) {
                double score = 0;
                for (int i = 0; i < 8; i++) {
                    score += vectors.bytes("query").getFloat(4 * (3 * 8 + i))
                            * (double) vectors.bytes("key").getFloat(4 * (key * 8 + i));
                }
                exps[key] = Math.exp(score / Math.sqrt(8));
                sum += exps[key];
            }
            float[] cross = GOLDEN.array(1, "cross");
            for (int key = 0; key < SOURCE; key++) {
                assertThat(exps[key] / sum).isCloseTo(cross[((4 + 2) * TARGET + 3) * SOURCE + key], within(1e-4));
            }
        }
        try (SafeTensorsFile overview = SafeTensorsFile.open(fetched("overview/cross"))) {
            assertThat(overview.shape("patterns")).containsExactly(2, 4, HeadPattern.values().length);
            assertThat(overview.shape("thumbnails")).containsExactly(2, 4, TARGET, SOURCE);
        }
    }

    @Test
    void aFileContainsTheThreeAttentionsSeparately() throws Exception {
        try (SafeTensorsFile file = SafeTensorsFile.open(fetched("export/attention.safetensors?heads=2"))) {
            assertThat(file.names()).doesNotContain("attention");
            assertThat(file.shape("encoderAttention")).containsExactly(3, 1, SOURCE, SOURCE);
            assertThat(file.shape("decoderAttention")).containsExactly(2, 1, TARGET, TARGET);
            assertThat(file.shape("crossAttention")).containsExactly(2, 1, TARGET, SOURCE);
            assertThat(file.shape("encoderQuery")).containsExactly(3, 1, SOURCE, 8);
            assertThat(file.shape("crossQuery")).containsExactly(2, 1, TARGET, 8);
            assertThat(file.shape("crossKey")).containsExactly(2, 1, SOURCE, 8);
            assertThat(file.metadata().get("attentions"))
                    .isEqualTo(opened.get("attentions").toString());
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

    @Test
    void rolloutStaysWithinAText() throws Exception {
        assertThat(status("overview/encoder?measure=rollout")).isEqualTo(200);
        assertThat(status("attention/decoder/1/heads/0?measure=rollout")).isEqualTo(200);
        assertThat(status("attention/cross/1/heads/0?measure=norm")).isEqualTo(200);
        assertThat(status("attention/cross/1/heads/0?measure=rollout")).isEqualTo(422);
        assertThat(status("overview/cross?measure=rollout")).isEqualTo(422);
    }

    @Test
    void aPictureShowsOneAttention() throws Exception {
        BufferedImage picture =
                ImageIO.read(fetched("export/CrossAttention_Layer2_Head3.png").toFile());
        assertThat(List.of(picture.getWidth(), picture.getHeight()))
                .containsExactly(200 + 40 * SOURCE, 200 + 40 * TARGET);
        float weight = GOLDEN.array(1, "cross")[(4 + 2) * TARGET * SOURCE + 2 * SOURCE + 1];
        assertThat(picture.getRaster().getSample(200 + 40 + 20, 200 + 80 + 20, 0))
                .isCloseTo((int) (255 * weight), within(1));
        assertThat(status("export/CrossAttention_Layer3_Head1.png")).isEqualTo(404); // the decoder has two layers
        assertThat(status("export/Attention_Layer1_Head1.png")).isEqualTo(404);
        try (ZipFile zip = new ZipFile(fetched("export/attention.zip").toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .hasSize((3 + 2 + 2) * 4)
                    .contains("EncoderAttention_Layer3_Head4.png", "DecoderAttention_Layer2_Head1.png");
        }
    }
}
