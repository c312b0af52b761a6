package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that writes bytes and reads JSON, with a server in this process. */
final class RawClient implements AutoCloseable {
    private static final int SECONDS = 30;

    private final OutputStream out;
    private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    private final Map<JsonElement, JsonObject> answers = new HashMap<>();
    private final List<JsonObject> others = new ArrayList<>();
    private final CompletableFuture<Integer> served = new CompletableFuture<>();
    private int ids;

    RawClient(Session session) throws IOException {
        Pipe toServer = Pipe.open();
        Pipe toClient = Pipe.open();
        start(
                "lsp under test",
                () -> served.complete(HeadlightServer.serve(
                        Channels.newInputStream(toServer.source()),
                        Channels.newOutputStream(toClient.sink()),
                        "test",
                        session,
                        new PageAddresses() {
                            @Override
                            public String pages() {
                                return "pages";
                            }

                            @Override
                            public String page(int inspection, String choices) {
                                return "page " + inspection;
                            }

                            @Override
                            public String opening(int inspection, String choices) {
                                return "opening " + inspection;
                            }
                        },
                        () -> new Messages.Models("stub", "", List.of()))));
        out = Channels.newOutputStream(toServer.sink());
        InputStream in = Channels.newInputStream(toClient.source());
        start("raw client", () -> read(in));
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(InputStream in) {
        try {
            while (true) {
                StringBuilder header = new StringBuilder();
                while (header.indexOf("\r\n\r\n") < 0) {
                    int next = in.read();
                    if (next < 0) {
                        return;
                    }
                    header.append((char) next);
                }
                int length = Integer.parseInt(header.toString().strip().replaceAll("\\D", ""));
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                received.add(JsonParser.parseString(body).getAsJsonObject());
            }
        } catch (IOException e) {
            // the server has ended
        }
    }

    /** Initializes, as a client with these capabilities. */
    JsonObject initialize(String capabilities) throws Exception {
        JsonObject answer =
                request("initialize", "{\"processId\":null,\"rootUri\":null,\"capabilities\":" + capabilities + "}");
        notify("initialized", "{}");
        return answer;
    }

    void open(String uri, String language, String text) throws IOException {
        notify(
                "textDocument/didOpen",
                "{\"textDocument\":{\"uri\":\"" + uri + "\",\"languageId\":\"" + language + "\",\"version\":1,\"text\":"
                        + new Gson().toJson(text) + "}}");
    }

    void bytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void raw(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static String framed(String body) {
        return "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Sends a message as it is. */
    void send(String body) throws IOException {
        raw(framed(body));
    }

    static String notification(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    void notify(String method, String params) throws IOException {
        send(notification(method, params));
    }

    String call(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    int nextId() {
        return ++ids;
    }

    /** Sends a request and waits for its response. */
    JsonObject request(String method, String params) throws Exception {
        int id = nextId();
        send(call(id, method, params));
        return answer(id);
    }

    /** The response to a request; messages in between are kept. */
    JsonObject answer(int id) throws InterruptedException {
        JsonElement wanted = JsonParser.parseString(String.valueOf(id));
        while (!answers.containsKey(wanted)) {
            take();
        }
        return answers.remove(wanted);
    }

    private void take() throws InterruptedException {
        JsonObject next = received.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a message from the server").isNotNull();
        JsonElement id = next.get("id");
        if (!next.has("method") && id != null && !id.isJsonNull()) {
            answers.put(id, next);
        } else {
            others.add(next);
        }
    }

    /** The next message that is a request, a notification, or an error without an id. */
    JsonObject next() throws InterruptedException {
        while (others.isEmpty()) {
            take();
        }
        return others.remove(0);
    }

    /** The next request or notification of a method. */
    JsonObject next(String method) throws InterruptedException {
        while (true) {
            JsonObject next = next();
            if (next.has("method") && next.get("method").getAsString().equals(method)) {
                return next;
            }
        }
    }

    static int code(JsonObject answer) {
        assertThat(answer.has("error")).as("an error in " + answer).isTrue();
        assertThat(answer.getAsJsonObject("error").has("data"))
                .as("a stack trace")
                .isFalse();
        return answer.getAsJsonObject("error").get("code").getAsInt();
    }

    /** What the server's process would exit with. */
    int exitCode() throws Exception {
        return served.get(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            if (!served.isDone()) {
                send("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
                exitCode();
            }
        } catch (Exception e) {
            throw new AssertionError("the server does not end", e);
        }
    }
}
