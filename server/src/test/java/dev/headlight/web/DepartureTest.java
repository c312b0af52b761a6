package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.Session;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that leave before they are answered. */
@Tag("slow")
@Timeout(120)
class DepartureTest {
    /** Each blank needs a pass of its own: minutes in all. */
    private static final String LONG = ("The ____ sat. " + "The cat sat on the mat. ".repeat(70)).repeat(256);

    @Test
    void workForAClientThatHasLeftIsCancelled() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/net/tcp")))
                .as("the system tells")
                .isTrue();
        try (Session session = new Session(
                        "embedded",
                        (model, progress, wanted) -> Inspector.load("embedded", Hub.locate("embedded")),
                        1 << 20);
                WebServer server = WebServer.start(session, 0, Set.of(), List.of())) {
            session.awaitModel();
            try (Socket socket = ask(URI.create(server.url()))) {
                Thread.sleep(3_000); // by now the first blanks are filled
                assertThat(socket.getInputStream().available()).isZero();
            }
            Instant left = Instant.now();
            session.open(Request.of("The cat sat."), Options.standard(), false, () -> {}); // waits for its turn
            assertThat(Duration.between(left, Instant.now())).isLessThan(Duration.ofSeconds(10));
        }
    }

    private static Socket ask(URI page) throws Exception {
        Socket socket = new Socket(page.getHost(), page.getPort());
        byte[] body = ("{\"text\":\"" + LONG + "\"}").getBytes(StandardCharsets.UTF_8);
        String head = "POST " + page.getPath() + "api/inspections HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }
}
