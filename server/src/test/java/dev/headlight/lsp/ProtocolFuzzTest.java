package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.StubModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are valid but for a few random changes. {@code -Dheadlight.fuzz=1000000} sends as many of them. */
@Tag("slow")
class ProtocolFuzzTest {
    private static final int MESSAGES = Integer.getInteger("headlight.fuzz", 100_000);
    private static final int BATCH = 200;

    private static final String[] METHODS = with(Methods.REQUESTS, "foo/bar", "$/x");
    private static final String[] NOTIFICATIONS = with(Methods.NOTIFICATIONS, "foo/baz", "$/setTrace");
    private static final String[] VALUES = {
        "null",
        "0",
        "-1",
        "7",
        "1.5",
        "4294967295",
        "true",
        "\"\"",
        "\"file:///a\"",
        "[]",
        "{}",
        "[null]",
        "\"____\"",
        "{\"line\":0,\"character\":5}",
        "{\"line\":null}",
        "\"headlight.acceptWord\"",
        "\"headlight.visualizeAttention\""
    };
    private static final String[] FIELDS = {
        "textDocument", "position", "range", "context", "command", "arguments", "contentChanges", "id", "token", "text"
    };

    private final Random random = new Random(20);

    /** The server's methods, but for those that end it, and others. */
    private static String[] with(Set<String> methods, String... others) {
        Stream<String> own = methods.stream()
                .filter(method -> !method.equals("shutdown") && !method.equals("exit"))
                .sorted();
        return Stream.concat(own, Stream.of(others)).toArray(String[]::new);
    }

    private String any(String[] of) {
        return of[random.nextInt(of.length)];
    }

    private String parameters() {
        String range =
                "{\"start\":{\"line\":0,\"character\":" + random.nextInt(9) + "},\"end\":{\"line\":0,\"character\":9}}";
        List<String> fields = new ArrayList<>(List.of(
                "\"textDocument\":{\"uri\":\"file:///a\",\"version\":2,\"languageId\":\"" + any(FIELDS)
                        + "\",\"text\":\"A ____ b\"}",
                "\"position\":{\"line\":0,\"character\":" + random.nextInt(9) + "}",
                "\"range\":" + range,
                "\"context\":{\"diagnostics\":[],\"triggerKind\":" + random.nextInt(4) + "}",
                "\"contentChanges\":[{\"range\":" + range + ",\"text\":\" ____ \"}]",
                "\"command\":\"headlight.suggestWords\"",
                "\"arguments\":[{\"uri\":\"file:///a\",\"range\":" + range + "}]"));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            String other = "\"" + any(FIELDS) + "\":" + any(VALUES);
            fields.set(random.nextInt(fields.size()), other);
        }
        return random.nextInt(20) == 0 ? any(VALUES) : "{" + String.join(",", fields) + "}";
    }

    private String damaged(String body) {
        int at = random.nextInt(body.length());
        return switch (random.nextInt(3)) {
            case 0 -> body.substring(0, at);
            case 1 -> body.substring(0, at) + "\u0000é{" + body.substring(at);
            default -> "[" + body + "]";
        };
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void everyRequestIsAnsweredAndNothingDies(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        try (Session session =
                        new Session("stub", (model, progress, cancellation) -> Inspector.load(model, folder), 1 << 20);
                RawClient client = new RawClient(session)) {
            client.initialize("{\"workspace\":{\"applyEdit\":true}}");
            for (int sent = 0; sent < MESSAGES; sent += BATCH) {
                client.open("file:///a", "markdown", "The ____ sat.");
                List<Integer> asked = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    int kind = random.nextInt(10);
                    if (kind < 5) {
                        int id = client.nextId();
                        asked.add(id);
                        client.send(client.call(id, any(METHODS), parameters()));
                    } else if (kind < 8) {
                        client.send(RawClient.notification(any(NOTIFICATIONS), parameters()));
                    } else {
                        client.send(damaged(RawClient.notification(any(NOTIFICATIONS), parameters())));
                    }
                }
                for (int id : asked) {
                    assertThat(client.answer(id).keySet()).containsAnyOf("result", "error");
                }
            }
            client.open("file:///b", "markdown", "The ____ sat.");
            assertThat(client.request(
                                    "textDocument/hover",
                                    "{\"textDocument\":{\"uri\":\"file:///b\"},\"position\":{\"line\":0,\"character\":5}}")
                            .get("result")
                            .isJsonObject())
                    .isTrue();
        }
    }
}
