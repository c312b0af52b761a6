package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.web.Exports.Content;
import dev.headlight.web.Exports.Download;
import io.javalin.Javalin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that fail halfway, however they fail: no client may take what it got for all there is. */
@Timeout(60)
class UnfinishedTest {
    private static final byte[] LARGE = new byte[1 << 20];
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final PrintStream err = System.err;
    private final CountDownLatch ending = new CountDownLatch(1);
    private Javalin server;

    @BeforeEach
    void start() {
        System.setErr(new PrintStream(new ByteArrayOutputStream())); // the failures are logged
        Turns turns = new Turns(1);
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.router.javaLangErrorHandler(Unfinished::failed);
            config.routes.get(
                    "/at-once/{how}", context -> send(context, (out, sized) -> fail(context.pathParam("how"))));
            config.routes.get(
                    "/later/{how}",
                    context -> send(context, (out, sized) -> {
                        out.write(LARGE);
                        fail(context.pathParam("how"));
                    }));
            config.routes.get(
                    "/sized/{how}",
                    context -> send(context, (out, sized) -> {
                        sized.bytes(2 * LARGE.length);
                        out.write(LARGE);
                        fail(context.pathParam("how"));
                    }));
            config.routes.get("/in-turn", context -> turns.run(() -> send(context, (out, sized) -> await(ending))));
            config.routes.exception(Turns.Busy.class, (e, context) -> Api.error(context, 503, e.getMessage()));
        });
        server.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        ending.countDown();
        server.stop();
        System.setErr(err);
    }

    private static void send(io.javalin.http.Context context, Content content) {
        Exports.send(context, new Download("application/octet-stream", "a.bin", content));
    }

    private static void fail(String how) throws IOException {
        switch (how) {
            case "memory" -> throw new OutOfMemoryError("Java heap space");
            case "stack" -> throw new StackOverflowError();
            case "bug" -> throw new IllegalStateException("a bug");
            default -> throw new IOException("the disk");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "stack", "bug", "disk"})
    void anAnswerThatFailsHalfwayBreaksTheConnection(String how) {
        for (String path : List.of("/later/", "/sized/")) {
            assertThatThrownBy(() -> CLIENT.send(get(path + how), BodyHandlers.ofByteArray()))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "stack", "bug", "disk"})
    void aClientWithoutChunksSeesAResetRatherThanTheEnd(String how) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET /later/" + how + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::readAllBytes).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void anAnswerThatFailsBeforeItsFirstByteIsASentence() throws Exception {
        HttpResponse<String> response = CLIENT.send(get("/at-once/memory"), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("Out of memory: select less text");
        assertThat(response.headers().firstValue("Content-Disposition")).isEmpty();
    }

    @Test
    void moreThanAFewWaitForTheirTurnAndTheRestAreToldSo() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(CLIENT.sendAsync(get("/in-turn"), BodyHandlers.ofString()));
        }
        CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).get(); // only a refusal ends by itself
        ending.countDown();
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            statuses.add(answer.get().statusCode());
            if (answer.get().statusCode() != 200) {
                assertThat(answer.get().body()).contains("busy with other requests");
            }
        }
        assertThat(statuses).contains(200, 503).containsOnly(200, 503);
    }
}
