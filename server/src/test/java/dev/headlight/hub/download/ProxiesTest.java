package dev.headlight.hub.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.headlight.UserException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    @TempDir
    Path temp;

    private static String chosen(String uri, Map<String, String> environment) {
        Proxy proxy = Proxies.of(environment).select(URI.create(uri)).get(0);
        return proxy.address() instanceof InetSocketAddress at ? at.getHostString() + ":" + at.getPort() : "direct";
    }

    @Test
    void theSchemeChoosesTheVariableAndLowerCaseWins() {
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", "http://upper:1", "https_proxy", "http://lower:2", "HTTP_PROXY", "plain:3");
        assertThat(chosen("https://hub/", environment)).isEqualTo("lower:2");
        assertThat(chosen("http://hub/", environment)).isEqualTo("plain:3");
        assertThat(chosen("https://hub/", Map.of("ALL_PROXY", "http://all"))).isEqualTo("all:80");
        assertThat(chosen("https://hub/", Map.of("HTTP_PROXY", "http://plain:3")))
                .isEqualTo("direct");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            example.com         | direct
            .example.com        | direct
            *.example.com       | direct
            hub.example.com     | direct
            HUB.example.com:443 | direct
            a, example.com ,b   | direct
            *                   | direct
            ample.com           | p:1
            hub.example.com:80  | p:1
            other.com           | p:1
            """)
    void noProxyNamesHostsAndDomains(String direct, String expected) {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", direct);
        assertThat(chosen("https://hub.example.com/", environment)).isEqualTo(expected);
    }

    @Test
    void theErrorForAnUnusableProxyOmitsItsPassword() {
        for (String proxy : List.of("socks5://me:secret@host:1", "https://me:secret@host", "http://me:secret@")) {
            assertThatThrownBy(() -> Proxies.of(Map.of("https_proxy", proxy)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("HTTPS_PROXY")
                    .hasMessageNotContaining("secret");
        }
    }

    private Transport transport(String endpoint, Map<String, String> environment) {
        Duration second = Duration.ofSeconds(5);
        return new Transport(new Settings(
                URI.create(endpoint),
                temp,
                temp.resolve("token"),
                false,
                new Patience(second, second, second, Duration.ofMillis(1), second, 1),
                environment));
    }

    @Test
    void credentialsGoToTheProxyAndTheTokenToTheHub() throws IOException {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        proxy.createContext("/", exchange -> {
            String credentials = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
            seen.add(exchange.getRequestURI() + " " + credentials + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            if (credentials == null) {
                exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"proxy\"");
            }
            exchange.sendResponseHeaders(credentials == null ? 407 : 204, -1);
            exchange.close();
        });
        proxy.start();
        try {
            String address = "http://me:p%40ss@127.0.0.1:" + proxy.getAddress().getPort();
            Transport transport =
                    transport("http://hub.invalid", Map.of("HTTP_PROXY", address, "HF_TOKEN", "hf_secret"));
            try (Transport.Answer answer =
                    transport.ask("GET", URI.create("http://hub.invalid/x"), Map.of(), hop -> true, () -> {})) {
                assertThat(answer.status()).isEqualTo(204);
            }
            String basic = Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
            assertThat(seen).containsExactly("http://hub.invalid/x Basic " + basic + " Bearer hf_secret");
        } finally {
            proxy.stop(0);
        }
    }
}
