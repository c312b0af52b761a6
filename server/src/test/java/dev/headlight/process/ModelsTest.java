package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.process.Headlight.Result;
import dev.headlight.testing.FakeHub;
import dev.headlight.testing.Golden;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models of a hub, as a person gets them with the packaged program. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ModelsTest {
    private static final String NAME = "org/tiny-bert";
    private static final String TEXT = "the cat [MASK]";

    @TempDir
    Path temp;

    private final FakeHub hub = new FakeHub();
    private Path cache;
    private byte[] weights;

    @BeforeEach
    void fill() throws IOException {
        cache = temp.resolve("hf/hub");
        hub.repository(NAME, Golden.folder("bert"));
        weights = hub.repository(NAME).bytes("model.safetensors");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private Headlight headlight(String... arguments) {
        return Headlight.with(arguments)
                .environment("HF_HOME", temp.resolve("hf").toString())
                .environment("HF_ENDPOINT", hub.url())
                .environment("HF_HUB_CACHE", "")
                .environment("HF_HUB_OFFLINE", "")
                .environment("HF_TOKEN", "")
                .environment("HTTP_PROXY", "")
                .environment("http_proxy", "");
    }

    private Path part() {
        return cache.resolve("models--org--tiny-bert/blobs").resolve(FakeHub.sha256(weights) + ".incomplete");
    }

    @Test
    void aFetchedModelIsAvailableOffline() {
        Result first = headlight("predict", "--model", NAME, TEXT).run().ok();
        assertThat(first.out().lines()).hasSize(3);
        assertThat(first.err())
                .startsWith("Downloading " + NAME + ", ")
                .contains("Downloaded " + NAME + ", ")
                .doesNotContain("\u001b");
        hub.close();
        Result second = headlight("predict", "--model", NAME, TEXT)
                .environment("HF_HUB_OFFLINE", "1")
                .run()
                .ok();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(second.err()).isEmpty();
    }

    @Test
    void fetchPrintsTheFolderWhichListShowsAndRemoveDeletes() throws IOException {
        Path folder =
                Path.of(headlight("models", "fetch", NAME).run().ok().out().strip());
        assertThat(folder).startsWith(cache).isDirectory();
        hub.repository("org/prophetnet")
                .file("config.json", "{\"model_type\":\"prophetnet\",\"is_encoder_decoder\":true}");
        Path other = Files.createDirectories(cache.resolve("models--org--prophetnet/snapshots/" + "a".repeat(40)));
        Files.write(
                other.resolve("config.json"), hub.repository("org/prophetnet").bytes("config.json"));

        JsonArray models = JsonParser.parseString(
                        headlight("models", "list", "--json").run().ok().out())
                .getAsJsonObject()
                .getAsJsonArray("models");
        assertThat(models).hasSize(3);
        JsonObject fetched = models.get(2).getAsJsonObject();
        assertThat(fetched.get("name").getAsString()).isEqualTo(NAME);
        assertThat(fetched.get("type").getAsString()).isEqualTo("bert");
        assertThat(fetched.get("usable").getAsBoolean()).isTrue();
        assertThat(fetched.get("bytes").getAsLong()).isGreaterThan(weights.length);
        JsonObject unusable = models.get(1).getAsJsonObject();
        assertThat(unusable.get("name").getAsString()).isEqualTo("org/prophetnet@" + "a".repeat(40));
        assertThat(unusable.get("problem").getAsString()).contains("a prophetnet model, an encoder-decoder");
        assertThat(headlight("models", "list").run().ok().out()).contains("yes").contains("no: ");

        headlight("models", "remove", NAME).run().ok();
        assertThat(cache.resolve("models--org--tiny-bert")).doesNotExist();
        assertThat(cache.resolve("models--org--prophetnet")).isDirectory();
        headlight("models", "remove", NAME).run().failed(1, "has no " + NAME);
    }

    @Test
    void anUnsupportedArchitectureCostsOnlyKilobytes() {
        hub.repository("org/prophetnet")
                .file("config.json", "{\"model_type\":\"mystery\",\"is_encoder_decoder\":true}")
                .file("tokenizer.json", "{}")
                .file("model.safetensors", weights);
        headlight("predict", "--model", "org/prophetnet", TEXT)
                .run()
                .failed(1, "org/prophetnet is a mystery model, an encoder-decoder, which this version doesn't support");
        assertThat(hub.seen("CDN")).isEmpty();
    }

    @Test
    void whatCannotBeFetchedIsAClearError() {
        headlight("predict", "--model", "org/none", TEXT).run().failed(1, "There is no model org/none");
        headlight("models", "fetch", "org/none").run().failed(1, "There is no model org/none");
        headlight("models", "fetch", NAME)
                .environment("HF_ENDPOINT", "nowhere")
                .run()
                .failed(1, "HF_ENDPOINT is not a valid address");
        headlight("models", "fetch", NAME)
                .environment("HF_HUB_CACHE", "/dev/null/cache")
                .run()
                .failed(1, "Can't write to the model cache");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
    void anInterruptedFetchResumes() throws Exception {
        // an interrupt, which Java takes as it takes TERM, is not heard by what a script runs in the background
        for (String signal : new String[] {"-KILL", "-TERM"}) {
            hub.forget();
            hub.next(1, "CDN GET", FakeHub.slowly(weights, 10_000, 200));
            Process process = headlight("models", "fetch", NAME).start(temp.resolve("err"));
            while (!Files.exists(part()) || Files.size(part()) < 30_000) {
                assertThat(process.isAlive()).isTrue();
                Thread.sleep(10);
            }
            new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            long left = Files.size(part());
            assertThat(left).isBetween(30_000L, weights.length - 1L);
            assertThat(cache.resolve("models--org--tiny-bert/refs/main")).doesNotExist();
            headlight("models", "fetch", NAME).run().ok();
            assertThat(hub.seen("CDN GET").get(1).header("Range")).contains("bytes=" + left + "-");
            assertThat(part()).doesNotExist();
            headlight("models", "remove", NAME).run().ok();
        }
    }

    @Test
    void aSecondProcessWaitsForTheFirstAndDownloadsNothingTwice() throws Exception {
        hub.next(1, "CDN GET", FakeHub.slowly(weights, 10_000, 200));
        Process first = headlight("models", "fetch", NAME).start(temp.resolve("err"));
        while (!Files.exists(part())) {
            assertThat(first.isAlive()).isTrue();
            Thread.sleep(10);
        }
        headlight("models", "remove", NAME).run().failed(1, "is being downloaded by another process");
        Result second = headlight("predict", "--model", NAME, TEXT).run().ok();
        assertThat(second.out().lines()).hasSize(3);
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(hub.seen("CDN GET")).hasSize(1);
    }

    /** In a process of its own, because Java reads once how tunnels are asked for. */
    @Test
    void aProxyTunnelToTheHubNeverSeesTheToken() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 9, InetAddress.getByName("127.0.0.1"))) {
            CompletableFuture<String> head = CompletableFuture.supplyAsync(() -> refuse(proxy));
            Process process = headlight("models", "fetch", NAME)
                    .environment("HF_ENDPOINT", "https://hub.invalid")
                    .environment("HTTPS_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.getLocalPort())
                    .environment("https_proxy", "")
                    .environment("NO_PROXY", "")
                    .environment("no_proxy", "")
                    .environment("HF_TOKEN", "hf_secret")
                    .start(temp.resolve("err"));
            try {
                assertThat(head.get(30, TimeUnit.SECONDS))
                        .startsWith("CONNECT hub.invalid:443 HTTP/1.1")
                        .containsIgnoringCase("Proxy-Authorization: Basic bWU6cEBzcw==")
                        .doesNotContain("hf_secret");
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static String refuse(ServerSocket proxy) {
        try (Socket socket = proxy.accept()) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                head.append(line).append('\n');
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return head.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void nothingIsWrittenOutsideTheCache() throws IOException {
        headlight("models", "fetch", NAME).run().ok();
        try (Stream<Path> files = Files.list(temp.resolve("hf"))) {
            assertThat(files).containsExactly(cache);
        }
    }
}
