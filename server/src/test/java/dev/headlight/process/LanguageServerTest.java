package dev.headlight.process;

import static dev.headlight.testing.FakeEditor.code;
import static dev.headlight.testing.FakeEditor.get;
import static dev.headlight.testing.FakeEditor.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.testing.FakeEditor;
import dev.headlight.testing.FakeHub;
import dev.headlight.testing.Golden;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkDoneProgressReport;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the language server needs a process: its streams, its end, its libraries, and the environment that it reads. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LanguageServerTest {
    private static final String URI_OF_NOTE = "file:///note.md";
    private static final TextDocumentIdentifier NOTE = new TextDocumentIdentifier(URI_OF_NOTE);
    private static final String TEXT = "He opened the [MASK] and walked into the room.\n"
            + "naïve 🙂 She closed the ____ behind her.\n"
            + "The quick brown fox.\n";
    private static final String MARKER = "zebrafish";

    @TempDir
    Path temp;

    private Process process;
    private FakeEditor editor;
    private HeadlightLanguageServer server;

    @BeforeEach
    void start() throws Exception {
        start(Headlight.with("lsp", "--stdio", "--memory", "64"));
    }

    private void start(Headlight command) throws Exception {
        stop();
        process = command.start(temp.resolve("err"));
        editor = new FakeEditor(process.getInputStream(), process.getOutputStream());
        server = editor.server();
    }

    @AfterEach
    void stop() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void open() throws Exception {
        editor.begin();
        editor.open(URI_OF_NOTE, "markdown", TEXT);
    }

    private List<CompletionItem> complete(int line, int character) throws Exception {
        return editor.complete(URI_OF_NOTE, new Position(line, character));
    }

    private static Messages.InspectParams firstLine() {
        return new Messages.InspectParams(NOTE, range(0, 0, 46), null);
    }

    @Test
    void initializeIsAnsweredBeforeAnyLibraryIsTouched() throws Exception {
        start(Headlight.with("lsp").of(Headlight.copy(temp.resolve("without libraries"), "native")));
        InitializeResult result = editor.initialize();
        assertThat(result.getServerInfo().getName()).isEqualTo("Headlight");
        assertThat(result.getCapabilities().getInlayHintProvider().getLeft()).isTrue();
    }

    @Test
    void theEmbeddedModelOffersThreeWordsInOrderAtABlank() throws Exception {
        open();
        List<CompletionItem> items = complete(0, 20);
        assertThat(items).hasSize(3);
        CompletionItem first = items.get(0);
        assertThat(first.getLabel()).isEqualTo("door");
        assertThat(first.getTextEdit().getLeft().getRange()).isEqualTo(range(0, 14, 20));
        assertThat(first.getFilterText()).isEqualTo("[MASK]");
        assertThat(first.getDetail()).matches("\\d+\\.\\d %");
        assertThat(items).extracting(CompletionItem::getSortText).isSorted();
        assertThat(complete(0, 5)).isEmpty();
    }

    @Test
    void anInspectionHasAPageThatHighlightsTheEditor() throws Exception {
        open();
        Messages.InspectResult result = get(server.inspect(firstLine()));
        assertThat(result.model()).isEqualTo("embedded");
        assertThat(result.tokens()).isEqualTo(12);
        assertThat(result.leftOut()).isZero();
        assertThat(result.blanks().get(0).range()).isEqualTo(range(0, 14, 20));
        assertThat(result.blanks().get(0).words().get(0).word()).isEqualTo("door");
        String page = result.url().replaceFirst("#.*", "");
        assertThat(result.url()).endsWith("#inspection=" + result.id());
        String inspection = page + "api/inspections/" + result.id();
        JsonObject data = JsonParser.parseString(http(inspection, null).body()).getAsJsonObject();
        assertThat(data.get("linked").getAsBoolean()).isTrue();
        assertThat(data.getAsJsonArray("tokens")).hasSize(12);

        http(inspection + "/pointer", "{\"layer\":0,\"heads\":[0,1],\"tokens\":[2],\"incoming\":false}");
        Messages.Highlight lit = editor.next(Messages.Highlight.class);
        assertThat(lit.uri()).isEqualTo(URI_OF_NOTE);
        assertThat(lit.version()).isEqualTo(1);
        assertThat(lit.spans())
                .extracting(Messages.WeightedSpan::share)
                .contains(1f)
                .allMatch(share -> share >= 0.05f && share <= 1);
        http(inspection + "/pointer", "{}");
        assertThat(editor.next(Messages.Highlight.class).spans()).isEmpty();

        http(inspection + "/accept", "{\"blank\":0,\"word\":0}");
        assertThat(editor.nextEdit().getNewText()).isEqualTo("door");
    }

    private static HttpResponse<String> http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aCancelledRequestIsAnsweredAtOnce() throws Exception {
        open();
        CompletableFuture<?> waiting = server.inspect(firstLine()); // the model is being loaded
        waiting.cancel(true);
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
        assertThat(complete(0, 20)).hasSize(3);
    }

    private Headlight withHub(FakeHub hub, String... more) {
        List<String> arguments = new ArrayList<>(List.of("lsp"));
        arguments.addAll(List.of(more));
        return Headlight.with(arguments.toArray(String[]::new))
                .environment("HF_ENDPOINT", hub.url())
                .environment("HF_HUB_CACHE", temp.resolve("hub").toString())
                .environment("HF_HUB_OFFLINE", "")
                .environment("HF_TOKEN", "")
                .environment("HTTP_PROXY", "")
                .environment("http_proxy", "");
    }

    @Test
    void theOldModelAnswersWhileTheNextOneIsDownloaded() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            byte[] weights = hub.repository("org/tiny").bytes("model.safetensors");
            hub.next(1, "CDN GET", FakeHub.slowly(weights, 10_000, 100));
            start(withHub(hub));
            open();
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("embedded");
            editor.nextStep(WorkDoneProgressEnd.class);
            CompletableFuture<Messages.UseModel> use = server.useModel(new Messages.UseModel("org/tiny"));
            WorkDoneProgressBegin begin = editor.nextStep(WorkDoneProgressBegin.class);
            assertThat(begin.getCancellable()).isTrue();
            assertThat(begin.getMessage()).isEqualTo("Loading org/tiny");
            assertThat(editor.nextStep(WorkDoneProgressReport.class).getMessage())
                    .startsWith("Downloading org/tiny: ")
                    .contains("kB");
            assertThat(use).isNotDone();
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("embedded");
            assertThat(get(use).model()).isEqualTo("org/tiny");
            editor.nextStep(WorkDoneProgressEnd.class);
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("org/tiny");
            Messages.Models models = get(server.models());
            assertThat(models.current()).isEqualTo("org/tiny");
            assertThat(models.models().stream().map(Messages.Model::name)).containsExactly("embedded", "org/tiny");
            assertThat(models.models().get(1).problem()).isNull();
        }
    }

    @Test
    void aDownloadIsCancelledFromItsProgressOrByAnotherChoice() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            byte[] weights = hub.repository("org/tiny").bytes("model.safetensors");
            hub.always("CDN GET", FakeHub.silent(weights, 50_000));
            start(withHub(hub));
            open();
            complete(0, 20);
            CompletableFuture<Messages.UseModel> first = server.useModel(new Messages.UseModel("org/tiny"));
            editor.nextStep(WorkDoneProgressReport.class);
            server.cancelProgress(new WorkDoneProgressCancelParams(Either.forLeft("headlight/loading")));
            assertThat(code(first)).isEqualTo(ResponseErrorCode.RequestCancelled.getValue());
            editor.nextStep(WorkDoneProgressEnd.class);

            CompletableFuture<Messages.UseModel> second = server.useModel(new Messages.UseModel("org/tiny"));
            editor.nextStep(WorkDoneProgressReport.class);
            CompletableFuture<Messages.UseModel> third = server.useModel(new Messages.UseModel("embedded"));
            assertThat(code(second)).isEqualTo(ResponseErrorCode.ServerCancelled.getValue());
            assertThat(get(third).model()).isEqualTo("embedded");
            assertThat(complete(0, 20)).hasSize(3);
        }
    }

    @Test
    void progressContinuesIfAnotherModelReplacesTheOneBeingLoaded() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            hub.always("CDN GET", FakeHub.silent(hub.repository("org/tiny").bytes("model.safetensors"), 50_000));
            start(withHub(hub));
            open();
            complete(0, 20);
            editor.nextStep(WorkDoneProgressEnd.class);
            server.useModel(new Messages.UseModel("org/tiny"));
            editor.nextStep(WorkDoneProgressReport.class);
            String other = Golden.folder("bert").toAbsolutePath().toString();
            CompletableFuture<Messages.UseModel> use = server.useModel(new Messages.UseModel(other));
            WorkDoneProgressNotification step;
            do {
                step = editor.nextStep(WorkDoneProgressNotification.class);
            } while (step instanceof WorkDoneProgressReport report && report.getPercentage() != null);
            assertThat(((WorkDoneProgressReport) step).getMessage()).isEqualTo("Loading " + other);
            assertThat(editor.nextStep(WorkDoneProgressNotification.class)).isInstanceOf(WorkDoneProgressEnd.class);
            assertThat(get(use).model()).isEqualTo(other);
        }
    }

    @Test
    void anUnavailableModelIsAClearError() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            start(withHub(hub, "--model", "org/none"));
            editor.begin();
            assertThat(editor.next(MessageParams.class).getMessage()).startsWith("There is no model org/none");
            editor.open(URI_OF_NOTE, "markdown", TEXT);
            assertThatThrownBy(() -> get(server.inspect(firstLine())))
                    .cause()
                    .hasMessageStartingWith("There is no model org/none");
            assertThatThrownBy(() -> get(server.useModel(new Messages.UseModel("org/other"))))
                    .cause()
                    .hasMessageStartingWith("There is no model org/other");
            assertThat(code(server.useModel(new Messages.UseModel(null))))
                    .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
            get(server.useModel(new Messages.UseModel("embedded")));
            assertThat(complete(0, 20)).hasSize(3);
        }
    }

    @Test
    void malformedBytesDoNotEndTheServer() throws Exception {
        open();
        byte[] noise = "Content-Length: 7\r\n\r\n{\"json}Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n[]"
                .getBytes(StandardCharsets.UTF_8);
        process.getOutputStream().write(noise);
        process.getOutputStream().flush();
        assertThat(complete(0, 20)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "trace"})
    void theLogNeverContainsTheText(String level) throws Exception {
        start(Headlight.with("lsp").environment("HEADLIGHT_LOG", level));
        open();
        editor.open("file:///secret.txt", "plaintext", "The " + MARKER + " ____ here.");
        editor.complete("file:///secret.txt", new Position(0, 16));
        get(server.inspect(
                new Messages.InspectParams(new TextDocumentIdentifier("file:///secret.txt"), range(0, 0, 20), null)));
        process.getOutputStream()
                .write(("Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"x\":\"" + MARKER + " ".repeat(9))
                        .getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        complete(0, 20);
        assertThat(Files.readString(temp.resolve("err")))
                .doesNotContain(MARKER)
                .matches(log -> log.contains("embedded loaded") == level.equals("trace"))
                .matches(log -> log.isEmpty() == level.isEmpty(), "nothing unless it is asked for");
    }

    @Test
    void shutdownAndExitLeaveNoProcess() throws Exception {
        open();
        get(server.inspect(firstLine()));
        get(server.shutdown());
        server.exit();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(process.descendants()).isEmpty();
    }

    @Test
    void exitWithoutShutdownIsAFailure() throws Exception {
        editor.initialize();
        server.exit();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void theServerEndsWithItsEditor() throws Exception {
        open();
        complete(0, 20);
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theServerEndsWithItsParentProcess() throws Exception {
        Process parent = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sleeper.class.getName())
                .start();
        InitializeParams params = new InitializeParams();
        params.setProcessId((int) parent.pid());
        params.setCapabilities(new ClientCapabilities());
        get(server.initialize(params));
        assertThat(process.isAlive()).isTrue();
        parent.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** A process that only lives. */
    static final class Sleeper {
        public static void main(String[] arguments) throws InterruptedException {
            Thread.sleep(120_000);
        }
    }
}
