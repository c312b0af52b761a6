package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why, over HTTP. */
@Tag("slow")
class ReasonsTest {
    private static final String KEYS = "The keys to the cabinet ____ on the table.";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Session session;
    private static WebServer server;
    private static int keys;

    @BeforeAll
    static void start() throws Exception {
        session = new Session(
                "embedded", (model, progress, wanted) -> Inspector.load("embedded", Hub.locate("embedded")), 1 << 20);
        server = WebServer.start(session, 0, Set.of(), List.of());
        keys = inspected("{\"text\":\"" + KEYS + "\"}").get("id").getAsInt();
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Accept", accept)
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static JsonObject json(String path) throws Exception {
        HttpResponse<String> response = get(path, "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static HttpResponse<String> post(String path, String body, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static JsonObject inspected(String body) throws Exception {
        HttpResponse<String> response = post("api/inspections", body, "*/*");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static String error(HttpResponse<String> response) {
        return JsonParser.parseString(response.body())
                .getAsJsonObject()
                .get("error")
                .getAsString();
    }

    private static JsonObject candidate(String word) throws Exception {
        return json("api/inspections/" + keys + "/candidate?word=" + URLEncoder.encode(word, StandardCharsets.UTF_8));
    }

    private static String wereRatherThanWas() throws Exception {
        return "token=" + candidate("were").get("id").getAsInt() + "&rather="
                + candidate("was").get("id").getAsInt();
    }

    private static List<JsonObject> objects(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static JsonObject head(JsonArray heads, int layer, int head) {
        return objects(heads).stream()
                .filter(one ->
                        one.get("layer").getAsInt() == layer && one.get("head").getAsInt() == head)
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> lines(String body) {
        return body.lines()
                .filter(line -> !line.isBlank())
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    @Test
    void anAnswerSaysWhatWordsAndHeadsDo() throws Exception {
        JsonObject answer = json("api/inspections/" + keys + "/effects?" + wereRatherThanWas());
        assertThat(answer.get("question").getAsString()).isEqualTo("Why “were” rather than “was”?");
        assertThat(answer.get("answer").getAsString()).contains("“keys”").contains("head 6.2");
        JsonArray words = answer.getAsJsonArray("words");
        assertThat(objects(words).stream().map(word -> word.get("word").getAsString()))
                .containsExactly("The", "keys", "to", "the", "cabinet", "on", "the", "table", ".");
        assertThat(objects(words).get(1).get("effect").getAsDouble()).isCloseTo(6.6, within(0.05));
        assertThat(objects(words).get(1).getAsJsonArray("without")).hasSize(3);
        assertThat(answer.getAsJsonArray("heads")).hasSize(144);
        JsonObject agreeing = head(answer.getAsJsonArray("heads"), 5, 1);
        assertThat(agreeing.get("effect").getAsDouble()).isCloseTo(4.2, within(0.05));
        assertThat(agreeing.getAsJsonArray("looksAt")
                        .get(0)
                        .getAsJsonArray()
                        .get(0)
                        .getAsString())
                .isEqualTo("keys");
    }

    @Test
    void linesComeInOrderWordsFirstThenLayersFromTheLast() throws Exception {
        List<JsonObject> lines =
                lines(get("api/inspections/" + keys + "/effects?of=words,heads,layers&" + wereRatherThanWas(), "*/*")
                        .body());
        assertThat(lines.get(0).has("quantity")).isTrue();
        assertThat(lines.get(1).has("words")).isTrue();
        List<Integer> layers = lines.stream()
                .filter(line -> line.has("heads"))
                .map(line -> objects(line.get("heads")).get(0).get("layer").getAsInt())
                .toList();
        assertThat(layers).containsExactly(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        assertThat(lines.stream().filter(line -> line.has("layers"))).hasSize(12);
        assertThat(lines.get(lines.size() - 1).get("done").getAsBoolean()).isTrue();
    }

    @Test
    void specialTokensAreWordsWhenTheyAreAskedFor() throws Exception {
        JsonObject answer =
                json("api/inspections/" + keys + "/effects?of=words&words=hide&special=true&" + wereRatherThanWas());
        assertThat(objects(answer.get("words")).get(0).get("word").getAsString())
                .isEqualTo("[CLS]");
    }

    @Test
    void theQuestionMayBeOfOneWord() throws Exception {
        JsonObject answer = json("api/inspections/" + keys + "/effects?of=words&rather=none");
        assertThat(answer.get("question").getAsString()).doesNotContain("rather");
        assertThat(answer.has("rather")).isFalse();
    }

    @Test
    void theLensSaysWhenAWordAppears() throws Exception {
        JsonObject answer = json("api/inspections/" + keys + "/lens?" + wereRatherThanWas());
        List<JsonObject> rows = objects(answer.get("lens"));
        assertThat(rows).hasSize(13);
        assertThat(rows.get(12).get("p").getAsDouble())
                .isCloseTo(answer.getAsJsonObject("word").get("probability").getAsDouble(), within(1e-4));
    }

    @Test
    void aTypedWordIsOneTokenOrASentenceSaysThatItIsNot() throws Exception {
        assertThat(candidate("were").get("probability").getAsDouble()).isGreaterThan(0.01);
        HttpResponse<String> response = get("api/inspections/" + keys + "/candidate?word=floccinaucinihil", "*/*");
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(error(response)).contains("“floccinaucinihil” is not one token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    effects?of=planets           | 400 | words, heads or layers
                    effects?place=7              | 400 | There is no such place 7.
                    effects?place=x              | 400 | not a whole number
                    effects?token=99999999&rather=1 | 400 | There is no such token id 99999999.
                    effects?words=drown          | 400 | words=blank or words=hide
                    effects?special=maybe        | 400 | neither true nor false
                    candidate                    | 400 | The request has no word.
                    """)
    void aWrongQuestionIsRefusedInASentence(String path, int status, String sentence) throws Exception {
        HttpResponse<String> response = get("api/inspections/" + keys + "/" + path, "*/*");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(error(response)).contains(sentence);
    }

    @Test
    void aTextWithoutABlankCantBeAskedAbout() throws Exception {
        int whole = inspected("{\"text\":\"The cat sat.\"}").get("id").getAsInt();
        HttpResponse<String> response = get("api/inspections/" + whole + "/effects", "*/*");
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(error(response)).contains("no blank");
    }

    @Test
    void anInspectionRemembersWhatWasTakenOut() throws Exception {
        JsonObject changed = inspected("{\"text\":\"" + KEYS
                + "\",\"without\":{\"heads\":[[5,1]],\"blanked\":[2],\"edges\":[[3,0,6,2]],\"feedForward\":[4]}}");
        JsonObject without = changed.getAsJsonObject("without");
        assertThat(without)
                .hasToString("{\"blanked\":[2],\"heads\":[[5,1]],\"edges\":[[3,0,6,2]],\"feedForward\":[4]}");
        String path = "api/inspections/" + changed.get("id").getAsInt();
        assertThat(json(path).get("without")).isEqualTo(without);
        assertThat(changed.get("tokens"))
                .isEqualTo(json("api/inspections/" + keys).get("tokens"));
        assertThat(json(path + "/export/attention.json?layers=1&heads=1").get("without"))
                .isEqualTo(without);
        assertThat(get(path + "/export/attention.safetensors?layers=1&heads=1", "*/*")
                        .body())
                .contains("\"without\"");
        assertThat(get("api/inspections/" + keys + "/export/attention.json?layers=1&heads=1", "*/*")
                        .body())
                .doesNotContain("\"without\"");
    }

    @Test
    void effectsAreThoseOfTheChangedPass() throws Exception {
        JsonObject plain = json("api/inspections/" + keys + "/effects?of=heads&" + wereRatherThanWas());
        double effect = head(plain.getAsJsonArray("heads"), 5, 1).get("effect").getAsDouble();
        int changed = inspected("{\"text\":\"" + KEYS + "\",\"without\":{\"heads\":[[5,1]]}}")
                .get("id")
                .getAsInt();
        JsonObject after = json("api/inspections/" + changed + "/effects?of=heads&" + wereRatherThanWas());
        assertThat(after.get("quantity").getAsDouble())
                .isCloseTo(plain.get("quantity").getAsDouble() - effect, within(1e-3));
        assertThat(head(after.getAsJsonArray("heads"), 5, 1).get("effect").getAsDouble())
                .isCloseTo(0, within(1e-4));
        JsonObject lens = json("api/inspections/" + changed + "/lens?" + wereRatherThanWas());
        assertThat(objects(lens.get("lens")).get(12).get("p").getAsDouble())
                .isCloseTo(after.getAsJsonObject("word").get("probability").getAsDouble(), within(1e-4));
    }

    @Test
    void aHiddenWordIsLookedAtByNobody() throws Exception {
        int changed = inspected("{\"text\":\"" + KEYS + "\",\"without\":{\"hidden\":[2]}}")
                .get("id")
                .getAsInt();
        JsonObject heads = json("api/inspections/" + changed + "/export/attention.json?layers=6&heads=2");
        for (JsonElement row :
                heads.getAsJsonArray("attention").get(0).getAsJsonArray().get(0).getAsJsonArray()) {
            assertThat(row.getAsJsonArray().get(2).getAsDouble()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"heads":[[5]]}          | 400 | Each of the request's heads is [layer, head]
                    {"heads":[[12,0]]}       | 400 | There is no such self layer 12.
                    {"heads":[[5,12]]}       | 400 | There is no such self layer 5, head 12.
                    {"heads":[["cross",0,0]]} | 400 | There is no such cross attention in this model.
                    {"blanked":[99]}         | 400 | There is no such token 99.
                    {"hidden":[-1]}          | 400 | There is no such token -1.
                    {"edges":[[0,0,1,99]]}   | 400 | There is no such edge from token 1 to token 99.
                    {"attention":["x"]}      | 400 | not a whole number
                    {"feedForward":[12]}     | 400 | There is no such self layer 12.
                    {"neurons":[1]}          | 400 | something unknown
                    [1]                      | 400 | not an object
                    """)
    void whatCantBeTakenOutIsRefusedInASentence(String without, int status, String sentence) throws Exception {
        HttpResponse<String> response =
                post("api/inspections", "{\"text\":\"" + KEYS + "\",\"without\":" + without + "}", "*/*");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(error(response)).contains(sentence);
    }

    @Test
    void aModelThatReadsFromLeftToRightIsAskedAboutTheNextWord() throws Exception {
        Path folder = Path.of(ReasonsTest.class.getResource("/oracle/gpt2").toURI());
        try (Session causal =
                        new Session("gpt2", (model, progress, wanted) -> Inspector.load("gpt2", folder), 1 << 20);
                WebServer own = WebServer.start(causal, 0, Set.of(), List.of())) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(own.url() + "api/inspections"))
                    .POST(BodyPublishers.ofString("{\"text\":\"The quick brown fox\",\"without\":{\"hidden\":[1]}}"))
                    .build();
            int id = JsonParser.parseString(
                            CLIENT.send(request, BodyHandlers.ofString()).body())
                    .getAsJsonObject()
                    .get("id")
                    .getAsInt();
            HttpRequest effects = HttpRequest.newBuilder(URI.create(own.url() + "api/inspections/" + id + "/effects"))
                    .build();
            List<JsonObject> lines =
                    lines(CLIENT.send(effects, BodyHandlers.ofString()).body());
            assertThat(lines.get(lines.size() - 1).get("done").getAsBoolean()).isTrue();
            HttpRequest blanked = HttpRequest.newBuilder(URI.create(own.url() + "api/inspections"))
                    .POST(BodyPublishers.ofString("{\"text\":\"The quick brown fox\",\"without\":{\"blanked\":[1]}}"))
                    .build();
            assertThat(error(CLIENT.send(blanked, BodyHandlers.ofString()))).contains("no mask token");
        }
    }

    @Test
    void aSetOfSentencesIsMeasuredWithProgress() throws Exception {
        String pairs = "The key on the shelves [MASK] very pretty.\\twas\\twere\\n"
                + "The keys on the shelf [MASK] very pretty.\\twere\\twas";
        List<JsonObject> lines =
                lines(post("api/pairs", "{\"pairs\":\"" + pairs + "\"}", "*/*").body());
        assertThat(lines.get(0).get("count").getAsInt()).isEqualTo(2);
        assertThat(lines.get(1).getAsJsonArray("places")).hasSize(144);
        assertThat(objects(lines.get(2).get("sentences")).get(0).getAsJsonArray("heads"))
                .hasSize(144);
        JsonObject sentence = objects(lines.get(2).get("sentences")).get(0);
        assertThat(sentence.getAsJsonArray("layers")).hasSize(12);
        assertThat(sentence.getAsJsonArray("words")
                        .get(0)
                        .getAsJsonArray()
                        .get(0)
                        .getAsInt())
                .isEqualTo(-5);
        assertThat(lines.get(lines.size() - 1).get("done").getAsBoolean()).isTrue();
    }

    @Test
    void aSetThatIsNotOneIsRefusedAndABadSentenceIsNamed() throws Exception {
        assertThat(error(post("api/pairs", "{\"pairs\":\"no tabs\"}", "*/*"))).contains("Line 1");
        List<JsonObject> lines = lines(post("api/pairs", "{\"pairs\":\"No blank here.\\ta\\tb\"}", "*/*")
                .body());
        assertThat(lines.get(lines.size() - 1).get("error").getAsString()).contains("“No blank here.”");
    }

    @Test
    void threeSetsAreIncluded() throws Exception {
        HttpResponse<String> response = get("api/pairs", "*/*");
        List<JsonObject> sets = objects(JsonParser.parseString(response.body()));
        assertThat(sets.stream().map(set -> set.get("name").getAsString()))
                .containsExactly("agreement", "capitals", "pronouns");
        assertThat(sets.get(0).get("pairs").getAsString().lines()).hasSize(50);
    }

    @Test
    void measuringEndsWhenTheClientLeaves() throws Exception {
        String first = "It [MASK] good.\\twas\\twere\\n"; // the shortest is measured first, alone
        String sentence = "The key on the shelves [MASK] very pretty.\\twas\\twere\\n";
        String body = "{\"pairs\":\"" + first + sentence.repeat(200) + "\"}";
        URI url = URI.create(server.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("POST " + url.getPath() + "api/pairs HTTP/1.1\r\nHost: 127.0.0.1:" + url.getPort()
                                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<String> heard = new ArrayList<>();
            while (heard.stream().noneMatch(line -> line.contains("sentences"))) {
                heard.add(answer.readLine());
            }
            assertThat(threads()).contains("Reasons");
        }
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            while (threads().contains("Reasons")) {
                Thread.sleep(50);
            }
        });
    }

    /** What the server's threads are doing. */
    private static String threads() {
        StringBuilder all = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().startsWith("headlight-web") || thread.getName().startsWith("qtp")) {
                List.of(stack).forEach(all::append);
            }
        });
        return all.toString();
    }
}
