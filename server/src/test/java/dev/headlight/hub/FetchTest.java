package dev.headlight.hub;

import static dev.headlight.testing.FakeHub.cut;
import static dev.headlight.testing.FakeHub.sha256;
import static dev.headlight.testing.FakeHub.silent;
import static dev.headlight.testing.FakeHub.slowly;
import static dev.headlight.testing.FakeHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.download.HubMessages;
import dev.headlight.hub.download.ModelName;
import dev.headlight.hub.download.Patience;
import dev.headlight.hub.download.Progress;
import dev.headlight.hub.download.Settings;
import dev.headlight.testing.FakeHub;
import dev.headlight.testing.FakeHub.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a hub that behaves as Hugging Face's does, and from one that doesn't. */
@Tag("slow")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FetchTest {
    private static final Consumer<Path> USABLE = folder -> {};
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String WEIGHTS = "(HUB|CDN) GET .*";
    private static final int SIZE = 300_000;

    @TempDir
    Path temp;

    private final FakeHub hub = new FakeHub();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Progress> progress = Collections.synchronizedList(new ArrayList<>());
    private Patience patience = new Patience(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofSeconds(2),
            4);
    private Path cache;
    private byte[] weights;

    @BeforeEach
    void fill() {
        cache = temp.resolve("hub");
        weights = random(1, SIZE);
        hub.repository("org/model")
                .file("config.json", "{\"model_type\":\"bert\"}")
                .file("tokenizer.json", "{}")
                .file("README.md", "# A model")
                .file("pytorch_model.bin", random(2, 1000))
                .file("onnx/model.onnx", "x")
                .file("model.safetensors", weights);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Hub client() {
        return new Hub(new Settings(
                URI.create(hub.url()), cache, temp.resolve("token"), false, patience, Map.copyOf(environment)));
    }

    private Path find(String name) {
        return client().find(name, USABLE, progress::add, Cancellation.NEVER);
    }

    private Path repository() {
        return cache.resolve("models--org--model");
    }

    private Path part() {
        return repository().resolve("blobs").resolve(sha256(weights) + ".incomplete");
    }

    private void isWhole(Path folder) throws IOException {
        assertThat(folder).isEqualTo(repository().resolve("snapshots").resolve(COMMIT));
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(part()).doesNotExist();
    }

    private void nothingHalfIsShown() throws IOException {
        assertThat(repository().resolve("refs/main")).doesNotExist();
        Path snapshots = repository().resolve("snapshots");
        if (Files.exists(snapshots)) {
            try (Stream<Path> files = Files.walk(snapshots)) {
                assertThat(files.filter(file -> file.endsWith("model.safetensors")))
                        .isEmpty();
            }
        }
        assertThat(new Cache(cache).find(new ModelName("org/model", "main"))).isEmpty();
    }

    private static void sentence(ThrowingCallable work, String... parts) {
        assertThatThrownBy(work)
                .isInstanceOf(UserException.class)
                .message()
                .contains(parts)
                .matches("[^\n]+[.]")
                .doesNotContain("Exception");
    }

    // what arrives

    @Test
    void aModelIsDownloadedInTheLayoutOfTheHubsCache() throws IOException {
        Path folder = find("org/model");
        isWhole(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "tokenizer.json", "model.safetensors");
        }
        assertThat(repository().resolve("refs/main")).hasContent(COMMIT);
        assertThat(Files.readSymbolicLink(folder.resolve("model.safetensors")))
                .isEqualTo(Path.of("../../blobs/" + sha256(weights)));
        byte[] config = hub.repository("org/model").bytes("config.json");
        assertThat(Files.readSymbolicLink(folder.resolve("config.json")))
                .isEqualTo(Path.of("../../blobs/" + FakeHub.gitHash(config)));
        assertThat(cache.resolve(".locks/models--org--model").resolve(sha256(weights) + ".lock"))
                .exists();
    }

    @Test
    void unneededFilesAreNotRequested() {
        find("org/model");
        assertThat(hub.seen("README|\\.bin|onnx")).isEmpty();
    }

    @Test
    void cachedFilesNeedNoNetwork() throws IOException {
        find("org/model");
        hub.forget();
        isWhole(find("org/model"));
        isWhole(find("org/model@main"));
        isWhole(find("org/model@" + COMMIT));
        assertThat(hub.seen(".*")).isEmpty();
    }

    @Test
    void aPartialDownloadOfPythonIsCompleted() throws IOException {
        Path blobs = Files.createDirectories(repository().resolve("blobs"));
        Path snapshot =
                Files.createDirectories(repository().resolve("snapshots").resolve(COMMIT));
        byte[] config = hub.repository("org/model").bytes("config.json");
        Files.write(blobs.resolve(FakeHub.gitHash(config)), config);
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs", FakeHub.gitHash(config)));
        Files.createDirectories(repository().resolve("refs"));
        Files.writeString(repository().resolve("refs/main"), COMMIT);
        isWhole(find("org/model"));
        assertThat(hub.seen("GET .*config.json")).hasSize(0);
    }

    @Test
    void blobsOfAnotherRevisionAreReused() throws IOException {
        find("org/model");
        hub.forget();
        String newer = "f".repeat(40);
        hub.repository("org/model").commit(newer).file("config.json", "{\"model_type\": \"bert\"}");
        Path folder = client().fetch("org/model", USABLE, progress::add, Cancellation.NEVER);
        assertThat(folder).isEqualTo(repository().resolve("snapshots").resolve(newer));
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(repository().resolve("refs/main")).hasContent(newer);
        assertThat(hub.seen("CDN")).isEmpty();
    }

    @Test
    void aRevisionIsDownloadedAndStoredUnderItsName() {
        find("org/model@v1");
        assertThat(repository().resolve("refs/v1")).hasContent(COMMIT);
        assertThat(repository().resolve("refs/main")).doesNotExist();
    }

    @Test
    void theShardsNamedInTheIndexAreDownloaded() throws IOException {
        Repository sharded = hub.repository("org/sharded")
                .file("config.json", "{}")
                .file("vocab.txt", "[PAD]")
                .file("model.safetensors.index.json", """
                        {"weight_map": {"a": "model-1-of-3.safetensors", "b": "model-2-of-3.safetensors",
                        "c": "model-3-of-3.safetensors", "d": "model-1-of-3.safetensors"}}""")
                .file("other.safetensors", "x");
        for (int i = 1; i <= 3; i++) {
            sharded.file("model-" + i + "-of-3.safetensors", random(i, SIZE));
        }
        Path folder = find("org/sharded");
        for (int i = 1; i <= 3; i++) {
            assertThat(folder.resolve("model-" + i + "-of-3.safetensors")).hasBinaryContent(random(i, SIZE));
        }
        assertThat(folder.resolve("other.safetensors")).doesNotExist();
    }

    @Test
    void shardsAreDownloadedInParallel() {
        hub.repository("org/sharded")
                .file("config.json", "{}")
                .file("vocab.txt", "[PAD]")
                .file(
                        "model.safetensors.index.json",
                        "{\"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}}")
                .file("a.safetensors", random(1, 10))
                .file("b.safetensors", random(2, 10));
        java.util.concurrent.CyclicBarrier both = new java.util.concurrent.CyclicBarrier(2);
        hub.next(2, "CDN GET", exchange -> {
            try {
                both.await(20, TimeUnit.SECONDS); // one alone would break here
                return false;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        find("org/sharded");
        assertThat(both.isBroken()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config.json",
                "a/b.safetensors",
                "..\\\\x.safetensors",
                "pytorch_model.bin",
                "",
                ".safetensors",
                "C:x.safetensors"
            })
    void anIndexThatLeadsOutsideOfTheRepositoryIsRefused(String shard) {
        hub.repository("org/bad")
                .file("config.json", "{}")
                .file("vocab.txt", "[PAD]")
                .file("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"" + shard + "\"}}")
                .file(shard, "x");
        sentence(() -> find("org/bad"), "names no safetensors files next to it");
    }

    @Test
    void progressEndsAtTheTotal() {
        find("org/model");
        Progress last = progress.get(progress.size() - 1);
        assertThat(last.done()).isEqualTo(last.total()).isGreaterThan(SIZE);
        assertThat(last.percent()).isEqualTo(100);
        assertThat(progress).allSatisfy(step -> {
            assertThat(step.total()).isEqualTo(last.total());
            assertThat(step.done()).isBetween(0L, step.total());
        });
        assertThat(progress.get(0).done()).isZero();
    }

    // what goes wrong on the way

    @Test
    void aTruncatedBodyIsResumed() throws IOException {
        hub.next(1, "CDN GET", cut(weights, 100_000));
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET").get(1).header("Range")).contains("bytes=100000-");
    }

    @Test
    void repeatedTruncationIsResumedAsLongAsBytesArrive() throws IOException {
        for (int i = 0; i < 8; i++) {
            hub.next(1, "CDN GET", exchange -> {
                int from = exchange.getRequestHeaders().containsKey("Range")
                        ? Integer.parseInt(
                                exchange.getRequestHeaders().getFirst("Range").replaceAll("\\D", ""))
                        : 0;
                exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
                exchange.sendResponseHeaders(from > 0 ? 206 : 200, SIZE - from);
                exchange.getResponseBody().write(weights, from, 1000);
                exchange.getResponseBody().flush();
                throw new IOException("cut");
            });
        }
        isWhole(find("org/model"));
    }

    @Test
    void thePartialFileOfAnEarlierProcessIsResumed() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), java.util.Arrays.copyOf(weights, 123_456));
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET").get(0).header("Range")).contains("bytes=123456-");
    }

    @Test
    void aPartialFileWithOtherContentIsDiscardedOnce() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), random(9, 123_456));
        isWhole(find("org/model"));
    }

    @Test
    void aPartialFileThatIsTooLongIsDiscarded() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), random(9, SIZE + 1));
        isWhole(find("org/model"));
    }

    @Test
    void aCompletePartialFileIsVerifiedAndKept() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), weights);
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET")).isEmpty();
    }

    @Test
    void aServerWithoutRangesRestartsTheDownload() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), random(9, 1000));
        hub.always("CDN GET", whole());
        isWhole(find("org/model"));
    }

    @Test
    @Timeout(60)
    void aServerWithoutRangesThatAlwaysEndsShortIsGivenUp() {
        hub.always("CDN GET", cut(weights, 100_000));
        assertThatThrownBy(() -> find("org/model")).isInstanceOf(UserException.class);
        assertThat(hub.seen("CDN GET")).hasSizeLessThan(20);
    }

    /** The whole file, whatever was asked for. */
    private FakeHub.Answer whole() {
        return exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights);
            return true;
        };
    }

    @Test
    void aRefusedRangeRestartsTheDownload() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), java.util.Arrays.copyOf(weights, 1000));
        hub.next(1, "CDN GET", status(416));
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET").get(1).header("Range")).isEmpty();
    }

    @Test
    void aRangeOtherThanTheOneRequestedIsNotWritten() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), java.util.Arrays.copyOf(weights, 1000));
        hub.next(1, "CDN GET", exchange -> {
            exchange.getResponseHeaders().add("Content-Range", "bytes 500-" + (SIZE - 1) + "/" + SIZE);
            exchange.sendResponseHeaders(206, SIZE - 500);
            exchange.getResponseBody().write(weights, 500, SIZE - 500);
            return true;
        });
        isWhole(find("org/model"));
    }

    @Test
    void aFileThatChangesDuringTheDownloadIsNeverMixed() throws IOException {
        byte[] newer = random(5, SIZE);
        hub.next(1, "CDN GET", exchange -> {
            hub.repository("org/model").file("model.safetensors", newer);
            return cut(weights, 100_000).to(exchange);
        });
        Path folder = find("org/model");
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(newer);
        assertThat(part()).doesNotExist();
        assertThat(repository().resolve("blobs").resolve(sha256(weights))).doesNotExist();
    }

    @Test
    void aFileLongerThanAnnouncedIsRefused() throws IOException {
        hub.always("CDN GET", exchange -> {
            exchange.sendResponseHeaders(200, SIZE + 1);
            exchange.getResponseBody().write(random(1, SIZE + 1));
            return true;
        });
        sentence(() -> find("org/model"), "doesn't answer like the Hugging Face hub");
        nothingHalfIsShown();
    }

    @Test
    void aWrongChecksumOfALargeFileIsAClearErrorAndLeavesNothing() throws IOException {
        byte[] wrong = weights.clone();
        wrong[SIZE / 2] ^= 1;
        hub.always("CDN GET", exchange -> {
            exchange.sendResponseHeaders(200, SIZE);
            exchange.getResponseBody().write(wrong);
            return true;
        });
        sentence(() -> find("org/model"), "model.safetensors", "wrong checksum");
        nothingHalfIsShown();
        assertThat(part()).doesNotExist();
    }

    @Test
    void aWrongHashOfASmallFileIsAClearErrorToo() throws IOException {
        hub.always("HUB GET .*/tokenizer.json", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("[]".getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        sentence(() -> find("org/model"), "tokenizer.json", "wrong checksum");
        assertThat(repository().resolve("refs/main")).doesNotExist();
    }

    @Test
    void aStalledServerIsAskedForTheRest() throws IOException {
        patience = new Patience(
                patience.connect(),
                patience.answer(),
                Duration.ofMillis(200),
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                4);
        hub.next(1, "CDN GET", silent(weights, 50_000));
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET").get(1).header("Range")).contains("bytes=50000-");
    }

    @Test
    void aServerThatStaysSilentIsAClearError() throws IOException {
        patience = new Patience(
                patience.connect(),
                patience.answer(),
                Duration.ofMillis(100),
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                2);
        hub.always("CDN GET", silent(weights, 0));
        sentence(() -> find("org/model"), "Can't reach 127.0.0.1", "no answer in time");
        nothingHalfIsShown();
    }

    @Test
    void aServerThatNeverAnswersIsAClearError() {
        patience = new Patience(
                patience.connect(),
                Duration.ofMillis(200),
                patience.stall(),
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                2);
        hub.always("HUB GET /api", exchange -> {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return true;
        });
        sentence(() -> find("org/model"), "Can't reach 127.0.0.1", "no answer in time");
    }

    @Test
    void aSlowDownloadCompletes() throws IOException {
        patience = new Patience(
                patience.connect(),
                patience.answer(),
                Duration.ofMillis(500),
                Duration.ofMillis(1),
                Duration.ofSeconds(2),
                2);
        hub.always("CDN GET", slowly(weights, 20_000, 60)); // longer in all than a stall
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET")).hasSize(1);
    }

    @Test
    void aBusyServerIsRetriedWhenItAllows() throws IOException {
        hub.next(1, "HUB GET /api", status(429, "Retry-After: 0"));
        hub.next(1, "CDN GET", status(429, "Retry-After: 1"));
        long begun = System.nanoTime();
        isWhole(find("org/model"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aBusyServerWithALongDelayIsAClearError() {
        hub.always("HUB GET /api", status(429, "Retry-After: 600"));
        sentence(() -> find("org/model"), "too many requests", "try again in 10 minutes");
        assertThat(hub.seen("/api")).hasSize(1);
    }

    @Test
    void aRetryDateIsUnderstood() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(30));
        hub.always("HUB GET /api", status(503, "Retry-After: " + date));
        sentence(() -> find("org/model"), "status 503", "try again in 30 minutes");
    }

    @Test
    void aTransientServerErrorIsRetried() throws IOException {
        hub.next(2, "HUB GET /api", status(500));
        hub.next(2, "HUB HEAD .*safetensors", status(502));
        hub.next(2, "CDN GET", status(504));
        isWhole(find("org/model"));
    }

    @Test
    void aPersistentServerErrorIsAClearErrorAndKeepsThePartialFile() throws IOException {
        hub.next(1, "CDN GET", cut(weights, 100_000));
        hub.always("CDN GET", status(500));
        sentence(() -> find("org/model"), "status 500", "what was downloaded is kept");
        assertThat(part()).hasSize(100_000);
        nothingHalfIsShown();
    }

    @Test
    void anUnreachableHubIsAClearError() {
        hub.close();
        sentence(() -> find("org/model"), "Can't reach 127.0.0.1", "check the connection");
    }

    @Test
    void aServerThatIsNotAHubIsAClearError() {
        hub.always("HUB GET /api", exchange -> {
            byte[] page = "<html>Sign in to the hotel's network</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            return true;
        });
        sentence(() -> find("org/model"), "doesn't answer like the Hugging Face hub");
    }

    // redirects and the token

    @Test
    void theTokenGoesOnlyToTheHub() throws IOException {
        environment.put("HF_TOKEN", "hf_secret");
        isWhole(find("org/model"));
        assertThat(hub.seen("HUB"))
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).contains("Bearer hf_secret"));
        assertThat(hub.seen("CDN")).isNotEmpty().allSatisfy(request -> {
            assertThat(request.header("Authorization")).isEmpty();
            assertThat(request.toString()).doesNotContain("hf_secret");
        });
    }

    @Test
    void theTokenDoesNotGoToAnotherPortOfTheSameHost() throws IOException {
        environment.put("HF_TOKEN", "hf_secret");
        String target = hub.cdnUrl().replace("localhost", "127.0.0.1") + "/" + sha256(weights);
        hub.always("HUB GET .*safetensors", status(302, "Location: " + target));
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN"))
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).isEmpty());
    }

    @Test
    void theStoredTokenIsUsedUnlessAnotherIsSet() throws IOException {
        Files.writeString(temp.resolve("token"), "hf_stored\n");
        find("org/model");
        assertThat(hub.seen("HUB").get(0).header("Authorization")).contains("Bearer hf_stored");
        hub.forget();
        environment.put("HF_TOKEN", "hf_set");
        client().fetch("org/model", USABLE, progress::add, Cancellation.NEVER);
        assertThat(hub.seen("HUB").get(0).header("Authorization")).contains("Bearer hf_set");
    }

    @Test
    void aRenamedRepositoryIsFollowed() throws IOException {
        hub.always("HUB GET /api/models/org/old/", status(307, "Location: /api/models/org/model/revision/main"));
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            hub.always(
                    "HUB (GET|HEAD) /org/old/resolve/.*/" + file,
                    status(307, "Location: /org/model/resolve/" + COMMIT + "/" + file));
        }
        Path folder = find("org/old");
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(folder).startsWith(cache.resolve("models--org--old"));
    }

    @Test
    void aRedirectLoopIsAClearError() {
        hub.always(
                "HUB GET .*safetensors", status(302, "Location: " + hub.url() + "/org/model/resolve/x/a.safetensors"));
        sentence(() -> find("org/model"), "redirects in a loop");
        assertThat(hub.seen("HUB GET .*safetensors")).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://localhost/x", "file:///etc/passwd", "http://user:pass@localhost/x", "http://[x"})
    void aRedirectWithoutATargetIsAClearError(String location) {
        hub.always("HUB GET .*safetensors", status(302, "Location: " + location));
        sentence(() -> find("org/model"), "not safe to follow");
    }

    // errors

    @Test
    void anAbsentModelIsAClearError() {
        sentence(() -> find("org/none"), "There is no model org/none on 127.0.0.1", "or it is private", "HF_TOKEN");
    }

    @Test
    void anAbsentRevisionIsAClearError() {
        sentence(() -> find("org/model@v9"), "org/model has no revision v9");
    }

    @Test
    void aGatedModelIsAClearError() {
        hub.always("HUB (GET|HEAD) /org/model/resolve", status(401, "X-Error-Code: GatedRepo"));
        sentence(() -> find("org/model"), "org/model is gated", "accept its terms at " + hub.url() + "/org/model");
        environment.put("HF_TOKEN", "hf_x");
        hub.always("HUB GET /api", status(403, "X-Error-Code: GatedRepo"));
        sentence(() -> find("org/model"), "org/model is gated");
    }

    @Test
    void anInvalidTokenIsAClearError() {
        environment.put("HF_TOKEN", "hf_x");
        hub.always("HUB GET /api", status(401));
        sentence(() -> find("org/model"), "rejects the access token");
    }

    @Test
    void aRepositoryOfPicklesIsAClearError() {
        hub.repository("org/pickles")
                .file("config.json", "{}")
                .file("vocab.txt", "x")
                .file("pytorch_model.bin", "x");
        sentence(
                () -> find("org/pickles"),
                "only as pickles (pytorch_model.bin)",
                "choose a model that has model.safetensors",
                "org/pickles@refs/pr/NUMBER");
        assertThat(hub.seen("GET /org")).isEmpty();
    }

    @Test
    void theErrorForOtherWeightFormatsNamesThem() {
        hub.repository("org/others")
                .file("config.json", "{}")
                .file("tf_model.h5", "x")
                .file("onnx/model.onnx", "x");
        sentence(() -> find("org/others"), "has no model.safetensors, only onnx/model.onnx, tf_model.h5");
    }

    @Test
    void aRepositoryWithoutATokenizerIsAClearError() {
        hub.repository("org/untold")
                .file("config.json", "{}")
                .file("model.safetensors", "x")
                .file("source.spm", "x");
        sentence(() -> find("org/untold"), "no tokenizer.json and no vocabulary but source.spm");
    }

    @Test
    void theFilesOfATranslatorAreFetchedThoughThereIsATokenizerJson() {
        hub.repository("org/translator")
                .file("config.json", "{}")
                .file("model.safetensors", "x")
                .file("tokenizer.json", "{}")
                .file("source.spm", "s")
                .file("target.spm", "t")
                .file("vocab.json", "{}");
        assertThat(find("org/translator").resolve("source.spm")).hasContent("s");
        assertThat(find("org/translator").resolve("target.spm")).hasContent("t");
    }

    @Test
    void aRepositoryWithoutAConfigurationIsAClearError() {
        hub.repository("org/bare").file("model.safetensors", "x");
        sentence(() -> find("org/bare"), "org/bare has no config.json");
    }

    @Test
    void anUnknownModelTypeDownloadsOnlyItsConfiguration() {
        Consumer<Path> choosy = folder -> {
            assertThat(folder.resolve("config.json")).exists();
            throw new UserException("It is of no known kind.");
        };
        sentence(() -> client().find("org/model", choosy, progress::add, Cancellation.NEVER), "of no known kind");
        assertThat(hub.seen("GET /org")).hasSize(1);
        assertThat(hub.seen("CDN")).isEmpty();
    }

    @Test
    void theOfflineErrorNamesWhatIsMissing() throws IOException {
        Hub offline =
                new Hub(new Settings(URI.create(hub.url()), cache, temp.resolve("token"), true, patience, Map.of()));
        sentence(
                () -> offline.find("org/model", USABLE, progress::add, Cancellation.NEVER),
                "has no org/model",
                "HF_HUB_OFFLINE");
        sentence(() -> offline.fetch("org/model", USABLE, progress::add, Cancellation.NEVER), "HF_HUB_OFFLINE");
        assertThat(hub.seen(".*")).isEmpty();
        find("org/model");
        isWhole(offline.find("org/model", USABLE, progress::add, Cancellation.NEVER));
        Files.delete(repository().resolve("blobs").resolve(sha256(weights)));
        sentence(
                () -> offline.find("org/model", USABLE, progress::add, Cancellation.NEVER),
                "only part of org/model (no model.safetensors)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/", "/name", "org/a/b", "org/a--b", "org/a..b", "org/.a", "org/a-", "org/a.git", "org/a@",
                "org/a@../x", "org/a@x/..", "org/a@-\\", "org/a b", "org/ä", "../x", "./x", "C:\\x", "~/x"
            })
    void anInvalidNameIsNotRequested(String name) {
        sentence(() -> find(name), "There is no model");
        assertThat(hub.seen(".*")).isEmpty();
    }

    @Test
    void aNameWithoutAnOrganisationIsLookedUpOnlyInTheCache() throws IOException {
        sentence(() -> find("gpt2"), "There is no model \"gpt2\"", "organisation/name");
        assertThat(hub.seen(".*")).isEmpty();
        find("org/model");
        Files.move(repository(), cache.resolve("models--gpt2"));
        assertThat(find("gpt2")).startsWith(cache.resolve("models--gpt2"));
    }

    // the disk

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "/dev/full is Linux's")
    void aFullDiskIsAClearError() throws IOException {
        Files.createDirectories(part().getParent());
        Files.createSymbolicLink(part(), Path.of("/dev/full"));
        sentence(() -> find("org/model"), "The disk that holds " + cache + " is full", "HF_HUB_CACHE");
        nothingHalfIsShown();
    }

    @Test
    void aModelLargerThanTheFreeSpaceIsNotStarted() {
        hub.always(
                "HUB HEAD .*safetensors",
                status(
                        302,
                        "X-Linked-Size: 400000000000000000",
                        "X-Linked-Etag: " + sha256(weights),
                        "Location: http://localhost/x"));
        sentence(() -> find("org/model"), "This model needs 400.0 PB more", "left: free some space");
        assertThat(hub.seen("GET .*safetensors")).isEmpty();
    }

    @Test
    void anUnwritableCacheIsAClearError() throws IOException {
        cache = Files.writeString(temp.resolve("file"), "").resolve("hub");
        sentence(() -> find("org/model"), "Can't write to the model cache, " + cache, "HF_HUB_CACHE");
    }

    @Test
    void diskErrorsAreReadable() {
        assertThat(HubMessages.unwritable(cache, new java.nio.file.AccessDeniedException("x")))
                .hasMessageContaining("(permission denied)");
        assertThat(HubMessages.unwritable(cache, new FileSystemException("x", null, "Read-only file system")))
                .hasMessageContaining("(Read-only file system)");
        assertThat(HubMessages.unwritable(cache, new IOException("No space left on device")))
                .hasMessageContaining("is full");
    }

    // at the same time, and not to the end

    @Test
    void concurrentRequestsForAModelDownloadItOnce() {
        hub.always("CDN GET", slowly(weights, 50_000, 20));
        CompletableFuture<Path> first = CompletableFuture.supplyAsync(() -> find("org/model"));
        CompletableFuture<Path> second = CompletableFuture.supplyAsync(() -> find("org/model"));
        assertThat(first.join()).isEqualTo(second.join());
        assertThat(hub.seen("CDN GET")).hasSize(1);
    }

    @Test
    void aCancelledDownloadEndsAtOnceAndCanBeResumed() throws Exception {
        AtomicBoolean wanted = new AtomicBoolean(true);
        Cancellation check = () -> {
            if (!wanted.get()) {
                throw new CancellationException();
            }
        };
        hub.next(1, "CDN GET", silent(weights, 100_000)); // for longer than the test waits
        CompletableFuture<Path> download =
                CompletableFuture.supplyAsync(() -> client().find("org/model", USABLE, progress::add, check));
        while (!Files.exists(part()) || Files.size(part()) < 100_000) {
            Thread.sleep(10);
        }
        wanted.set(false);
        assertThatThrownBy(() -> download.get(15, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
        assertThat(part()).hasSize(100_000);
        nothingHalfIsShown();
        isWhole(find("org/model"));
        assertThat(hub.seen("CDN GET").get(1).header("Range")).contains("bytes=100000-");
    }
}
