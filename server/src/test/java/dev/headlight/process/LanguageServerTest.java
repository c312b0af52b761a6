package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.lsp.HeadlightLanguageClient;
import dev.headlight.lsp.Messages;
import dev.headlight.testing.FakeHub;
import dev.headlight.testing.Golden;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.ApplyWorkspaceEditResponse;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.InlayHintWorkspaceCapabilities;
import org.eclipse.lsp4j.InlineCompletionContext;
import org.eclipse.lsp4j.InlineCompletionItem;
import org.eclipse.lsp4j.InlineCompletionParams;
import org.eclipse.lsp4j.InlineCompletionTriggerKind;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ShowDocumentCapabilities;
import org.eclipse.lsp4j.ShowDocumentParams;
import org.eclipse.lsp4j.ShowDocumentResult;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WindowClientCapabilities;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkDoneProgressReport;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceEditCapabilities;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.eclipse.lsp4j.services.LanguageServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    private Remote server;
    private final Client client = new Client();

    /** The server as a Headlight client sees it. */
    interface Remote extends LanguageServer {
        @JsonRequest("headlight/inspect")
        CompletableFuture<Messages.InspectResult> inspect(Messages.InspectParams params);

        @JsonRequest("headlight/models")
        CompletableFuture<Messages.Models> models();

        @JsonRequest("headlight/useModel")
        CompletableFuture<Messages.UseModel> useModel(Messages.UseModel params);

        @JsonNotification("headlight/cursor")
        void cursor(Messages.Cursor cursor);
    }

    /** An editor that remembers what it is told. */
    private static final class Client implements HeadlightLanguageClient {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private volatile String choice;

        <T> T next(Class<T> kind) throws InterruptedException {
            while (true) {
                Object message = heard.poll(60, TimeUnit.SECONDS);
                assertThat(message).as("a " + kind.getSimpleName()).isNotNull();
                if (kind.isInstance(message)) {
                    return kind.cast(message);
                }
            }
        }

        @Override
        public void highlight(Messages.Highlight highlight) {
            heard.add(highlight);
        }

        @Override
        public CompletableFuture<ApplyWorkspaceEditResponse> applyEdit(ApplyWorkspaceEditParams params) {
            heard.add(params);
            return CompletableFuture.completedFuture(new ApplyWorkspaceEditResponse(true));
        }

        @Override
        public CompletableFuture<ShowDocumentResult> showDocument(ShowDocumentParams params) {
            heard.add(params);
            return CompletableFuture.completedFuture(new ShowDocumentResult(true));
        }

        @Override
        public CompletableFuture<Void> createProgress(WorkDoneProgressCreateParams params) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void notifyProgress(ProgressParams params) {
            heard.add(params);
        }

        @Override
        public CompletableFuture<Void> refreshInlayHints() {
            heard.add("refresh");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void showMessage(MessageParams params) {
            heard.add(params);
        }

        @Override
        public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
            heard.add(params);
            MessageActionItem chosen = params.getActions().stream()
                    .filter(action -> choice != null && action.getTitle().startsWith(choice))
                    .findFirst()
                    .orElse(params.getActions().get(1));
            return CompletableFuture.completedFuture(chosen);
        }

        @Override
        public void logMessage(MessageParams params) {}

        @Override
        public void telemetryEvent(Object object) {
            throw new AssertionError("there is no telemetry");
        }

        @Override
        public void publishDiagnostics(PublishDiagnosticsParams params) {}
    }

    @BeforeEach
    void start() throws Exception {
        start(Headlight.with("lsp", "--stdio"));
    }

    private void start(Headlight command) throws Exception {
        stop();
        process = command.start(temp.resolve("err"));
        Launcher<Remote> launcher = new Launcher.Builder<Remote>()
                .setLocalService(client)
                .setRemoteInterface(Remote.class)
                .setInput(process.getInputStream())
                .setOutput(process.getOutputStream())
                .create();
        launcher.startListening();
        server = launcher.getRemoteProxy();
    }

    @AfterEach
    void stop() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private InitializeResult initialize() throws Exception {
        InitializeParams params = new InitializeParams();
        WindowClientCapabilities window = new WindowClientCapabilities();
        window.setWorkDoneProgress(true);
        window.setShowDocument(new ShowDocumentCapabilities(true));
        WorkspaceClientCapabilities workspace = new WorkspaceClientCapabilities();
        workspace.setWorkspaceEdit(new WorkspaceEditCapabilities());
        workspace.getWorkspaceEdit().setDocumentChanges(true);
        workspace.setInlayHint(new InlayHintWorkspaceCapabilities(true));
        ClientCapabilities capabilities = new ClientCapabilities(workspace, null, window, null);
        params.setCapabilities(capabilities);
        return get(server.initialize(params));
    }

    private void open() throws Exception {
        initialize();
        server.initialized(new InitializedParams());
        open(URI_OF_NOTE, "markdown", TEXT);
    }

    private void open(String uri, String language, String text) {
        server.getTextDocumentService()
                .didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri, language, 1, text)));
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    private static Range range(int line, int from, int to) {
        return new Range(new Position(line, from), new Position(line, to));
    }

    private static int code(CompletableFuture<?> answer) throws Exception {
        try {
            Object value = get(answer);
            throw new AssertionError("no error but " + value);
        } catch (ExecutionException e) {
            return ((ResponseErrorException) e.getCause()).getResponseError().getCode();
        }
    }

    private List<CompletionItem> complete(String uri, int line, int character) throws Exception {
        Either<List<CompletionItem>, CompletionList> items = get(server.getTextDocumentService()
                .completion(new CompletionParams(new TextDocumentIdentifier(uri), new Position(line, character))));
        return items.isLeft() ? items.getLeft() : items.getRight().getItems();
    }

    private static JsonObject tree(Object result) {
        return new Gson().toJsonTree(result).getAsJsonObject();
    }

    private static Object json(String text) {
        return JsonParser.parseString(text);
    }

    private static Messages.InspectParams firstLine() {
        return new Messages.InspectParams(NOTE, range(0, 0, 46), null);
    }

    @Test
    void initializeIsAnsweredBeforeAnyLibraryIsTouched() throws Exception {
        Path cache = temp.resolve("cache");
        start(Headlight.with("lsp").environment("HEADLIGHT_CACHE", cache.toString()));
        InitializeResult result = initialize();
        assertThat(result.getServerInfo().getName()).isEqualTo("Headlight");
        assertThat(result.getCapabilities().getInlayHintProvider().getLeft()).isTrue();
        assertThat(cache).doesNotExist();
    }

    @Test
    void loadingTheModelIsShownAsProgress() throws Exception {
        open();
        assertThat(client.next(ProgressParams.class)
                        .getValue()
                        .getLeft()
                        .getKind()
                        .name())
                .isEqualTo("begin");
        assertThat(client.next(ProgressParams.class)
                        .getValue()
                        .getLeft()
                        .getKind()
                        .name())
                .isEqualTo("end");
    }

    @Test
    void aModelThatCanNotBeLoadedIsSaidOnceAndToEveryRequest() throws Exception {
        start(Headlight.with("lsp", "--model", "/no/such/model"));
        open();
        assertThat(client.next(MessageParams.class).getMessage()).contains("There is no model");
        assertThat(code(server.inspect(firstLine()))).isEqualTo(ResponseErrorCode.RequestFailed.getValue());
    }

    @Test
    void completionOffersThreeWordsInOrderAtABlank() throws Exception {
        open();
        List<CompletionItem> items = complete(URI_OF_NOTE, 0, 20);
        assertThat(items).hasSize(3);
        CompletionItem first = items.get(0);
        assertThat(first.getLabel()).isEqualTo("door");
        assertThat(first.getTextEdit().getLeft().getRange()).isEqualTo(range(0, 14, 20));
        assertThat(first.getFilterText()).isEqualTo("[MASK]");
        assertThat(first.getDetail()).matches("\\d+\\.\\d %");
        assertThat(items).extracting(CompletionItem::getSortText).isSorted();
        assertThat(complete(URI_OF_NOTE, 0, 5)).isEmpty();
    }

    @Test
    void inlayHintsStandBesideEveryBlankAndEachWordCanBeAccepted() throws Exception {
        open();
        List<InlayHint> hints = get(server.getTextDocumentService()
                .inlayHint(new InlayHintParams(NOTE, new Range(new Position(0, 0), new Position(9, 0)))));
        assertThat(hints).extracting(InlayHint::getPosition).containsExactly(new Position(0, 20), new Position(1, 28));
        var parts = hints.get(0).getLabel().getRight();
        assertThat(parts).hasSize(5);
        assertThat(parts.get(0).getValue()).isEqualTo("door");
        var command = parts.get(0).getCommand();
        get(server.getWorkspaceService()
                .executeCommand(new ExecuteCommandParams(command.getCommand(), command.getArguments())));
        var edit = client.next(ApplyWorkspaceEditParams.class)
                .getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft();
        assertThat(edit.getTextDocument().getVersion()).isEqualTo(1);
        TextEdit change = edit.getEdits().get(0).getLeft();
        assertThat(change.getRange()).isEqualTo(range(0, 14, 20));
        assertThat(change.getNewText()).isEqualTo("door");
    }

    @Test
    void acceptingWhereNoBlankIsAnyMoreIsRefused() throws Exception {
        open();
        Object argument = json(
                "{\"uri\":\"" + URI_OF_NOTE
                        + "\",\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":2}},\"word\":\"x\"}");
        assertThat(code(server.getWorkspaceService()
                        .executeCommand(new ExecuteCommandParams("headlight.acceptWord", List.of(argument)))))
                .isEqualTo(ResponseErrorCode.RequestFailed.getValue());
    }

    @Test
    void hoverShowsTheRunnersUp() throws Exception {
        open();
        Hover hover = get(server.getTextDocumentService().hover(new HoverParams(NOTE, new Position(1, 26))));
        assertThat(hover.getContents().getRight().getValue()).contains("embedded", "| 1 | door |", "| 10 |");
        assertThat(hover.getRange()).isEqualTo(range(1, 24, 28));
        assertThat(get(server.getTextDocumentService().hover(new HoverParams(NOTE, new Position(2, 1)))))
                .isNull();
    }

    @Test
    void ghostTextOffersWordsAtTheCursorWhenItIsAskedFor() throws Exception {
        open();
        InlineCompletionParams params = new InlineCompletionParams(
                NOTE, new Position(2, 9), new InlineCompletionContext(InlineCompletionTriggerKind.Invoked));
        List<InlineCompletionItem> items =
                get(server.getTextDocumentService().inlineCompletion(params)).getLeft();
        assertThat(items)
                .hasSize(3)
                .allSatisfy(item -> assertThat(item.getInsertText().getLeft()).startsWith(" "));
        params.getContext().setTriggerKind(InlineCompletionTriggerKind.Automatic);
        assertThat(get(server.getTextDocumentService().inlineCompletion(params)).getLeft())
                .isEmpty();
    }

    @Test
    void aCausalModelOffersWhatFollowsAndFillsNoBlanks() throws Exception {
        start(Headlight.with("lsp", "--stdio", "--model", Golden.folder("gpt2").toString()));
        open();
        InlayHintParams hints = new InlayHintParams(NOTE, range(0, 0, 46));
        assertThat(get(server.getTextDocumentService().inlayHint(hints))).isEmpty();
        InlineCompletionParams cursor = new InlineCompletionParams(
                NOTE, new Position(2, 9), new InlineCompletionContext(InlineCompletionTriggerKind.Invoked));
        assertThat(get(server.getTextDocumentService().inlineCompletion(cursor)).getLeft())
                .hasSize(3)
                .allSatisfy(item -> assertThat(item.getInsertText().getLeft()).isNotBlank());

        Messages.InspectResult result = get(server.inspect(new Messages.InspectParams(NOTE, range(2, 0, 19), null)));
        assertThat(result.blanks()).hasSize(1);
        assertThat(result.blanks().get(0).range()).isEqualTo(range(2, 19, 19));
        String page = result.url().replaceFirst("#.*", "");
        http(page + "api/inspections/" + result.id() + "/accept", "{\"blank\":0,\"word\":1}");
        TextEdit change = client.next(ApplyWorkspaceEditParams.class)
                .getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft()
                .getEdits()
                .get(0)
                .getLeft();
        assertThat(change.getRange()).isEqualTo(range(2, 19, 19));
        assertThat(change.getNewText())
                .isEqualTo(result.blanks().get(0).words().get(1).word());
    }

    /** What an encoder-decoder wrote stands in no document: its tokens light up nothing but what they look at. */
    @Test
    void anEncoderDecodersAnswerLightsUpWhatItLooksAt() throws Exception {
        start(Headlight.with("lsp", "--stdio", "--model", Golden.folder("bart").toString()));
        open();
        InlayHintParams hints = new InlayHintParams(NOTE, range(0, 0, 46));
        assertThat(get(server.getTextDocumentService().inlayHint(hints))).isNotEmpty();
        Messages.InspectResult result = get(server.inspect(new Messages.InspectParams(NOTE, range(2, 0, 19), null)));
        assertThat(result.blanks()).isEmpty();
        String inspection = result.url().replaceFirst("#.*", "") + "api/inspections/" + result.id();
        JsonObject data = JsonParser.parseString(http(inspection, null).body()).getAsJsonObject();
        int source = data.getAsJsonObject("sequences").get("source").getAsInt();
        assertThat(data.getAsJsonArray("tokens").size()).isGreaterThan(source + 2);
        int written = source + 2;
        http(inspection + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[" + written + "],\"incoming\":false}");
        Messages.Highlight lit = client.next(Messages.Highlight.class);
        assertThat(lit.spans()).hasSize(source - 2); // all but <s> and </s>
        assertThat(lit.spans().get(0).range()).isEqualTo(range(2, 0, 3));
        server.cursor(new Messages.Cursor(NOTE, new Position(2, 5)));
        assertThat(get(server.getTextDocumentService().inlayHint(hints))).isNotEmpty(); // it still answers
    }

    @Test
    void codeActionsFitTheSelection() throws Exception {
        open();
        assertThat(actions(range(2, 4, 9))).containsExactly("Visualize Attention", "Suggest Words for “quick”");
        assertThat(actions(range(2, 0, 19))).containsExactly("Visualize Attention");
        assertThat(actions(range(0, 16, 16))).containsExactly("Visualize Attention");
        assertThat(actions(range(2, 4, 4))).isEmpty();
        assertThat(actions(range(2, 3, 4))).isEmpty();
    }

    @Test
    void codeActionsAskedForAtOnceAreAllAnswered() throws Exception {
        open();
        var asked =
                Stream.generate(() -> askForActions(range(2, 4, 9))).limit(50).toList();
        for (var one : asked) {
            assertThat(get(one)).hasSize(2);
        }
    }

    private List<String> actions(Range range) throws Exception {
        return get(askForActions(range)).stream()
                .map(action -> action.getRight().getTitle())
                .toList();
    }

    private CompletableFuture<List<Either<Command, CodeAction>>> askForActions(Range range) {
        return server.getTextDocumentService()
                .codeAction(new CodeActionParams(NOTE, range, new CodeActionContext(List.of())));
    }

    @Test
    void suggestingWordsReplacesTheOneThatIsChosen() throws Exception {
        open();
        Object place = json("{\"textDocument\":{\"uri\":\"" + URI_OF_NOTE
                + "\"},\"range\":{\"start\":{\"line\":2,\"character\":10},\"end\":{\"line\":2,\"character\":15}}}");
        Object result = get(server.getWorkspaceService()
                .executeCommand(new ExecuteCommandParams("headlight.suggestWords", List.of(place))));
        String second = tree(result)
                .getAsJsonArray("words")
                .get(1)
                .getAsJsonObject()
                .get("word")
                .getAsString();
        ApplyWorkspaceEditParams applied = client.next(ApplyWorkspaceEditParams.class);
        TextEdit change = applied.getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft()
                .getEdits()
                .get(0)
                .getLeft();
        assertThat(change.getNewText()).isEqualTo(second).isNotEqualTo("brown");
        assertThat(change.getRange()).isEqualTo(range(2, 10, 15));
    }

    @Test
    void editsKeepServerAndEditorInStep() throws Exception {
        open();
        DidChangeTextDocumentParams edit = new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(URI_OF_NOTE, 2),
                List.of(
                        new TextDocumentContentChangeEvent(range(0, 14, 20), "door"),
                        new TextDocumentContentChangeEvent(range(1, 9, 9), "Then 🙂 "),
                        new TextDocumentContentChangeEvent(range(1, 0, 5), "")));
        server.getTextDocumentService().didChange(edit);
        assertThat(complete(URI_OF_NOTE, 0, 18)).isEmpty();
        List<CompletionItem> items = complete(URI_OF_NOTE, 1, 29);
        assertThat(items).hasSize(3);
        assertThat(items.get(0).getTextEdit().getLeft().getRange()).isEqualTo(range(1, 27, 31));
        server.getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(URI_OF_NOTE, 3),
                        List.of(new TextDocumentContentChangeEvent("It is ____ here."))));
        assertThat(complete(URI_OF_NOTE, 0, 8)).hasSize(3);
        server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(NOTE));
        assertThat(complete(URI_OF_NOTE, 0, 8)).isEmpty();
    }

    @Test
    void anInspectionLeadsToItsPageAndTheEditorLightsUp() throws Exception {
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
        Messages.Highlight lit = client.next(Messages.Highlight.class);
        assertThat(lit.uri()).isEqualTo(URI_OF_NOTE);
        assertThat(lit.version()).isEqualTo(1);
        assertThat(lit.spans()).hasSize(10);
        assertThat(lit.spans().get(0).range()).isEqualTo(range(0, 0, 2));
        http(inspection + "/pointer", "{}");
        assertThat(client.next(Messages.Highlight.class).spans()).isEmpty();

        http(inspection + "/accept", "{\"blank\":0,\"word\":0}");
        ApplyWorkspaceEditParams applied = client.next(ApplyWorkspaceEditParams.class);
        assertThat(applied.getEdit()
                        .getDocumentChanges()
                        .get(0)
                        .getLeft()
                        .getEdits()
                        .get(0)
                        .getLeft()
                        .getNewText())
                .isEqualTo("door");
    }

    @Test
    void aClientThatOpensPagesKeepsTheNamesOfTheCommands() throws Exception {
        assertThat(initialize().getCapabilities().getExecuteCommandProvider()).isNotNull();
        start(Headlight.with("lsp", "--memory", "64"));
        InitializeParams params = new InitializeParams();
        ClientCapabilities capabilities = new ClientCapabilities();
        capabilities.setExperimental(JsonParser.parseString("{\"headlight\": {\"panel\": true}}"));
        params.setCapabilities(capabilities);
        assertThat(get(server.initialize(params)).getCapabilities().getExecuteCommandProvider())
                .isNull();
    }

    @Test
    void theCursorLeadsThePageToItsToken() throws Exception {
        open();
        Messages.InspectResult result = get(server.inspect(firstLine()));
        String events = result.url().replaceFirst("#.*", "") + "api/events";
        HttpRequest request = HttpRequest.newBuilder(URI.create(events))
                .header("Accept", "text/event-stream")
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            event(lines, "model"); // from here on the page is told
            TextDocumentIdentifier note = new TextDocumentIdentifier(URI_OF_NOTE);
            server.cursor(new Messages.Cursor(note, new Position(0, 4)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + ",\"token\":2}");
            server.cursor(new Messages.Cursor(note, new Position(1, 0)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + "}");
            server.cursor(new Messages.Cursor(new TextDocumentIdentifier("file:///unknown"), new Position(0, 4)));
            server.cursor(new Messages.Cursor(note, new Position(9999, 9999)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + "}");
        }
    }

    /** The data of the next event of a kind. */
    private static String event(BufferedReader lines, String kind) throws IOException {
        String line = lines.readLine();
        while (!line.equals("event: " + kind)) {
            line = lines.readLine();
        }
        return lines.readLine().replaceFirst("data: ", "");
    }

    private static HttpResponse<String> http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aPairAndAnEmptySelectionAreLookedAtToo() throws Exception {
        open();
        Messages.Place second = new Messages.Place(NOTE, range(2, 0, 20));
        assertThat(get(server.inspect(new Messages.InspectParams(NOTE, range(0, 0, 46), second)))
                        .tokens())
                .isEqualTo(18);
        assertThat(get(server.inspect(new Messages.InspectParams(NOTE, range(1, 3, 3), null)))
                        .blanks())
                .hasSize(2);
    }

    @Test
    void visualizingOpensThePageInAnEditorWithoutAPanel() throws Exception {
        open();
        Object place = json("{\"textDocument\":{\"uri\":\"" + URI_OF_NOTE
                + "\"},\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":46}}}");
        Object result = get(server.getWorkspaceService()
                .executeCommand(new ExecuteCommandParams("headlight.visualizeAttention", List.of(place))));
        ShowDocumentParams shown = client.next(ShowDocumentParams.class);
        assertThat(shown.getExternal()).isTrue();
        assertThat(shown.getUri()).isEqualTo(tree(result).get("url").getAsString());
    }

    @Test
    void aCancelledRequestIsAnsweredAtOnce() throws Exception {
        initialize();
        server.initialized(new InitializedParams());
        open(URI_OF_NOTE, "markdown", TEXT);
        CompletableFuture<?> waiting = server.inspect(firstLine()); // the model is being loaded
        waiting.cancel(true);
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
        assertThat(complete(URI_OF_NOTE, 0, 20)).hasSize(3);
    }

    @Test
    void aNewerRequestTakesThePlaceOfAnOlderOne() throws Exception {
        initialize();
        server.initialized(new InitializedParams());
        open(URI_OF_NOTE, "markdown", TEXT);
        CompletableFuture<?> older = server.inspect(firstLine()); // the model is being loaded
        CompletableFuture<Messages.InspectResult> newer = server.inspect(firstLine());
        assertThat(code(older)).isEqualTo(ResponseErrorCode.ServerCancelled.getValue());
        assertThat(get(newer).tokens()).isEqualTo(12);
    }

    @Test
    void requestsOutOfOrderAreErrors() throws Exception {
        assertThat(code(server.inspect(firstLine()))).isEqualTo(ResponseErrorCode.ServerNotInitialized.getValue());
        open(URI_OF_NOTE, "markdown", TEXT); // a notification out of order is dropped
        initialize();
        assertThat(complete(URI_OF_NOTE, 0, 20)).isEmpty();
        get(server.shutdown());
        assertThat(code(server.inspect(firstLine()))).isEqualTo(ResponseErrorCode.InvalidRequest.getValue());
    }

    @Test
    void unknownDocumentsAndPlacesOutOfRangeAreEmptyAnswersOrErrors() throws Exception {
        open();
        assertThat(complete("file:///unknown", 0, 0)).isEmpty();
        assertThat(code(server.inspect(new Messages.InspectParams(
                        new TextDocumentIdentifier("file:///unknown"), range(0, 0, 1), null))))
                .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
        assertThat(code(server.inspect(new Messages.InspectParams(NOTE, null, null))))
                .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
        assertThat(code(server.inspect(new Messages.InspectParams(null, null, null))))
                .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
        assertThat(complete(URI_OF_NOTE, 99, 99)).isEmpty();
        assertThat(complete(URI_OF_NOTE, 0, 2_000_000_000)).isEmpty();
        assertThat(get(server.inspect(new Messages.InspectParams(
                                NOTE, new Range(new Position(2, 0), new Position(99, 99)), null)))
                        .tokens())
                .isEqualTo(7);
        server.getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier("file:///unknown", 1),
                        List.of(new TextDocumentContentChangeEvent(range(3, 3, 4), "x"))));
        server.getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(URI_OF_NOTE, 0),
                        List.of(new TextDocumentContentChangeEvent(range(77, 3, 4), "\nA ____."))));
        assertThat(complete(URI_OF_NOTE, 4, 4)).hasSize(3);
        for (String command :
                List.of("headlight.acceptWord", "headlight.suggestWords", "headlight.visualizeAttention", "no.such")) {
            for (List<Object> arguments :
                    List.of(List.<Object>of(), List.<Object>of(7), List.of(json("{\"range\":7}")))) {
                assertThat(code(server.getWorkspaceService()
                                .executeCommand(new ExecuteCommandParams(command, arguments))))
                        .isIn(ResponseErrorCode.InvalidParams.getValue(), ResponseErrorCode.RequestFailed.getValue());
            }
        }
    }

    @Test
    void anEmptySelectionOfNothingIsOneSentence() throws Exception {
        open();
        open("file:///empty.txt", "plaintext", "   \n\n");
        assertThatThrownBy(() -> get(server.inspect(new Messages.InspectParams(
                        new TextDocumentIdentifier("file:///empty.txt"), range(0, 0, 0), null))))
                .cause()
                .hasMessageContaining("The text is empty");
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

    private <T extends WorkDoneProgressNotification> T nextStep(Class<T> kind) throws Exception {
        while (true) {
            WorkDoneProgressNotification step =
                    client.next(ProgressParams.class).getValue().getLeft();
            if (kind.isInstance(step)) {
                return kind.cast(step);
            }
        }
    }

    @Test
    void anotherModelIsDownloadedWhileTheOldOneAnswersAndThenTakesItsPlace() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            byte[] weights = hub.repository("org/tiny").bytes("model.safetensors");
            hub.next(1, "CDN GET", FakeHub.slowly(weights, 10_000, 100));
            start(withHub(hub));
            open();
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("embedded");
            nextStep(WorkDoneProgressEnd.class);
            CompletableFuture<Messages.UseModel> use = server.useModel(new Messages.UseModel("org/tiny"));
            WorkDoneProgressBegin begin = nextStep(WorkDoneProgressBegin.class);
            assertThat(begin.getCancellable()).isTrue();
            assertThat(begin.getMessage()).isEqualTo("Loading org/tiny");
            assertThat(nextStep(WorkDoneProgressReport.class).getMessage())
                    .startsWith("Downloading org/tiny: ")
                    .contains("kB");
            assertThat(use).isNotDone();
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("embedded");
            assertThat(get(use).model()).isEqualTo("org/tiny");
            nextStep(WorkDoneProgressEnd.class);
            assertThat(get(server.inspect(firstLine())).model()).isEqualTo("org/tiny");
            Messages.Models models = get(server.models());
            assertThat(models.current()).isEqualTo("org/tiny");
            assertThat(models.models().stream().map(Messages.Model::name)).containsExactly("embedded", "org/tiny");
            assertThat(models.models().get(1).problem()).isNull();
        }
    }

    @Test
    void hintsAreAskedForAnewWhenAnotherModelAnswers() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            start(withHub(hub));
            open();
            complete(URI_OF_NOTE, 0, 20);
            get(server.useModel(
                    new Messages.UseModel(Golden.folder("bert").toAbsolutePath().toString())));
            assertThat(client.next(String.class)).isEqualTo("refresh");
        }
    }

    @Test
    void hintsAreAskedForAnewWhenAModelAnswersAfterOneThatFailed() throws Exception {
        start(Headlight.with("lsp", "--model", "/no/such/model"));
        open();
        assertThat(client.next(MessageParams.class).getMessage()).contains("There is no model");
        get(server.useModel(new Messages.UseModel("embedded")));
        assertThat(client.next(String.class)).isEqualTo("refresh");
    }

    @Test
    void aDownloadIsCancelledByItsProgressAndByAnotherChoice() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            byte[] weights = hub.repository("org/tiny").bytes("model.safetensors");
            hub.always("CDN GET", FakeHub.silent(weights, 50_000));
            start(withHub(hub));
            open();
            complete(URI_OF_NOTE, 0, 20);
            CompletableFuture<Messages.UseModel> first = server.useModel(new Messages.UseModel("org/tiny"));
            nextStep(WorkDoneProgressReport.class);
            server.cancelProgress(new WorkDoneProgressCancelParams(Either.forLeft("headlight/loading")));
            assertThat(code(first)).isEqualTo(ResponseErrorCode.RequestCancelled.getValue());
            nextStep(WorkDoneProgressEnd.class);

            CompletableFuture<Messages.UseModel> second = server.useModel(new Messages.UseModel("org/tiny"));
            nextStep(WorkDoneProgressReport.class);
            CompletableFuture<Messages.UseModel> third = server.useModel(new Messages.UseModel("embedded"));
            assertThat(code(second)).isEqualTo(ResponseErrorCode.ServerCancelled.getValue());
            assertThat(get(third).model()).isEqualTo("embedded");
            assertThat(complete(URI_OF_NOTE, 0, 20)).hasSize(3);
        }
    }

    @Test
    void progressGoesOnWhereAModelTakesTheOnesPlaceThatWasStillLoading() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            hub.repository("org/tiny", Golden.folder("bert"));
            hub.always("CDN GET", FakeHub.silent(hub.repository("org/tiny").bytes("model.safetensors"), 50_000));
            start(withHub(hub));
            open();
            complete(URI_OF_NOTE, 0, 20);
            nextStep(WorkDoneProgressEnd.class);
            server.useModel(new Messages.UseModel("org/tiny"));
            nextStep(WorkDoneProgressReport.class);
            String other = Golden.folder("bert").toAbsolutePath().toString();
            CompletableFuture<Messages.UseModel> use = server.useModel(new Messages.UseModel(other));
            WorkDoneProgressNotification step;
            do {
                step = nextStep(WorkDoneProgressNotification.class);
            } while (step instanceof WorkDoneProgressReport report && report.getPercentage() != null);
            assertThat(((WorkDoneProgressReport) step).getMessage()).isEqualTo("Loading " + other);
            assertThat(nextStep(WorkDoneProgressNotification.class)).isInstanceOf(WorkDoneProgressEnd.class);
            assertThat(get(use).model()).isEqualTo(other);
        }
    }

    @Test
    void aModelThatIsNotToBeHadIsOneSentence() throws Exception {
        try (FakeHub hub = new FakeHub()) {
            start(withHub(hub, "--model", "org/none"));
            initialize();
            server.initialized(new InitializedParams());
            assertThat(client.next(MessageParams.class).getMessage()).startsWith("There is no model org/none");
            open(URI_OF_NOTE, "markdown", TEXT);
            assertThatThrownBy(() -> get(server.inspect(firstLine())))
                    .cause()
                    .hasMessageStartingWith("There is no model org/none");
            assertThatThrownBy(() -> get(server.useModel(new Messages.UseModel("org/other"))))
                    .cause()
                    .hasMessageStartingWith("There is no model org/other");
            assertThat(code(server.useModel(new Messages.UseModel(null))))
                    .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
            get(server.useModel(new Messages.UseModel("embedded")));
            assertThat(complete(URI_OF_NOTE, 0, 20)).hasSize(3);
        }
    }

    @Test
    void hugeLinesAreAnswered() throws Exception {
        open();
        String line = "The ship sailed over the sea. ".repeat(100_000);
        open("file:///huge.txt", "plaintext", line + "He opened the ____ and walked in. " + line);
        assertThat(complete("file:///huge.txt", 0, line.length() + 16)).hasSize(3);
        open("file:///huge.js", "javascript", "f(\"a ____ b\",'c');".repeat(50_000));
        assertThat(complete("file:///huge.js", 0, 6)).hasSize(3);
    }

    @Test
    void bytesThatAreNoMessageDoNotEndTheServer() throws Exception {
        open();
        byte[] noise = "Content-Length: 7\r\n\r\n{\"json}Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n[]"
                .getBytes(StandardCharsets.UTF_8);
        process.getOutputStream().write(noise);
        process.getOutputStream().flush();
        assertThat(complete(URI_OF_NOTE, 0, 20)).hasSize(3);
    }

    @Test
    void theLogNeverHoldsTheText() throws Exception {
        open();
        open("file:///secret.txt", "plaintext", "The " + MARKER + " ____ here.");
        complete("file:///secret.txt", 0, 16);
        get(server.inspect(
                new Messages.InspectParams(new TextDocumentIdentifier("file:///secret.txt"), range(0, 0, 20), null)));
        process.getOutputStream()
                .write(("Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"x\":\"" + MARKER + " ".repeat(9))
                        .getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        complete(URI_OF_NOTE, 0, 20);
        assertThat(Files.readString(temp.resolve("err")))
                .contains("embedded loaded")
                .doesNotContain(MARKER);
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
        initialize();
        server.exit();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void anEditorThatIsGoneTakesTheServerWithIt() throws Exception {
        open();
        complete(URI_OF_NOTE, 0, 20);
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aParentThatDiesTakesTheServerWithIt() throws Exception {
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
