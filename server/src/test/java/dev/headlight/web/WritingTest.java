package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.Golden;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writing, over HTTP. */
class WritingTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String TEXT = "The quick brown fox";
    private static Session session;
    private static WebServer server;

    @BeforeAll
    static void start() throws Exception {
        session = new Session(
                "gpt2", (model, progress, wanted) -> Inspector.load("gpt2", Golden.folder("gpt2")), 1 << 24);
        server = WebServer.start(session, 0, Set.of(), List.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
    }

    private static HttpResponse<String> post(String path, String body, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static JsonObject object(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static int inspected() throws Exception {
        return object(post("api/inspections", "{\"text\":\"" + TEXT + "\"}", "*/*")
                        .body())
                .get("id")
                .getAsInt();
    }

    private static List<JsonObject> lines(int id, String body) throws Exception {
        HttpResponse<String> response = post("api/inspections/" + id + "/write", body, "*/*");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body()
                .lines()
                .filter(line -> !line.isBlank())
                .map(WritingTest::object)
                .toList();
    }

    private static boolean isOpen(int id) {
        return session.find(id).isPresent();
    }

    @Test
    void tokensComeInLinesAndTheLastHasTheInspection() throws Exception {
        int id = inspected();
        List<JsonObject> lines = lines(id, "{\"tokens\":4}");
        assertThat(lines).hasSize(6);
        StringBuilder text = new StringBuilder(TEXT);
        lines.subList(0, 4)
                .forEach(line ->
                        text.append(line.getAsJsonArray("written").get(0).getAsString()));
        JsonObject inspection = lines.get(4).getAsJsonObject("inspection");
        assertThat(inspection.get("text").getAsString()).isEqualTo(text.toString());
        assertThat(lines.get(5).get("done").getAsBoolean()).isTrue();
        int last = inspection.get("id").getAsInt();
        assertThat(isOpen(last)).isTrue();
        assertThat(isOpen(id)).isTrue();
        for (int between = id + 1; between < last; between++) {
            assertThat(isOpen(between)).isFalse();
        }
    }

    @Test
    void eachStepIsAnOpenInspectionIfThatIsAskedFor() throws Exception {
        int id = inspected();
        List<JsonObject> lines = lines(id, "{\"tokens\":3,\"each\":true}");
        assertThat(lines).hasSize(4);
        for (JsonObject line : lines.subList(0, 3)) {
            JsonObject inspection = line.getAsJsonObject("inspection");
            int step = inspection.get("id").getAsInt();
            assertThat(isOpen(step)).isTrue();
            int last = inspection.getAsJsonArray("tokens").size() - 1;
            HttpResponse<byte[]> row = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(
                                    server.url() + "api/inspections/" + step + "/attention/self/1/from/" + last))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(row.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoWantsOneObjectGetsIt() throws Exception {
        int id = inspected();
        JsonObject whole = object(post("api/inspections/" + id + "/write", "{\"tokens\":3}", "application/json")
                .body());
        assertThat(whole.getAsJsonArray("written")).hasSize(3);
        assertThat(whole.has("inspection")).isTrue();
    }

    @Test
    void wrongNumbersAreRefused() throws Exception {
        int id = inspected();
        for (String body : List.of("{\"tokens\":0}", "{\"tokens\":1025}", "{\"tokens\":\"4\"}", "{\"each\":1}")) {
            assertThat(post("api/inspections/" + id + "/write", body, "*/*").statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(post("api/inspections/999999/write", "{}", "*/*").statusCode())
                .isEqualTo(404);
    }
}
