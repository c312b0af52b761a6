package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
import dev.headlight.export.AttentionJson;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.AttentionPictures;
import dev.headlight.export.AttentionSafeTensors;
import dev.headlight.export.Export;
import dev.headlight.hub.Hub;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.session.Session;
import dev.headlight.testing.PageFile;
import dev.headlight.weights.SafeTensorsFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ExportsTest {
    private static final Request TEXT = Request.of("The ____ sat on the mat.");
    /** Its attention as JSON is larger than the buffers between server and client. */
    private static final Request LONG_TEXT = Request.of("The cat sat on the mat. ".repeat(40));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Session session;
    private static WebServer server;
    private static Inspector inspector;
    private static Inspected inspected;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() {
        session = new Session(
                "embedded", (model, progress, wanted) -> Inspector.load("embedded", Hub.locate("embedded")), 1 << 20);
        server = WebServer.start(session, 0, Set.of(), List.of());
        inspector = Inspector.load("embedded", Hub.locate("embedded"));
        inspected = inspector.inspect(TEXT, Options.standard(), () -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
        session.close();
        inspected.close();
        inspector.close();
    }

    private static int open(Request request) {
        return session.open(request, Options.standard(), false, () -> {}).id();
    }

    private static URI address(int id, String path) {
        return URI.create(server.url() + "api/inspections/" + id + "/export/" + path);
    }

    private static HttpResponse<byte[]> get(int id, String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(address(id, path)).build(), BodyHandlers.ofByteArray());
    }

    private static byte[] file(String path) throws Exception {
        HttpResponse<byte[]> response = get(open(TEXT), path);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static Export some() {
        Optional<List<Integer>> layers = Optional.of(List.of(4, 2));
        return Export.of(inspected, Selection.of(inspected.inspection(), layers, Optional.of(List.of(3))));
    }

    private static Export all() {
        return Export.of(inspected, Selection.all(inspected.inspection()));
    }

    /** Asserts that what is sent is, byte for byte, what the command line writes. */
    private void assertSentAsWritten(String path, BiConsumer<Path, Export> writer, Export export) throws Exception {
        Path file = temp.resolve("written");
        writer.accept(file, export);
        assertThat(file(path)).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void safetensorsEqualThoseOfTheCommandLine() throws Exception {
        assertSentAsWritten("attention.safetensors", AttentionSafeTensors::write, all());
        assertSentAsWritten("attention.safetensors?layers=4,2&heads=3", AttentionSafeTensors::write, some());
    }

    @Test
    void jsonEqualsThatOfTheCommandLine() throws Exception {
        assertSentAsWritten("attention.json", AttentionJson::write, all());
        assertSentAsWritten("attention.json?layers=2,4&heads=3", AttentionJson::write, some());
    }

    @Test
    void thePageEqualsThatOfTheCommandLine() throws Exception {
        assertSentAsWritten("attention.html", (to, export) -> AttentionPage.write(to, export, ""), all());
        assertSentAsWritten(
                "attention.html?layers=2,4&heads=3,3", (to, export) -> AttentionPage.write(to, export, ""), some());
    }

    @Test
    void picturesEqualThoseOfTheCommandLine() throws Exception {
        AttentionPictures.write(temp, some());
        byte[] second = Files.readAllBytes(temp.resolve("Attention_Layer2_Head3.png"));
        byte[] fourth = Files.readAllBytes(temp.resolve("Attention_Layer4_Head3.png"));
        assertThat(file("Attention_Layer2_Head3.png")).isEqualTo(second);
        Map<String, byte[]> zipped = unzipped(file("attention.zip?layers=2,4&heads=3"));
        assertThat(zipped).containsOnlyKeys("Attention_Layer2_Head3.png", "Attention_Layer4_Head3.png");
        assertThat(zipped.get("Attention_Layer2_Head3.png")).isEqualTo(second);
        assertThat(zipped.get("Attention_Layer4_Head3.png")).isEqualTo(fourth);
        assertThat(unzipped(file("attention.zip"))).hasSize(12 * 12);
    }

    private static Map<String, byte[]> unzipped(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    @Test
    void theExportedPageKeepsTheView() throws Exception {
        String page = new String(file("attention.html?shown=view%3Dmodel%26layer%3D2.3%2C4-_"), StandardCharsets.UTF_8);
        JsonObject inspection = JsonParser.parseString(
                        page.replaceAll("(?s).*id=\"inspection\">(.*?)</script>.*", "$1"))
                .getAsJsonObject();
        assertThat(inspection.get("shown").getAsString()).isEqualTo("view=model&layer=2.3,4-_");
        assertThat(inspection.get("text").getAsString()).isEqualTo(TEXT.text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            attention.safetensors      | application/octet-stream | headlight-ID.safetensors
            attention.json             | application/json         | headlight-ID.json
            attention.html             | text/html;charset=utf-8  | headlight-ID.html
            attention.zip              | application/zip          | headlight-ID.zip
            Attention_Layer4_Head8.png | image/png                | Attention_Layer4_Head8.png
            """)
    void headersNameTypeAndFile(String name, String type, String file) throws Exception {
        int id = open(TEXT);
        HttpResponse<byte[]> response = get(id, name);
        assertThat(response.headers().firstValue("Content-Type")).contains(type);
        assertThat(response.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + file.replace("ID", String.valueOf(id)) + "\"");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store, no-transform");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attention",
                "attention.txt",
                "attention.png",
                "Attention.json",
                "x/attention.json",
                "Attention_Layer0_Head1.png",
                "Attention_Layer13_Head1.png",
                "Attention_Layer1_Head13.png",
                "Attention_Layer01_Head1.png",
                "Attention_Layer99999999999_Head1.png",
                "Attention_Layer1_Head1.jpg"
            })
    void anUnknownExportIsNotFound(String name) throws Exception {
        assertThat(get(open(TEXT), name).statusCode()).isEqualTo(404);
    }

    @Test
    void aFileNameCannotContainAPath() throws Exception {
        assertThat(get(open(TEXT), "%2e%2e%2fattention.json").statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            attention.json?layers=13      | There is no layer 13: the model has layers 1 to 12.
            attention.json?layers=0,1     | There is no layer 0: the model has layers 1 to 12.
            attention.zip?heads=1,13      | There is no head 13: the model has heads 1 to 12.
            attention.html?heads=x        | The request's heads are not whole numbers separated by commas.
            attention.html?layers=        | The request's layers are not whole numbers separated by commas.
            attention.json?layers=1,,2    | The request's layers are not whole numbers separated by commas.
            attention.json?layers=1,      | The request's layers are not whole numbers separated by commas.
            attention.html?shown=%3Cb%3E  | The request's shown is not an address of the page.
            attention.html?shown=a%20b    | The request's shown is not an address of the page.
            """)
    void anInvalidSelectionIsAClearError(String path, String sentence) throws Exception {
        refuses(path, sentence);
    }

    @Test
    void aPageAddressHasAtMost500Characters() throws Exception {
        refuses("attention.html?shown=" + "a".repeat(501), "The request's shown is not an address of the page.");
        assertThat(get(open(TEXT), "attention.html?shown=" + "a".repeat(500)).statusCode())
                .isEqualTo(200);
    }

    private static void refuses(String path, String sentence) throws Exception {
        HttpResponse<byte[]> response = get(open(TEXT), path);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Disposition")).isEmpty();
        JsonObject error = JsonParser.parseString(new String(response.body(), StandardCharsets.UTF_8))
                .getAsJsonObject();
        assertThat(error.get("error").getAsString()).isEqualTo(sentence);
    }

    @Test
    void aClosedInspectionHasNoFiles() throws Exception {
        assertThat(get(99_999, "attention.json").statusCode()).isEqualTo(404);
    }

    @Test
    @Timeout(60)
    void aSlowClientDoesNotBlockOthers() throws Exception {
        int id = open(LONG_TEXT);
        HttpResponse<InputStream> slow = CLIENT.send(
                HttpRequest.newBuilder(address(id, "attention.json")).build(), BodyHandlers.ofInputStream());
        try (InputStream unread = slow.body()) {
            assertThat(unread.read()).isEqualTo('{');
            Matrix read = session.read(id, heads -> heads.head(AttentionKind.SELF, 0, 0), () -> {});
            assertThat(read.rows()).isGreaterThan(200);
            assertThat(answering()).isTrue();
        }
        awaitTheEnd();
    }

    @Test
    @Timeout(60)
    void aDisconnectedClientEndsTheWorkQuietly() throws Exception {
        int id = open(LONG_TEXT);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (String name : List.of("attention.safetensors", "attention.json", "attention.html", "attention.zip")) {
                leave(address(id, name));
            }
            awaitTheEnd();
        } finally {
            System.setErr(err);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(file("attention.json")).isNotEmpty();
    }

    private static void leave(URI address) throws Exception {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            String request = "GET " + address.getPath() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
        }
    }

    @Tag("slow")
    @Test
    @Timeout(60)
    void aTruncatedFileIsNotMistakenForAWholeOne() throws Exception {
        int id = open(LONG_TEXT);
        HttpResponse<InputStream> response = CLIENT.send(
                HttpRequest.newBuilder(address(id, "attention.json")).build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            for (int i = 0; i < 256; i++) {
                open(Request.of("text"));
            }
            assertThat(session.find(id)).isEmpty();
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    /** Whether the server is at work on a request. */
    private static boolean answering() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().equals(Gate.class.getName()));
    }

    private static void awaitTheEnd() throws InterruptedException {
        while (answering()) {
            Thread.sleep(20);
        }
    }

    @Test
    void thePageArraysContainQueriesKeysAndTheOverview() throws Exception {
        Path page = Files.write(temp.resolve("page"), file("attention.html?layers=2&heads=3,5"));
        try (SafeTensorsFile arrays = PageFile.read(page).arrays(temp.resolve("arrays"))) {
            assertThat(arrays.shape("vectors")).containsExactly(1, 2, 2, 9 + 9, 32);
            assertThat(arrays.shape("steps")).containsExactly(1, 2, 2);
            assertThat(arrays.shape("thumbnails")).containsExactly(1, 2, 9, 9);
            assertThat(arrays.shape("patterns")).containsExactly(1, 2, HeadPattern.values().length);
            assertThat(arrays.metadata()).containsKeys("patterns", "thresholds");
        }
    }
}
