package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.inspect.Inspector;
import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Loader;
import dev.headlight.session.Session;
import dev.headlight.testing.StubModel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that editors send, well-formed or not, and what the server answers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TransportTest {
    private static final String URI = "file:///a.md";
    private static final String TEXT = "The [MASK] sat.";
    private static final String DOCUMENT = "{\"textDocument\":{\"uri\":\"" + URI + "\"}";

    private static Session session;
    private static Loader stub;
    private RawClient client;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        stub = (model, progress, cancellation) -> Inspector.load(model, folder);
        session = new Session("stub", stub, 1 << 20);
    }

    @BeforeEach
    void start() throws Exception {
        client = new RawClient(session);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private void begin() throws Exception {
        client.initialize("{}");
        client.open(URI, "markdown", TEXT);
    }

    private static String at(int character) {
        return DOCUMENT + ",\"position\":{\"line\":0,\"character\":" + character + "}}";
    }

    private int hints() throws Exception {
        return client.request(
                        "textDocument/inlayHint",
                        DOCUMENT
                                + ",\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":9,\"character\":0}}}")
                .getAsJsonArray("result")
                .size();
    }

    private static String filler(int kilobytes) {
        return "word ".repeat(kilobytes * 1024 / 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9, 200})
    void theServerHearsOnAfterAMalformedMessageOfAnySize(int kilobytes) throws Exception {
        begin();
        String text = filler(kilobytes);
        for (String malformed : List.of(
                "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///b\","
                        + "\"languageId\":\"x\",\"version\":1.5,\"text\":\"" + text + "\"}}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///b\","
                        + "\"languageId\":\"x\",\"version\":\"a\",\"text\":\"" + text + "\"}}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"foo/bar\",\"params\":{\"b\":\"" + text + "\"}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"foo/bar\",\"params\":{\"b\":\"" + text + "\",}}",
                "[{\"jsonrpc\":\"2.0\",\"method\":\"foo/bar\",\"params\":\"" + text + "\"}]",
                text,
                "")) {
            client.send(malformed);
            assertThat(hints())
                    .as(malformed.substring(0, Math.min(90, malformed.length())))
                    .isEqualTo(1);
        }
    }

    @Test
    void aMalformedMessageIsAnsweredWithItsKindOfError() throws Exception {
        begin();
        client.send("{\"jsonrpc\": ");
        assertThat(RawClient.code(client.next())).isEqualTo(-32700);
        client.send("{} {}");
        assertThat(RawClient.code(client.next())).isEqualTo(-32700);
        for (String invalid : List.of("[]", "7", "null", "{}", "{\"jsonrpc\":\"2.0\",\"id\":5}", "{\"method\":7}")) {
            client.send(invalid);
            assertThat(RawClient.code(client.next())).as(invalid).isEqualTo(-32600);
        }
        for (String id : List.of("1.5", "null", "true", "{}", "99999999999")) {
            client.send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"shutdown\"}");
            assertThat(RawClient.code(client.next())).as(id).isEqualTo(-32600);
        }
        assertThat(RawClient.code(client.request("textDocument/hover", "[1, 2]")))
                .isEqualTo(-32602);
        assertThat(RawClient.code(client.request("textDocument/hover", "{}"))).isEqualTo(-32602);
        assertThat(RawClient.code(client.request("textDocument/hover", "null"))).isEqualTo(-32602);
        assertThat(RawClient.code(client.request("workspace/executeCommand", "{\"arguments\":[]}")))
                .isEqualTo(-32602);
        assertThat(hints()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length: %d\r\n\r\n",
                "CONTENT-LENGTH:%d\r\nX-Other: 1\r\n\r\n",
                "Content-Type: application/vscode-jsonrpc; charset=\"utf-8\"\r\nContent-Length: %d\r\n\r\n",
                "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: %d\r\n\r\n",
                "Content-Length: %d\n\n",
            })
    void headersAreReadInAnyCaseWithAnyCharsetName(String header) throws Exception {
        begin();
        String body = client.call(client.nextId(), "textDocument/hover", at(6));
        client.raw(String.format(header, body.length()) + body);
        assertThat(client.answer(2).get("result").isJsonObject()).isTrue();
    }

    @Test
    void anotherCharsetIsDecodedAndAnUnknownOneIsAnError() throws Exception {
        begin();
        String body = client.call(client.nextId(), "textDocument/hover", at(6));
        byte[] utf16 = body.getBytes(Charset.forName("utf-16le"));
        client.raw("Content-Type: x; charset=utf-16le\r\nContent-Length: " + utf16.length + "\r\n\r\n");
        client.bytes(utf16);
        assertThat(client.answer(2).get("result").isJsonObject()).isTrue();
        String other = client.call(client.nextId(), "textDocument/hover", at(6));
        client.raw("Content-Type: x; charset=klingon\r\nContent-Length: " + other.length() + "\r\n\r\n" + other);
        assertThat(RawClient.code(client.answer(3))).isEqualTo(-32600);
    }

    @Test
    void aHeaderWithoutALengthIsAnErrorAndTheNextMessageIsFound() throws Exception {
        begin();
        client.raw(
                "Content-Length: x\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"foo\",\"params\":\"" + filler(20) + "\"}");
        assertThat(RawClient.code(client.next())).isEqualTo(-32600);
        assertThat(hints()).isEqualTo(1);
        client.raw("Content-Length: 99999999999999\r\n\r\n");
        assertThat(RawClient.code(client.next())).isEqualTo(-32600);
        assertThat(hints()).isEqualTo(1);
    }

    @Test
    void aHugeDocumentIsRefusedInASentence() throws Exception {
        begin();
        int size = 150 << 20;
        String start = "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":"
                + "\"file:///huge\",\"languageId\":\"plaintext\",\"version\":1,\"text\":\"";
        client.raw("Content-Length: " + (start.length() + size + 4) + "\r\n\r\n" + start);
        byte[] part = "the ____ ".repeat(1 << 17).substring(0, 1 << 20).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < size >> 20; i++) {
            client.bytes(part);
        }
        client.raw("\"}}}");
        assertThat(client.next("window/showMessage")
                        .getAsJsonObject("params")
                        .get("message")
                        .getAsString())
                .isEqualTo("Headlight skips documents of more than 16 MB; this one has 150 MB.");
        assertThat(hints()).isEqualTo(1);
    }

    @Test
    void aDocumentWhoseChangeCannotBeReadGetsNoAnswersFromItsOldText() throws Exception {
        begin();
        client.open("file:///other", "plaintext", "A ____ here.");
        assertThat(hints()).isEqualTo(1);
        client.notify(
                "textDocument/didChange",
                "{\"textDocument\":{\"uri\":\"" + URI + "\",\"version\":2},\"contentChanges\":[{\"range\":"
                        + "{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":4294967295,\"character\":0}},\"text\":\"\"}]}");
        assertThat(hints()).isZero();
        client.open(URI, "markdown", TEXT);
        assertThat(hints()).isEqualTo(1);
    }

    @Test
    void aRequestIsAnsweredFromTheTextThatStoodWhenItArrived() throws Exception {
        client.initialize("{}");
        String uri = "{\"uri\":\"" + URI + "\"}";
        for (int i = 0; i < 200; i++) {
            client.open(URI, "markdown", TEXT);
            int id = client.nextId();
            client.raw(RawClient.framed(client.call(id, "textDocument/completion", at(6)))
                    + RawClient.framed(RawClient.notification(
                            "textDocument/didChange",
                            "{\"textDocument\":{\"uri\":\"" + URI + "\",\"version\":2},\"contentChanges\":[{\"range\":"
                                    + "{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":0}},"
                                    + "\"text\":\"A new beginning. \"}]}")));
            JsonObject first = items(client.answer(id)).get(0).getAsJsonObject();
            assertThat(first.getAsJsonObject("textEdit")
                            .getAsJsonObject("range")
                            .getAsJsonObject("start")
                            .get("character")
                            .getAsInt())
                    .as("request " + i + " about " + uri)
                    .isEqualTo(4);
        }
    }

    private static JsonArray items(JsonObject answer) {
        return answer.get("result").isJsonArray()
                ? answer.getAsJsonArray("result")
                : answer.getAsJsonObject("result").getAsJsonArray("items");
    }

    @ParameterizedTest
    @CsvSource({
        "foo/bar",
        "$/foo",
        "textDocument/definition",
        "workspace/symbol",
        "completionItem/resolve",
        "exit",
        "initialized",
        "textDocument/didOpen",
        "$/cancelRequest",
        "''"
    })
    void anUnknownRequestIsMethodNotFound(String method) throws Exception {
        begin();
        assertThat(RawClient.code(client.request(method, "{}"))).isEqualTo(-32601);
        assertThat(hints()).isEqualTo(1);
    }

    @Test
    void everyRequestThatHeadlightAddsIsAnswered() throws Exception {
        begin();
        List<String> own = Stream.of(HeadlightLanguageServer.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(JsonRequest.class))
                .filter(Objects::nonNull)
                .map(JsonRequest::value)
                .toList();
        assertThat(own).contains(Messages.INSPECT, Messages.WHY);
        for (String method : own) {
            JsonObject answer = client.request(method, "{}");
            assertThat(answer.has("result") || RawClient.code(answer) != -32601)
                    .as(method)
                    .isTrue();
        }
    }

    @Test
    void theStageOfTheSessionDecidesWhatIsAnswered() throws Exception {
        assertThat(RawClient.code(client.request("textDocument/hover", at(0)))).isEqualTo(-32002);
        assertThat(RawClient.code(client.request("foo/bar", "{}"))).isEqualTo(-32002);
        assertThat(RawClient.code(client.request("shutdown", "null"))).isEqualTo(-32002);
        client.notify("initialized", "{}");
        client.open(URI, "markdown", TEXT); // dropped
        client.initialize("{}");
        assertThat(hints()).isZero();
        assertThat(RawClient.code(client.request("initialize", "{\"capabilities\":{}}")))
                .isEqualTo(-32600);
        client.open(URI, "markdown", TEXT);
        assertThat(hints()).isEqualTo(1);
        assertThat(client.request("shutdown", "null").get("result").isJsonNull())
                .isTrue();
        for (String method : List.of("textDocument/hover", "shutdown", "foo/bar", "initialize")) {
            assertThat(RawClient.code(client.request(method, at(0)))).isEqualTo(-32600);
        }
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
        assertThat(client.exitCode()).isZero();
    }

    @Test
    void waitingRequestsTakeNoThreadEach() throws Exception {
        CountDownLatch may = new CountDownLatch(1);
        Loader slow = (model, progress, cancellation) -> {
            try {
                may.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return stub.load(model, progress, cancellation);
        };
        try (Session loading = new Session("stub", slow, 1 << 20);
                RawClient waiting = new RawClient(loading)) {
            waiting.initialize("{}");
            waiting.open(URI, "markdown", TEXT);
            int first = waiting.nextId();
            for (int i = 0; i < 3000; i++) {
                waiting.send(waiting.call(
                        i == 0 ? first : waiting.nextId(),
                        "textDocument/inlayHint",
                        DOCUMENT + ",\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":" + (i + 1)
                                + ",\"character\":0}}}"));
            }
            // none of the quick requests waits for them
            assertThat(waiting.request("headlight/models", "null").has("result"))
                    .isTrue();
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("headlight-lsp"))
                            .count())
                    .isLessThan(20);
            may.countDown();
            for (int i = 0; i < 3000; i++) {
                assertThat(waiting.answer(first + i).getAsJsonArray("result")).hasSize(1);
            }
        } finally {
            may.countDown();
        }
    }
}
