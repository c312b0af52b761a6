package dev.headlight.client.process;

import static dev.headlight.client.process.Packaged.FIRST_BLANK;
import static dev.headlight.client.process.Packaged.FIRST_LINE;
import static dev.headlight.client.process.Packaged.NOTE;
import static dev.headlight.client.process.Packaged.TEXT;
import static dev.headlight.client.process.Packaged.get;
import static dev.headlight.client.process.Packaged.servers;
import static dev.headlight.client.process.Packaged.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.client.ClientListener.Remedy;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.InspectionPage;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.RecordingListener;
import dev.headlight.client.State;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The life cycle of the packaged server; each test starts one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class PackagedServerTest {
    @TempDir
    Path temp;

    private final RecordingListener editor = new RecordingListener();

    private Path home = Packaged.HOME;

    private JavaRuntime java = JavaRuntime.own();

    private String model = "embedded";

    private final HeadlightClient client =
            new HeadlightClient(editor, () -> Packaged.launch(home, java, model, temp.resolve("log")));

    @AfterEach
    void closingLeavesNoProcess() {
        List<ProcessHandle> servers = servers();
        client.close();
        servers.forEach(server -> server.onExit().join());
    }

    private void open() {
        client.open(NOTE, "markdown", 1, TEXT);
    }

    private static String checkpoint() {
        return Path.of("../../server/src/test/resources/oracle/bert")
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    /** A hub that accepts requests and never answers. */
    private ServerSocket silentHub() throws IOException {
        ServerSocket hub = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        java = StandInJava.write(
                temp.resolve("jdk"),
                "export HF_ENDPOINT=http://127.0.0.1:%d HF_HUB_CACHE='%s' HF_HUB_OFFLINE= HF_TOKEN= HTTP_PROXY= http_proxy=\n"
                        .formatted(hub.getLocalPort(), temp.resolve("hub")));
        return hub;
    }

    @Test
    void theServerReportsLoadingAndReady() throws Exception {
        client.start();
        editor.becomes(State.STARTING);
        editor.becomes(State.LOADING);
        assertThat(editor.next(RecordingListener.Loading.class).message()).isEqualTo("Loading embedded");
        editor.becomes(State.READY);
        assertThat(client.state()).isEqualTo(State.READY);
        assertThat(servers()).isNotEmpty();
    }

    @Test
    void aKilledServerIsRestartedWithTheOpenTexts() throws Exception {
        open();
        client.change(NOTE, 2, FIRST_BLANK, "____");
        get(client.words(NOTE, FIRST_LINE));
        servers().forEach(ProcessHandle::destroyForcibly);
        editor.becomes(State.STOPPED);
        editor.becomes(State.READY);
        List<Words> blanks = get(client.words(NOTE, FIRST_LINE));
        assertThat(blanks).singleElement().satisfies(blank -> {
            assertThat(blank.version()).isEqualTo(2);
            assertThat(texts(blank)).startsWith("door");
        });
    }

    @Test
    void anotherModelIsUsedAfterARestart() throws Exception {
        open();
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        model = checkpoint();
        client.restart();
        editor.becomes(State.STOPPED);
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isNotEqualTo("embedded");
    }

    @Test
    void aRunningServerSwitchesModelsAndListsTheAvailableOnes() throws Exception {
        open();
        get(client.words(NOTE, FIRST_LINE));
        editor.becomes(State.READY);
        List<ProcessHandle> before = servers();
        client.useModel(checkpoint());
        editor.becomes(State.LOADING);
        editor.becomes(State.READY);
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isNotEqualTo("embedded");
        assertThat(servers()).containsExactlyElementsOf(before);
        assertThat(get(client.models())).startsWith("embedded");
        client.useModel("/no/such/model");
        RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
        assertThat(failure.sentence()).contains("There is no model");
        assertThat(failure.remedy()).isEqualTo(Remedy.OPEN_SETTINGS);
        assertThat(client.state()).as("the one before answers").isEqualTo(State.READY);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script points the server to another hub")
    void cancellingADownloadKeepsThePreviousModel() throws Exception {
        try (ServerSocket hub = silentHub()) {
            open();
            get(client.words(NOTE, FIRST_LINE));
            editor.becomes(State.READY);
            client.useModel("org/slow");
            editor.becomes(State.LOADING);
            hub.accept();
            assertThat(texts(get(client.words(NOTE, FIRST_LINE)).get(0))).startsWith("door");
            client.cancelLoading();
            RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
            assertThat(failure.sentence()).startsWith("Loading org/slow was cancelled");
            assertThat(failure.remedy()).isEqualTo(Remedy.TRY_AGAIN);
            assertThat(client.state()).isEqualTo(State.READY);
            assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script points the server to another hub")
    void afterCancellingTheFirstModelAnotherCanBeSelected() throws Exception {
        try (ServerSocket hub = silentHub()) {
            model = "org/slow";
            open();
            client.start();
            editor.becomes(State.LOADING);
            hub.accept();
            client.cancelLoading();
            editor.becomes(State.FAILED);
            RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
            assertThat(failure.remedy()).isEqualTo(Remedy.TRY_AGAIN);
            client.useModel("embedded");
            editor.becomes(State.READY);
            assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        }
    }

    @Test
    void aMissingModelIsReportedOnceAndForEveryRequest() throws Exception {
        model = "/no/such/model";
        open();
        CompletableFuture<InspectionPage> answer = client.inspect(NOTE, List.of(FIRST_LINE));
        RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
        assertThat(failure.sentence()).contains("There is no model");
        assertThat(failure.remedy()).isEqualTo(Remedy.OPEN_SETTINGS);
        assertThatThrownBy(() -> get(answer)).cause().isInstanceOf(HeadlightException.class);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows allows neither such folder names nor links")
    void theServerRunsFromAFolderWithAnyNameWhateverTheCurrentFolderContains() throws Exception {
        home = temp.resolve("a:b;c & %PATH% \"d\" $(e) ü @f *");
        Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> files = Files.list(Packaged.HOME.resolve("lib"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.createSymbolicLink(home.resolve("lib").resolve(file.getFileName()), file.toRealPath());
            }
        }
        Path spaced = Files.createSymbolicLink(temp.resolve("j d; k & ü"), Path.of(System.getProperty("java.home")));
        java = new JavaRuntime(spaced);
        Files.createSymbolicLink(temp.resolve("m & ö; %x% \"y\""), Path.of(checkpoint()));
        model = temp.resolve("m & ö; %x% \"y\"").toString();
        open();
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isNotEqualTo("embedded");
    }

    @Test
    void noModelIsLoadedFromTheFolderInWhichTheIdeWasStarted() throws Exception {
        Path relative = Path.of("").toAbsolutePath().relativize(Path.of(checkpoint()));
        assertThat(relative).isDirectory();
        model = relative.toString();
        open();
        CompletableFuture<InspectionPage> answer = client.inspect(NOTE, List.of(FIRST_LINE));
        assertThat(editor.next(RecordingListener.Failure.class).sentence()).contains("There is no model");
        assertThatThrownBy(() -> get(answer)).cause().isInstanceOf(HeadlightException.class);
    }

    @Test
    void noLogAndNoArgumentContainsThePagesKey() throws Exception {
        open();
        String url = get(client.inspect(NOTE, List.of(FIRST_LINE))).url();
        String key = url.replaceFirst(".*/([0-9a-f]{64})/.*", "$1");
        assertThat(key).hasSize(64);
        assertThat(Files.readString(temp.resolve("log"))).doesNotContain(key);
        assertThat(servers())
                .isNotEmpty()
                .allSatisfy(server -> assertThat(
                                server.info().arguments().map(List::of).orElseThrow())
                        .noneMatch(argument -> argument.contains(key)));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script sets the level of the log")
    void theLogContainsNoneOfTheText() throws Exception {
        java = StandInJava.write(temp.resolve("jdk"), "export HEADLIGHT_LOG=info\n");
        client.open(NOTE, "markdown", 1, "The zebrafish ____ here.");
        get(client.words(NOTE, new Span(0, 20)));
        assertThat(Files.readString(temp.resolve("log")))
                .contains("embedded loaded")
                .doesNotContain("zebrafish");
    }
}
