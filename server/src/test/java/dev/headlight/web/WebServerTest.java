package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.imports.CorpusFile;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.ModelState;
import dev.headlight.session.Session;
import dev.headlight.testing.SampleCorpus;
import dev.headlight.weights.SafeTensorsFile;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Session session;
    private static WebServer server;
    private static int id;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() throws Exception {
        session = new Session(
                "embedded", (model, progress, wanted) -> Inspector.load("embedded", Hub.locate("embedded")), 1 << 20);
        server = WebServer.start(session, 0, Set.of("Proxy.Example"), List.of());
        id = JsonParser.parseString(post("api/inspections", "{\"text\":\"The ____ sat on the mat.\"}")
                        .body())
                .getAsJsonObject()
                .get("id")
                .getAsInt();
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> delete(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).DELETE().build(), BodyHandlers.ofString());
    }

    private SafeTensorsFile arrays(String path) throws Exception {
        Path file = Files.createTempFile(temp, "arrays", "");
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "api/inspections/" + id + "/" + path))
                .build();
        HttpResponse<Path> response = CLIENT.send(request, BodyHandlers.ofFile(file));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
        return SafeTensorsFile.open(file);
    }

    /** Sends a raw request and returns the whole response. */
    private static String raw(String request) throws IOException {
        URI url = URI.create(server.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Opens an address as a browser does that follows no redirect. */
    private static HttpResponse<String> open(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aFileThatIsSentIsOpenUntilItIsClosed() throws Exception {
        HttpResponse<String> opened = post(
                "api/files?name=mine.attention.json",
                "{\"attention\": [[[[1, 0], [0.5, 0.5]]]], \"tokens\": [\"a\", \"b\"]}");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
        JsonObject inspection = JsonParser.parseString(opened.body()).getAsJsonObject();
        assertThat(inspection.get("model").getAsString()).isEqualTo("mine.attention.json");
        String path = "api/inspections/" + inspection.get("id").getAsInt();
        String head = path + "/attention/self/0/heads/0";
        assertThat(get(head).statusCode()).isEqualTo(200);
        assertThat(delete(path).statusCode()).isEqualTo(204);
        assertThat(List.of(get(path), get(head), delete(path)))
                .extracting(HttpResponse::statusCode)
                .containsOnly(404);
    }

    @Test
    void aTextThatWasClosedIsGone() throws Exception {
        String opened = post("api/inspections", "{\"text\":\"Close me.\"}").body();
        String path = "api/inspections/"
                + JsonParser.parseString(opened).getAsJsonObject().get("id").getAsInt();
        assertThat(get(path + "/attention/self/0").statusCode()).isEqualTo(200);
        assertThat(delete(path).statusCode()).isEqualTo(204);
        assertThat(get(path + "/attention/self/0").statusCode()).isEqualTo(404);
    }

    @Test
    void aOneTimeAddressWithoutTheTokenRedirectsToTheInspection() throws Exception {
        String address = server.openingUrl(id);
        String token = path().replace("/", "");
        assertThat(address)
                .matches("http://127\\.0\\.0\\.1:\\d+/open/[0-9a-f]{32}")
                .doesNotContain(token);
        HttpResponse<String> first = open(address);
        assertThat(first.statusCode()).isEqualTo(303);
        String location = first.headers().firstValue("Location").orElseThrow();
        assertThat(location).isEqualTo("../" + token + "/#inspection=" + id);
        assertThat(URI.create("http://proxy.example/prefix/open/code").resolve(location))
                .hasToString("http://proxy.example/prefix/" + token + "/#inspection=" + id);
        assertThat(URI.create(address).resolve(location)).hasToString(server.url(id));
        assertThat(first.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(first.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("no-store"));

        HttpResponse<String> second = open(address);
        assertThat(second.statusCode()).isEqualTo(410);
        assertThat(second.body()).contains("it works once").endsWith(".").doesNotContain(token);
        assertThat(second.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void prefetchingDoesNotConsumeTheCode() throws Exception {
        String address = server.openingUrl();
        assertThat(open(address, "Sec-Purpose", "prefetch;prerender").statusCode())
                .isEqualTo(503);
        HttpRequest head = HttpRequest.newBuilder(URI.create(address))
                .method("HEAD", BodyPublishers.noBody())
                .build();
        assertThat(CLIENT.send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
        assertThat(open(address).statusCode()).isEqualTo(303);
    }

    @Test
    void anExpiredCodeIsRejected() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        try (WebServer own = WebServer.start(session, 0, Set.of(), List.of(), now::get, true)) {
            String soon = own.openingUrl();
            String late = own.openingUrl();
            now.set(now.get().plusSeconds(59));
            assertThat(open(soon).statusCode()).isEqualTo(303);
            now.set(now.get().plusSeconds(1));
            assertThat(open(late).statusCode()).isEqualTo(410);
        }
    }

    @Test
    void aWrongCodeIsNotFoundAndAForeignHostIsRefused() throws Exception {
        String address = server.openingUrl();
        String wrong = address.replaceFirst("[0-9a-f]{32}$", "0".repeat(32));
        assertThat(open(wrong).statusCode()).isEqualTo(404);
        assertThat(open(wrong).body()).isEqualTo("Not found.");
        assertThat(open(address + "/").statusCode()).isEqualTo(404);
        assertThat(open(address.replaceFirst("[0-9a-f]{32}$", "")).statusCode()).isEqualTo(404);
        String rebound = raw("GET " + URI.create(address).getPath() + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        assertThat(rebound).startsWith("HTTP/1.1 403");
        assertThat(open(address).statusCode()).isEqualTo(303);
    }

    @Test
    void aPageOfAServerThatHasEndedExplainsItself() throws Exception {
        String gone = server.url().replaceFirst("[0-9a-f]{64}.*", "0".repeat(64) + "/");
        HttpResponse<String> page = open(gone, "Accept", "text/html,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.body()).contains("no longer valid", "headlight web");
        assertThat(open(gone).body()).isEqualTo("Not found.");
        assertThat(open(gone + "api/model", "Accept", "text/html").body()).isEqualTo("Not found.");
    }

    @Test
    void anotherUserCannotExchangeTheCode() throws Exception {
        assumeTrue(
                Files.exists(Path.of("/proc/self"))
                        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root on Linux can become another user");
        String address = server.openingUrl();
        String ask = "exec 3<>/dev/tcp/127.0.0.1/" + URI.create(address).getPort()
                + "; printf 'GET %s HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' "
                + URI.create(address).getPath() + " >&3; cat <&3";
        Process attacker = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", ask)
                .start();
        assertThat(new String(attacker.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 404");
        assertThat(open(address).statusCode()).isEqualTo(303);
    }

    @Test
    void theLogOfAFailureContainsNeitherKeyNorText() throws Exception {
        Session closed = new Session(
                "embedded", (model, progress, wanted) -> Inspector.load("embedded", Hub.locate("embedded")), 1 << 20);
        PrintStream err = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (WebServer own = WebServer.start(closed, 0, Set.of(), List.of())) {
            closed.close();
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            HttpRequest request = HttpRequest.newBuilder(URI.create(own.url() + "api/inspections"))
                    .POST(BodyPublishers.ofString("{\"text\":\"a secret text\"}"))
                    .build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(500);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("/api/inspections failed")
                    .doesNotContain("secret")
                    .doesNotContain(URI.create(own.url()).getPath().replace("/", ""));
        } finally {
            System.setErr(err);
        }
    }

    private static String path() {
        return URI.create(server.url()).getPath();
    }

    @Test
    void theAddressIsOnTheLoopbackWithA256BitToken() {
        assertThat(server.url()).matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{64}/");
        assertThat(server.url(7)).isEqualTo(server.url() + "#inspection=7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/assets/", "/api/model", "/robots.txt", "/0000/", "/../", "//"})
    void everythingNeedsTheToken(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 40[04]")
                .contains("Content-Security-Policy: default-src 'none'")
                .doesNotContain("<html>");
    }

    @Test
    void anAlmostCorrectTokenIsRejected() throws IOException {
        String token = path().substring(1, 65);
        char last = token.charAt(63) == '0' ? '1' : '0';
        for (String wrong :
                List.of(token.substring(0, 63), token.substring(0, 63) + last, token + "0", token.toUpperCase())) {
            if (!wrong.equals(token)) {
                assertThat(raw("GET /" + wrong + "/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 404");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "127.0.0.1:1234, 200",
        "localhost, 200",
        "LOCALHOST:80, 200",
        "[::1]:80, 200",
        "proxy.example:443, 200",
        "evil.example, 403",
        "127.0.0.1.evil.example, 403",
        "localhost.evil.example:80, 403",
        "127.0.0.2, 403"
    })
    void onlyLocalAndAllowedHostsAreAnswered(String host, int status) throws IOException {
        String answer = raw("GET " + path() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void aRequestWithoutAHostIsRefused() throws IOException {
        assertThat(raw("GET " + path() + " HTTP/1.0\r\n\r\n")).containsPattern("^HTTP/1.1 40[03]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api/model", "nothing", "api/inspections/99", "assets/none.js"})
    void everyResponseHasTheSecurityHeaders(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                        + " connect-src 'self'");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store, no-transform");
        assertThat(response.headers().map().keySet())
                .doesNotContain("x-frame-options", "access-control-allow-origin", "set-cookie", "server");
    }

    @Test
    void refusalsHaveTheSecurityHeadersToo() throws IOException {
        assertThat(raw("GET /wrong/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .contains("Content-Security-Policy: default-src 'none'", "nosniff", "no-referrer");
    }

    @Test
    void thePageUsesRelativeAddresses() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
        assertThat(page.body())
                .containsPattern("src=\"\\./assets/[\\w-]+\\.js\"")
                .doesNotContain("http://", "https://");
        String script = page.body().replaceAll("(?s).*src=\"\\./(assets/[\\w-]+\\.js)\".*", "$1");
        HttpResponse<String> asset = get(script);
        assertThat(asset.statusCode()).isEqualTo(200);
        assertThat(asset.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assets/",
                "assets/../index.html",
                "assets/..%2findex.html",
                "assets/%2e%2e/export.html",
                "assets/.hidden.js",
                "assets/a/../../x.js",
                "export.html",
                "assets/x.class"
            })
    void onlyThePagesFilesAreServed(String path) throws IOException {
        assertThat(raw("GET " + path() + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 40[04]");
    }

    @Test
    void textStaysTextAndNeverBecomesMarkup() throws Exception {
        String text = "<script>alert(1)</script> “é” 🙂 ____";
        HttpResponse<String> response =
                post("api/inspections", new com.google.gson.Gson().toJson(java.util.Map.of("text", text)));
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).doesNotContain("<script>");
        assertThat(JsonParser.parseString(response.body())
                        .getAsJsonObject()
                        .get("text")
                        .getAsString())
                .isEqualTo(text);
    }

    @Test
    void anInspectionHasTokensBlanksAndSizes() throws Exception {
        JsonObject json =
                JsonParser.parseString(get("api/inspections/" + id).body()).getAsJsonObject();
        assertThat(json.get("layers").getAsInt()).isEqualTo(12);
        assertThat(json.get("heads").getAsInt()).isEqualTo(12);
        assertThat(json.get("linked").getAsBoolean()).isFalse();
        JsonArray tokens = json.getAsJsonArray("tokens");
        assertThat(tokens).hasSize(9);
        assertThat(tokens.get(0).getAsJsonObject().has("start")).isFalse();
        assertThat(tokens.get(2).getAsJsonObject().get("start").getAsInt()).isEqualTo(4);
        JsonObject blank = json.getAsJsonArray("blanks").get(0).getAsJsonObject();
        assertThat(blank.get("end").getAsInt()).isEqualTo(8);
        assertThat(blank.getAsJsonArray("predictions")).hasSize(3);
    }

    @Test
    void namedWordsHaveProbabilitiesAndTokens() throws Exception {
        JsonObject blank = JsonParser.parseString(get("api/inspections/" + id).body())
                .getAsJsonObject()
                .getAsJsonArray("blanks")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("predictions")
                .get(0)
                .getAsJsonObject();
        HttpResponse<String> response = post(
                "api/inspections/" + id + "/words",
                "{\"place\":0,\"words\":[\"" + blank.get("word").getAsString() + "\",\"photosynthesis\"]}");
        assertThat(response.statusCode()).isEqualTo(200);
        JsonArray words =
                JsonParser.parseString(response.body()).getAsJsonObject().getAsJsonArray("words");
        assertThat(words.get(0).getAsJsonObject().get("probability").getAsDouble())
                .isCloseTo(blank.get("probability").getAsDouble(), within(1e-6));
        assertThat(words.get(1).getAsJsonObject().getAsJsonArray("tokens")).hasSizeGreaterThan(1);
    }

    @Test
    void blanksAreFilledTogether() throws Exception {
        int two = JsonParser.parseString(post("api/inspections", "{\"text\":\"The ____ barked at the ____.\"}")
                        .body())
                .getAsJsonObject()
                .get("id")
                .getAsInt();
        JsonArray together = JsonParser.parseString(
                        get("api/inspections/" + two + "/together").body())
                .getAsJsonObject()
                .getAsJsonArray("together");
        assertThat(together).hasSize(3);
        JsonObject first = together.get(0).getAsJsonObject();
        assertThat(first.get("text").getAsString()).doesNotContain("____");
        assertThat(first.getAsJsonArray("words")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"place":0,"words":[""]}         | 422 | A word to ask about is empty
            {"place":0,"words":[]}           | 422 | A word to ask about is empty
            {"place":0,"words":["[MASK]"]}   | 422 | can't be written in this model's vocabulary
            {"place":7,"words":["a"]}        | 400 | There is no such place 7
            {"place":0,"words":[7]}          | 400 | words is not a string
            {"place":0,"words":"a"}          | 400 | words is not a list
            {"words":["a"]}                  | 400 | place is not a whole number
            """)
    void wordsThatCanNotBeNamedAreOneSentence(String body, int status, String because) throws Exception {
        assertRefused(post("api/inspections/" + id + "/words", body), status, because);
    }

    @Test
    void aPairIsOneInspection() throws Exception {
        JsonObject json = JsonParser.parseString(post("api/inspections", "{\"text\":\"one\",\"pair\":\"two\"}")
                        .body())
                .getAsJsonObject();
        assertThat(json.get("pair").getAsString()).isEqualTo("two");
        assertThat(json.getAsJsonArray("tokens")).hasSize(5);
    }

    @Test
    void arraysAreExactAndInTheOrderHeadQueryKey() throws Exception {
        Matrix head =
                session.read(id, heads -> heads.layer(AttentionKind.SELF, 1).get(3), () -> {});
        try (SafeTensorsFile layer = arrays("attention/self/1")) {
            assertThat(layer.shape("attention")).containsExactly(12, 9, 9);
            assertThat(layer.bytes("attention").get((3 * 9 + 2) * 9 + 5) & 0xff)
                    .isEqualTo(Math.round(255 * head.at(2, 5)));
        }
        try (SafeTensorsFile from = arrays("attention/self/1/from/2")) {
            assertThat(from.shape("attention")).containsExactly(12, 9);
            assertThat(from.bytes("attention").getFloat(4 * (3 * 9 + 5))).isCloseTo(head.at(2, 5), within(1e-6f));
        }
        try (SafeTensorsFile to = arrays("attention/self/1/to/5")) {
            assertThat(to.bytes("attention").getFloat(4 * (3 * 9 + 2))).isCloseTo(head.at(2, 5), within(1e-6f));
        }
        try (SafeTensorsFile one = arrays("attention/self/1/heads/3")) {
            assertThat(one.shape("attention")).containsExactly(9, 9);
            assertThat(one.bytes("attention").getFloat(4 * (2 * 9 + 5))).isCloseTo(head.at(2, 5), within(1e-6f));
        }
    }

    private float[] floats(String path) throws Exception {
        try (SafeTensorsFile file = arrays(path)) {
            float[] values = new float[file.bytes("attention").remaining() / Float.BYTES];
            file.bytes("attention").asFloatBuffer().get(values);
            return values;
        }
    }

    @Test
    void aMeasureReplacesTheWeights() throws Exception {
        String head = "attention/self/3/heads/2";
        float[] alpha = floats(head + "?measure=weight");
        float[] norm = floats(head + "?measure=norm");
        int tokens = 9;
        for (int key = 0; key < tokens; key++) { // a key's norms are its weights, by the same factor in all rows
            float factor = norm[key] / alpha[key];
            for (int query = 1; query < tokens; query++) {
                assertThat(norm[query * tokens + key]).isCloseTo(factor * alpha[query * tokens + key], within(1e-4f));
            }
        }
        assertThat(floats("attention/self/3/heads/5?measure=rollout")).isEqualTo(floats(head + "?measure=rollout"));
        try (SafeTensorsFile norms = arrays("attention/self/3?measure=norm");
                SafeTensorsFile rollout = arrays("attention/self/3/from/1?measure=rollout");
                SafeTensorsFile weights = arrays("attention/self/3/to/1")) {
            assertThat(weights.metadata()).doesNotContainKey("measure");
            assertThat(rollout.metadata()).containsEntry("measure", "rollout").containsEntry("unit", "1.0");
            assertThat(norms.metadata()).containsEntry("measure", "norm");
            assertThat(Float.parseFloat(norms.metadata().get("unit"))).isPositive();
            ByteBuffer all = norms.bytes("attention");
            assertThat(IntStream.range(0, all.remaining())
                            .map(i -> all.get(i) & 0xff)
                            .max())
                    .hasValue(255); // the largest of the layer
        }
        try (SafeTensorsFile norms = arrays("overview/self?measure=norm");
                SafeTensorsFile weights = arrays("overview/self")) {
            assertThat(norms.bytes("thumbnails")).isNotEqualTo(weights.bytes("thumbnails"));
        }
        try (SafeTensorsFile same = arrays("difference/self/" + id + "?measure=norm")) {
            assertThat(same.bytes("distances").getFloat(0)).isZero();
        }
    }

    @Test
    void queriesAndKeysReproduceTheAttention() throws Exception {
        Matrix head = session.read(id, heads -> heads.head(AttentionKind.SELF, 2, 1), () -> {});
        try (SafeTensorsFile vectors = arrays("vectors/self/2/1")) {
            double[] scores = new double[9];
            double sum = 0;
            for (int key = 0; key < 9; key++) {
                double product = 0;
                for (int i = 0; i < 32; i++) {
                    product += vectors.bytes("query").getFloat(4 * (4 * 32 + i))
                            * vectors.bytes("key").getFloat(4 * (key * 32 + i));
                }
                scores[key] = Math.exp(product / Math.sqrt(32));
                sum += scores[key];
            }
            for (int key = 0; key < 9; key++) {
                assertThat((float) (scores[key] / sum)).isCloseTo(head.at(4, key), within(1e-5f));
            }
        }
    }

    @Test
    void theOverviewIsOneAnswer() throws Exception {
        try (SafeTensorsFile overview = arrays("overview/self")) {
            assertThat(overview.shape("thumbnails")).containsExactly(12, 12, 9, 9);
            assertThat(overview.shape("patterns")).containsExactly(12, 12, HeadPattern.values().length);
            float otherSentence = overview.bytes("patterns").getFloat(4 * HeadPattern.OTHER_SENTENCE.ordinal());
            assertThat(otherSentence).isNaN();
            assertThat(JsonParser.parseString(overview.metadata().get("patterns"))
                            .getAsJsonArray())
                    .hasSize(HeadPattern.values().length)
                    .startsWith(new JsonPrimitive("previous token"));
            assertThat(overview.metadata())
                    .containsEntry(
                            "thresholds", "[0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.6,0.6,0.6,0.5,0.6,0.6,3.8,0.95]");
        }
    }

    @Test
    void theDifferenceOfTwoInspectionsIsOverTheirAlignedTokens() throws Exception {
        int other = session.open(Request.of("The old ____ sat on a mat."), Options.standard(), false, () -> {})
                .id();
        float moved = session.read(
                id,
                other,
                (a, b) -> b.layer(AttentionKind.SELF, 1).get(3).at(0, 4)
                        - a.layer(AttentionKind.SELF, 1).get(3).at(0, 3),
                () -> {});
        try (SafeTensorsFile difference = arrays("difference/self/" + other)) {
            assertThat(difference.metadata())
                    .containsEntry("aligned", "[[0,0],[1,1],[2,3],[3,4],[4,5],[5,6],[6,7],[7,8],[8,9]]");
            assertThat(difference.shape("thumbnails")).containsExactly(12, 12, 9, 9);
            assertThat(difference.bytes("thumbnails").get(((12 + 3) * 9 + 0) * 9 + 3) & 0xff)
                    .isEqualTo(Math.round(128 + 127 * moved));
            assertThat(difference.shape("distances")).containsExactly(12, 12);
            assertThat(difference.bytes("distances").getFloat(0))
                    .isBetween(0f, 1f)
                    .isPositive();
        }
        try (SafeTensorsFile none = arrays("difference/self/" + id)) {
            assertThat(none.bytes("distances").getFloat(4 * 143)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            api/inspections/99999              | 404 | no longer open
            api/inspections/x                  | 400 | not a whole number
            api/inspections/-1                 | 400 | not a whole number
            api/inspections/99999999999        | 400 | not a whole number
            api/inspections/ID/attention/self/12    | 400 | There is no such layer 12
            api/inspections/ID/attention/cross/0    | 400 | There is no such attention cross
            api/inspections/ID/attention/nope/0     | 400 | An attention is self, encoder, decoder or cross
            api/inspections/ID/overview/cross       | 400 | There is no such attention cross
            api/inspections/ID/difference/cross/ID  | 400 | There is no such attention cross
            api/inspections/ID/attention/self/x     | 400 | not a whole number
            api/inspections/ID/attention/self/0/heads/12 | 400 | There is no such layer 0, head 12
            api/inspections/ID/attention/self/0/from/9   | 400 | There is no such token 9
            api/inspections/ID/attention/self/0/to/-1    | 400 | not a whole number
            api/inspections/ID/difference/self/99999     | 404 | no longer open
            api/inspections/99999/difference/self/ID     | 404 | no longer open
            api/inspections/ID/difference/self/x         | 400 | not a whole number
            api/inspections/ID/overview/self?measure=x   | 400 | A measure is weight, norm or rollout
            api/inspections/ID/vectors/self/0/99         | 400 | There is no such layer 0, head 99
            """)
    void anAbsentResourceIsAClearError(String path, int status, String because) throws Exception {
        assertRefused(get(path.replace("ID", String.valueOf(id))), status, because);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"text":""}              | 422 | The text is empty
            {"text":"  \\n "}        | 422 | The text is empty
            {"text":"a","pair":" "}  | 422 | The second text is empty
            {}                       | 400 | The request has no text
            {"text":7}               | 400 | text is not a string
            []                       | 400 | not a JSON object
            not json                 | 400 | not a JSON object
            ``                       | 400 | not a JSON object
            """)
    void aTextThatCannotBeInspectedIsAClearError(String body, int status, String because) throws Exception {
        assertRefused(post("api/inspections", body), status, because);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String because) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JsonParser.parseString(response.body())
                        .getAsJsonObject()
                        .get("error")
                        .getAsString())
                .contains(because);
    }

    @Test
    void anEndlessBodyIsRefused() throws Exception {
        HttpResponse<String> response = post("api/inspections", "{\"text\":\"" + "a".repeat(5_000_000) + "\"}");
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"layer\":0,\"heads\":[0],\"tokens\":[99],\"incoming\":false}",
                "{\"layer\":0,\"heads\":[12],\"tokens\":[1]}",
                "{\"layer\":12,\"heads\":[0],\"tokens\":[1]}",
                "{\"layer\":0,\"heads\":0,\"tokens\":[1]}",
                "{\"layer\":0.5,\"heads\":[0],\"tokens\":[1]}",
                "{\"tokens\":\"x\"}"
            })
    void anOutOfRangePointerIsRefused(String body) throws Exception {
        assertThat(post("api/inspections/" + id + "/pointer", body).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aPointerIsSetAndCleared() throws Exception {
        String path = "api/inspections/" + id + "/pointer";
        assertThat(post(path, "{\"layer\":0,\"heads\":[0,1],\"tokens\":[1,2],\"incoming\":true}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(post(path, "{}").statusCode()).isEqualTo(204);
    }

    @Test
    void eventsReportTheModelsState() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "api/events"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> response = CLIENT.send(request, BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: model");
            assertThat(lines.readLine()).contains("\"state\":\"ready\"");
        }
    }

    private static JsonObject model(WebServer server) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "api/model")).build();
        return JsonParser.parseString(
                        CLIENT.send(request, BodyHandlers.ofString()).body())
                .getAsJsonObject();
    }

    @Test
    void eventsReportEachDownload() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        Session downloading = new Session(
                "first",
                (model, progress, wanted) -> {
                    progress.accept(new ModelState.Fetching(10, 100, 5, "10 of 100 bytes"));
                    try {
                        (model.equals("first") ? first : second).await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Inspector.load(model, Hub.locate("embedded"));
                },
                1);
        try (downloading;
                WebServer other = WebServer.start(downloading, 0, Set.of(), List.of())) {
            downloading.start();
            JsonObject state = model(other);
            while (!state.has("fetching")) {
                Thread.sleep(5);
                state = model(other);
            }
            assertThat(state)
                    .isEqualTo(JsonParser.parseString("{\"model\":\"first\",\"state\":\"loading\",\"fetching\":"
                            + "{\"done\":10,\"total\":100,\"perSecond\":5,\"message\":\"10 of 100 bytes\"}}"));
            first.countDown();
            downloading.awaitModel();
            CompletableFuture<Void> use = CompletableFuture.runAsync(() -> downloading.use("second", () -> {}));
            while (!model(other).has("next")
                    || !model(other).getAsJsonObject("next").has("fetching")) {
                Thread.sleep(5);
            }
            state = model(other);
            assertThat(state.get("model").getAsString()).isEqualTo("first");
            assertThat(state.get("state").getAsString()).isEqualTo("ready");
            assertThat(state.getAsJsonObject("next").get("model").getAsString()).isEqualTo("second");
            second.countDown();
            use.get(60, TimeUnit.SECONDS);
            assertThat(model(other)).isEqualTo(JsonParser.parseString("{\"model\":\"second\",\"state\":\"ready\"}"));
        } finally {
            first.countDown();
            second.countDown();
        }
    }

    @Test
    void eventsReportAFailedModel() throws Exception {
        Session failing = new Session(
                "broken",
                (model, progress, wanted) -> {
                    throw new UserException("Das Modell “é” ist kaputt.");
                },
                1);
        try (failing;
                WebServer other = WebServer.start(failing, 0, Set.of(), List.of())) {
            assertThatThrownBy(failing::awaitModel).isInstanceOf(UserException.class);
            HttpRequest request = HttpRequest.newBuilder(URI.create(other.url() + "api/model"))
                    .build();
            JsonObject state = JsonParser.parseString(
                            CLIENT.send(request, BodyHandlers.ofString()).body())
                    .getAsJsonObject();
            assertThat(state.get("message").getAsString()).isEqualTo("Das Modell “é” ist kaputt.");
            HttpRequest events = HttpRequest.newBuilder(URI.create(other.url() + "api/events"))
                    .header("Accept", "text/event-stream")
                    .build();
            try (InputStream stream =
                    CLIENT.send(events, BodyHandlers.ofInputStream()).body()) {
                byte[] start = stream.readNBytes(60);
                assertThat(new String(start, StandardCharsets.UTF_8)).startsWith("event: model");
            }
        }
    }

    @Test
    void aPortInUseIsAClearError() {
        int taken = URI.create(server.url()).getPort();
        assertThatThrownBy(() -> WebServer.start(session, taken, Set.of(), List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("Port " + taken + " is in use");
        assertThatThrownBy(() -> WebServer.start(session, 70_000, Set.of(), List.of()))
                .isInstanceOf(UserException.class);
    }

    @Test
    void corporaAreServedAsTheyAre() throws Exception {
        assertThat(get("api/corpora").body()).isEqualTo("[]");
        JsonObject corpus = SampleCorpus.json();
        List<CorpusFile> corpora = List.of(new CorpusFile(corpus), new CorpusFile(corpus));
        try (WebServer other = WebServer.start(session, 0, Set.of(), corpora)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(other.url() + "api/corpora"))
                    .build();
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            JsonArray both = JsonParser.parseString(response.body()).getAsJsonArray();
            assertThat(both).containsExactly(corpus, corpus);
            assertThat(response.body()).doesNotContain("<b>"); // text is never markup
            assertThat(other.corpusUrl()).isEqualTo(other.url() + "#view=corpus");
        }
    }

    @Test
    void tokensDifferFromServerToServer() {
        try (WebServer other = WebServer.start(session, 0, Set.of(), List.of())) {
            assertThat(URI.create(other.url()).getPath()).isNotEqualTo(path());
        }
    }

    @Test
    void thePagesFilesAreServed() throws IOException {
        assertThat(Files.exists(temp)).isTrue();
        assertThat(PageFiles.find("index.html")).isPresent();
        assertThat(PageFiles.find("../version.properties")).isEmpty();
    }
}
