package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.StubModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many documents, changes and requests, sent without waiting. */
@Tag("slow")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LoadTest {
    private static final int DOCUMENTS = 300;
    private static final int ROUNDS = 2_000;
    private static final int REQUESTS_A_ROUND = 3;
    private static final int MOST_THREADS = 20;

    private static final int EDITS = 10_000;
    private static final int EDITS_A_STRETCH = 1_000;
    private static final long KEPT_BYTES_AN_EDIT = 100;

    private static Session session;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        session = new Session("stub", (model, progress, cancellation) -> Inspector.load(model, folder), 1 << 20);
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private static String uri(int document) {
        return "file:///load/" + document + ".md";
    }

    private static String about(int document) {
        return "{\"textDocument\":{\"uri\":\"" + uri(document) + "\"}";
    }

    private static String range(int from, int to) {
        return "{\"start\":{\"line\":0,\"character\":" + from + "},\"end\":{\"line\":0,\"character\":" + to + "}}";
    }

    private static String change(int document, int version, String text) {
        return RawClient.notification(
                "textDocument/didChange",
                "{\"textDocument\":{\"uri\":\"" + uri(document) + "\",\"version\":" + version
                        + "},\"contentChanges\":[{\"range\":" + range(0, 1) + ",\"text\":\"" + text + "\"}]}");
    }

    private static String request(RawClient client, int id, int document, int kind) {
        String place = about(document) + ",\"position\":{\"line\":0,\"character\":6}";
        return switch (kind) {
            case 0 -> client.call(id, "textDocument/inlayHint", about(document) + ",\"range\":" + range(0, 100) + "}");
            case 1 -> client.call(id, "textDocument/completion", place + "}");
            default -> client.call(id, "textDocument/hover", place + "}");
        };
    }

    @Test
    void everyRequestIsAnsweredAndAFewThreadsDoIt() throws Exception {
        Random random = new Random(6);
        int before = ManagementFactory.getThreadMXBean().getThreadCount();
        try (RawClient client = new RawClient(session)) {
            client.initialize("{}");
            for (int i = 0; i < DOCUMENTS; i++) {
                client.open(uri(i), "markdown", "The ____ sat on the [MASK].");
            }
            List<Integer> asked = new ArrayList<>();
            StringBuilder sent = new StringBuilder();
            for (int round = 0; round < ROUNDS; round++) {
                int document = random.nextInt(DOCUMENTS);
                sent.append(RawClient.framed(change(document, round + 2, random.nextBoolean() ? "T" : "A")));
                for (int i = 0; i < REQUESTS_A_ROUND; i++) {
                    int id = client.nextId();
                    asked.add(id);
                    sent.append(RawClient.framed(request(client, id, document, random.nextInt(3))));
                    if (random.nextInt(4) == 0) {
                        int cancelled = asked.get(random.nextInt(asked.size()));
                        sent.append(RawClient.framed(
                                RawClient.notification("$/cancelRequest", "{\"id\":" + cancelled + "}")));
                    }
                }
            }
            client.raw(sent.toString());
            int threads = ManagementFactory.getThreadMXBean().getThreadCount() - before;
            for (int id : asked) {
                assertThat(client.answer(id).keySet()).containsAnyOf("result", "error");
            }
            assertThat(threads).isLessThan(MOST_THREADS);
            for (int i = 0; i < DOCUMENTS; i++) {
                int id = client.nextId();
                client.send(request(client, id, i, 0));
                assertThat(client.answer(id).getAsJsonArray("result"))
                        .as("hints of " + uri(i))
                        .hasSize(2);
            }
        }
    }

    @Test
    void tenThousandEditsKeepNoMemory() throws Exception {
        try (RawClient client = new RawClient(session)) {
            client.initialize("{}");
            client.open(uri(0), "markdown", "The ____ sat on the [MASK]. " + "And so on. ".repeat(1_000));
            edit(client, 1); // what is made once
            long before = heap();
            for (int done = 0; done < EDITS; done += EDITS_A_STRETCH) {
                edit(client, done + 2);
            }
            assertThat(heap() - before).as("bytes").isLessThan(KEPT_BYTES_AN_EDIT * EDITS);
        }
    }

    private static void edit(RawClient client, int version) throws Exception {
        for (int i = 0; i < EDITS_A_STRETCH; i++) {
            client.send(change(0, version + i, i % 2 == 0 ? "A" : "T"));
            if (i % 10 == 0) {
                int id = client.nextId();
                client.send(request(client, id, 0, i % 3));
                assertThat(client.answer(id).has("result")).isTrue();
            }
        }
    }

    /** Bytes of objects that are in use: the least of several collections, because others run beside this. */
    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
