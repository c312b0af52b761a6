package dev.headlight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.protocol.HeadlightLanguageClient;
import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.ApplyWorkspaceEditResponse;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeActionCapabilities;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionKindCapabilities;
import org.eclipse.lsp4j.CodeActionLiteralSupportCapabilities;
import org.eclipse.lsp4j.CompletionCapabilities;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemCapabilities;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.HoverCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHintWorkspaceCapabilities;
import org.eclipse.lsp4j.MarkupKind;
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
import org.eclipse.lsp4j.TextDocumentClientCapabilities;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WindowClientCapabilities;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceEditCapabilities;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** An editor at the other end of a language server's streams, that records what it receives. */
public final class FakeEditor implements HeadlightLanguageClient {
    private static final int SECONDS = 60;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final HeadlightLanguageServer server;

    /**
     * An editor that listens from now on.
     *
     * @param in what the server writes
     * @param out what the server reads
     */
    public FakeEditor(InputStream in, OutputStream out) {
        Launcher<HeadlightLanguageServer> launcher = new Launcher.Builder<HeadlightLanguageServer>()
                .setLocalService(this)
                .setRemoteInterface(HeadlightLanguageServer.class)
                .setInput(in)
                .setOutput(out)
                .create();
        launcher.startListening();
        server = launcher.getRemoteProxy();
    }

    public HeadlightLanguageServer server() {
        return server;
    }

    /** Says hello, as an editor that can do whatever LSP has for a server like this one. */
    public InitializeResult initialize() throws Exception {
        InitializeParams params = new InitializeParams();
        WindowClientCapabilities window = new WindowClientCapabilities();
        window.setWorkDoneProgress(true);
        window.setShowDocument(new ShowDocumentCapabilities(true));
        WorkspaceClientCapabilities workspace = new WorkspaceClientCapabilities();
        workspace.setWorkspaceEdit(new WorkspaceEditCapabilities());
        workspace.getWorkspaceEdit().setDocumentChanges(true);
        workspace.setInlayHint(new InlayHintWorkspaceCapabilities(true));
        workspace.setApplyEdit(true);
        TextDocumentClientCapabilities text = new TextDocumentClientCapabilities();
        text.setHover(new HoverCapabilities(List.of(MarkupKind.MARKDOWN), false));
        text.setCodeAction(new CodeActionCapabilities(
                new CodeActionLiteralSupportCapabilities(
                        new CodeActionKindCapabilities(List.of(CodeActionKind.RefactorRewrite))),
                false));
        CompletionItemCapabilities items = new CompletionItemCapabilities();
        items.setInsertReplaceSupport(true);
        text.setCompletion(new CompletionCapabilities(items));
        params.setCapabilities(new ClientCapabilities(workspace, text, window, null));
        return get(server.initialize(params));
    }

    /** Says hello, and that it is ready: from then on the model loads. */
    public void begin() throws Exception {
        initialize();
        server.initialized(new InitializedParams());
    }

    public void open(String uri, String language, String text) {
        server.getTextDocumentService()
                .didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri, language, 1, text)));
    }

    public List<CompletionItem> complete(String uri, Position position) throws Exception {
        Either<List<CompletionItem>, CompletionList> items = get(server.getTextDocumentService()
                .completion(new CompletionParams(new TextDocumentIdentifier(uri), position)));
        return items.isLeft() ? items.getLeft() : items.getRight().getItems();
    }

    /** Runs a command whose argument is JSON, and gives its answer as JSON. */
    public JsonElement execute(String command, String argument) throws Exception {
        return new Gson().toJsonTree(get(request(command, argument)));
    }

    public CompletableFuture<Object> request(String command, String argument) {
        return server.getWorkspaceService()
                .executeCommand(new ExecuteCommandParams(command, List.of(JsonParser.parseString(argument))));
    }

    /** The JSON of a range in a document, as commands take it. */
    public static String place(String uri, Range range) {
        JsonObject place = new JsonObject();
        place.add("textDocument", new Gson().toJsonTree(new TextDocumentIdentifier(uri)));
        place.add("range", new Gson().toJsonTree(range));
        return place.toString();
    }

    /** The answer to a request. */
    public static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(SECONDS, TimeUnit.SECONDS);
    }

    /** The code of the error that a request ends with. */
    public static int code(CompletableFuture<?> answer) throws Exception {
        try {
            Object value = get(answer);
            throw new AssertionError("no error but " + value);
        } catch (ExecutionException e) {
            return ((ResponseErrorException) e.getCause()).getResponseError().getCode();
        }
    }

    public static Range range(int line, int from, int to) {
        return new Range(new Position(line, from), new Position(line, to));
    }

    /** The next event of a kind; waits for it. */
    public <T> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            Object message = heard.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    /** The next step of a kind in the progress of loading. */
    public <T extends WorkDoneProgressNotification> T nextStep(Class<T> kind) throws InterruptedException {
        while (true) {
            WorkDoneProgressNotification step =
                    next(ProgressParams.class).getValue().getLeft();
            if (kind.isInstance(step)) {
                return kind.cast(step);
            }
        }
    }

    /** The one change of the next edit that it is asked to apply. */
    public TextEdit nextEdit() throws InterruptedException {
        return next(ApplyWorkspaceEditParams.class)
                .getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft()
                .getEdits()
                .get(0)
                .getLeft();
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

    /** Chooses the second of what is offered. */
    @Override
    public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
        heard.add(params);
        return CompletableFuture.completedFuture(params.getActions().get(1));
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
