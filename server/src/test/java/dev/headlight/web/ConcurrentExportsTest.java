package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.Session;
import dev.headlight.testing.RandomCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A layer of this model is a third of the heap, as one of 32 heads and 1,024 tokens is. */
@Tag("slow")
@Timeout(120)
class ConcurrentExportsTest {
    private static final int HEADS = 128;
    private static final int TOKENS = 512;
    private static final int AT_ONCE = 8;

    @Test
    void manyExportsAndLayersAtOnceFitIntoTheHeap(@TempDir Path folder) throws Exception {
        new RandomCheckpoint(1, HEADS, HEADS, 30_522).write(folder, 7);
        try (Session session =
                        new Session("wide", (model, progress, wanted) -> Inspector.load("wide", folder), 1 << 26);
                WebServer server = WebServer.start(session, 0, Set.of(), List.of())) {
            Request text = Request.of("cat ".repeat(2 * TOKENS));
            int id = session.open(text, Options.standard(), false, () -> {}).id();
            String address = server.url() + "api/inspections/" + id;
            long layer = (long) HEADS * TOKENS * TOKENS;
            all(address + "/export/attention.safetensors", 4 * layer);
            all(address + "/attention/self/0", layer);
        }
    }

    /** Asks for several of the same at once, and reads each to its end. */
    private static void all(String address, long least) {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            answers.add(
                    client.sendAsync(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofInputStream())
                            .thenApplyAsync(ConcurrentExportsTest::length));
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isGreaterThan(least));
    }

    /** The length of a whole answer, which it said before. */
    private static long length(HttpResponse<InputStream> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream in = answer.body()) {
            long length = in.transferTo(OutputStream.nullOutputStream());
            assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(length);
            return length;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
