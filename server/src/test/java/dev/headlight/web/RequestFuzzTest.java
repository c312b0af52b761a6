package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.Session;
import dev.headlight.testing.Hostile;
import dev.headlight.testing.StubModel;
import dev.headlight.testing.Tally;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are right but for a few random changes. {@code -Dheadlight.fuzz} says how many. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class RequestFuzzTest {
    private static final String[] PATHS = {
        "api/model",
        "api/models",
        "api/models/choose",
        "api/models/download",
        "api/models/second",
        "api/inspections",
        "api/inspections/ID",
        "api/inspections/ID/attention/self/1",
        "api/inspections/ID/attention/self/1/heads/2",
        "api/inspections/ID/attention/self/0/from/3",
        "api/inspections/ID/attention/self/0/to/3?measure=norm",
        "api/inspections/ID/vectors/self/0/1",
        "api/inspections/ID/overview/self",
        "api/inspections/ID/difference/self/ID",
        "api/inspections/ID/export/attention.json?layers=1&heads=2",
        "api/inspections/ID/export/attention.safetensors",
        "api/inspections/ID/export/attention.html?shown=view%3Dmodel&why=0,likeliest,none",
        "api/inspections/ID/export/Attention_Layer1_Head1.png",
        "api/inspections/ID/words",
        "api/inspections/ID/together",
        "api/inspections/ID/candidate?place=0&word=door",
        "api/inspections/ID/effects?of=words,heads&words=hide&average=true",
        "api/inspections/ID/lens?place=0&token=2000&rather=2001",
        "api/pairs",
        "api/inspections/ID/pointer",
        "api/inspections/ID/accept",
        "",
        "assets/x.js"
    };
    private static final JsonElement BODY = JsonParser.parseString(
            "{\"text\":\"The ____ sat on the mat.\",\"code\":false,\"place\":0,\"words\":[\"door\",{\"blank\":0,\"word\":\"a\"}],"
                    + "\"without\":{\"blanked\":[1],\"hidden\":[2],\"heads\":[[0,1]],\"averaged\":[[1,2]],\"edges\":[[0,1,2,3]],\"attention\":[1],\"feedForward\":[0]},"
                    + "\"kind\":\"self\",\"layer\":1,\"heads\":[0,1],\"tokens\":[1,2],\"incoming\":true,\"blank\":0,\"word\":1,"
                    + "\"pairs\":\"The ____ sat.\\tdoor\\tgate\\n\",\"average\":true}");

    private final Hostile hostile = new Hostile(21);

    @Test
    void everyRequestIsAnsweredAndNoneIsUnexpected(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        Map<Integer, Integer> statuses = new TreeMap<>();
        try (Session session =
                        new Session("stub", (model, progress, wanted) -> Inspector.load("stub", folder), 1 << 24);
                WebServer server = WebServer.start(session, 0, Set.of(), List.of())) {
            URI page = URI.create(server.url());
            int id = 0;
            for (int i = 0; i < Tally.inputs(6_000); i++) {
                if (session.find(id).isEmpty()) { // at first, and once many others were opened
                    Request text = Request.of("The ____ sat on the mat.");
                    id = session.open(text, Options.standard(), false, () -> {}).id();
                }
                byte[] request = request(page, id);
                long begun = System.nanoTime();
                String answer = answer(page, request);
                String shown = new String(request, StandardCharsets.UTF_8);
                assertThat(System.nanoTime() - begun).as(shown).isLessThan(TimeUnit.SECONDS.toNanos(20));
                assertThat(answer).as(shown).doesNotContain("Unexpected", "Exception");
                int status = answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
                assertThat(status).as(shown).isNotEqualTo(500);
                statuses.merge(status, 1, Integer::sum);
                if (i % 1_000 == 999) {
                    System.out.println("requests: " + (i + 1) + " " + statuses);
                }
            }
            String last = answer(page, get(page, "api/model").getBytes(StandardCharsets.UTF_8));
            assertThat(last).contains("\"state\":\"ready\"");
        }
        System.out.println("requests by status, 0 if the connection was closed: " + statuses);
        assertThat(statuses).containsKeys(200, 400, 404);
    }

    private static String get(URI page, String path) {
        return "GET " + page.getPath() + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private byte[] request(URI page, int id) {
        String path = hostile.any(PATHS).replace("ID", String.valueOf(id));
        path = hostile.below(3) == 0 ? hostile.damaged(path) : path;
        path = path.replaceAll("[\r\n]", "");
        if (hostile.below(2) == 0) {
            byte[] right = get(page, path).getBytes(StandardCharsets.UTF_8);
            return hostile.below(4) == 0 ? hostile.damaged(right) : right;
        }
        String body = hostile.below(5) == 0 ? BODY.toString() : hostile.json(BODY);
        int length = body.getBytes(StandardCharsets.UTF_8).length + (hostile.below(20) == 0 ? -1 : 0);
        String head = "POST " + page.getPath() + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: " + length + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    /** Sends a request and then the end; the answer as text. */
    private static String answer(URI page, byte[] request) {
        try (Socket socket = new Socket(page.getHost(), page.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request);
                socket.shutdownOutput();
            } catch (SocketException e) {
                // it was answered before it was read to its end
            }
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException e) {
                return "";
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
