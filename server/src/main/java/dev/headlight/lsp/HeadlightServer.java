package dev.headlight.lsp;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.documents.Documents;
import dev.headlight.documents.PositionEncoding;
import dev.headlight.protocol.HeadlightLanguageClient;
import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Listener;
import dev.headlight.session.ModelState;
import dev.headlight.session.Session;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.ExecuteCommandOptions;
import org.eclipse.lsp4j.GeneralClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextDocumentSyncOptions;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageConsumer;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;

/**
 * The language server for one editor. It answers {@code initialize} before it touches native libraries; the model loads
 * in the background, and requests that need it wait.
 */
public final class HeadlightServer implements HeadlightLanguageServer, Listener {
    /** LSP4J's messages quote the editor's input, which may be the user's text: never log them. */
    private static final Logger PROTOCOL_LOG = Logger.getLogger("org.eclipse.lsp4j");

    private static final int PARENT_CHECK_MILLIS = 2000;

    private final String version;
    private final RequestRunner requests = new RequestRunner();
    private final Editor editor;
    private final TextService text;
    private final CommandService commands;
    private final WhyService why;
    private final Highlights highlights;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private HeadlightLanguageClient client;
    private volatile ConnectedClient peer;
    private volatile LoadingProgress progress;
    private final Supplier<Messages.Models> models;
    private boolean answered; // whether any model has loaded or failed; guarded by this
    private volatile boolean shutDown;

    private HeadlightServer(
            String version, Session session, PageAddresses addresses, Supplier<Messages.Models> models) {
        this.version = version;
        this.models = models;
        this.editor = new Editor(session, addresses);
        this.text = new TextService(editor, requests, () -> peer);
        this.commands = new CommandService(editor, requests, () -> peer);
        this.why = new WhyService(editor);
        this.highlights = new Highlights(editor);
    }

    /**
     * Serves an editor until it sends {@code exit}, closes the stream, or dies.
     *
     * @param in reads from the editor
     * @param out writes to the editor; nothing else may write to it
     * @param version of Headlight
     * @param session may still be loading its model
     * @param addresses gives the addresses of inspections' pages
     * @param models lists the models on this machine
     * @return the process's exit status: 0 after a shutdown request, otherwise 1
     */
    public static int serve(
            InputStream in,
            OutputStream out,
            String version,
            Session session,
            PageAddresses addresses,
            Supplier<Messages.Models> models) {
        PROTOCOL_LOG.setLevel(Level.OFF);
        HeadlightServer server = new HeadlightServer(version, session, addresses, models);
        MessageJsonHandler json = new MessageJsonHandler(Methods.ofBoth());
        StreamMessageConsumer writer = new StreamMessageConsumer(out, json);
        RemoteEndpoint endpoint =
                new RemoteEndpoint(writer, ServiceEndpoints.toEndpoint(server), RequestRunner::failure);
        json.setMethodProvider(endpoint);
        server.client = ServiceEndpoints.toServiceObject(endpoint, HeadlightLanguageClient.class);
        MessageReader reader = new MessageReader(in, json, endpoint, writer, server.requests::stage, server.new Lost());
        Thread thread = new Thread(
                () -> {
                    reader.readAll();
                    server.exit();
                },
                "headlight-reader");
        thread.setDaemon(true);
        thread.start();
        int code = server.exit.join();
        session.ignore(server);
        server.requests.close();
        return code;
    }

    /** What the editor sent in vain. */
    private final class Lost implements MessageReader.Lost {
        @Override
        public void change(Optional<String> uri) {
            uri.ifPresentOrElse(editor.documents()::close, editor.documents()::closeAll);
        }

        @Override
        public void message(long bytes) {
            client.showMessage(new MessageParams(
                    MessageType.Warning,
                    String.format(
                            Locale.ROOT,
                            "Headlight skips documents of more than %d MB; this one has %d MB.",
                            Frames.MOST_BYTES >> 20,
                            bytes >> 20)));
        }
    }

    @Override
    public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
        peer = ConnectedClient.of(client, params);
        progress = new LoadingProgress(peer);
        if (params.getInitializationOptions() instanceof JsonObject options) {
            if (options.get("top") instanceof JsonPrimitive top && top.isNumber()) {
                editor.setTop((int) Math.max(1, Math.min(20, top.getAsDouble())));
            }
            editor.setGhosts(new JsonPrimitive(true).equals(options.get("inlineCompletion")));
        }
        editor.setEncoding(encoding(params));
        if (params.getProcessId() != null) {
            ProcessHandle.of(params.getProcessId()).ifPresent(this::endWith);
        }
        requests.enter(RequestRunner.Stage.RUNNING);
        InitializeResult result = new InitializeResult(capabilities());
        result.setServerInfo(new ServerInfo("Headlight", version));
        return CompletableFuture.completedFuture(result);
    }

    /** Ends when the editor's process ends. Its {@code onExit} would wait in a system call, which delays the exit. */
    private void endWith(ProcessHandle parent) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (parent.isAlive()) {
                            Thread.sleep(PARENT_CHECK_MILLIS);
                        }
                    } catch (InterruptedException e) {
                        return;
                    }
                    exit();
                },
                "headlight-parent");
        watch.setDaemon(true);
        watch.start();
    }

    /** UTF-16, which every client knows, unless the client offers only others. */
    private static PositionEncoding encoding(InitializeParams params) {
        List<String> offered = Optional.ofNullable(params.getCapabilities())
                .map(ClientCapabilities::getGeneral)
                .map(GeneralClientCapabilities::getPositionEncodings)
                .orElse(List.of());
        return Stream.of(PositionEncoding.UTF16, PositionEncoding.UTF8, PositionEncoding.UTF32)
                .filter(encoding -> offered.contains(encoding.lspName()))
                .findFirst()
                .orElse(PositionEncoding.UTF16);
    }

    private ServerCapabilities capabilities() {
        ServerCapabilities able = new ServerCapabilities();
        able.setPositionEncoding(editor.encoding().lspName());
        TextDocumentSyncOptions sync = new TextDocumentSyncOptions();
        sync.setOpenClose(true);
        sync.setChange(TextDocumentSyncKind.Incremental);
        able.setTextDocumentSync(sync);
        able.setCompletionProvider(new CompletionOptions(false, List.of()));
        able.setHoverProvider(true);
        able.setInlayHintProvider(true);
        able.setInlineCompletionProvider(Either.forLeft(true));
        able.setCodeActionProvider(
                new CodeActionOptions(List.of(TextService.VISUALIZE_KIND, CodeActionKind.RefactorRewrite)));
        if (!peer.opensPages()) { // others register commands of these names themselves
            able.setExecuteCommandProvider(new ExecuteCommandOptions(CommandService.names()));
        }
        return able;
    }

    @Override
    public void initialized(InitializedParams params) {
        editor.session().listen(this);
        editor.session().start();
    }

    @Override
    public CompletableFuture<Messages.InspectResult> inspect(Messages.InspectParams params) {
        Documents.Snapshot now = editor.documents().now();
        return requests.askModelOnly(
                "inspect " + Positions.uri(params.textDocument()),
                cancellation -> commands.inspect(params, now, cancellation));
    }

    @Override
    public CompletableFuture<Messages.WhyResult> why(Messages.WhyParams params) {
        Documents.Snapshot now = editor.documents().now();
        return requests.askModelOnly(
                "why " + Positions.uri(params.textDocument()), cancellation -> why.why(params, now, cancellation));
    }

    @Override
    public CompletableFuture<Messages.OpeningAddress> openingAddress(Messages.OpenInspection params) {
        return requests.ask(cancellation -> {
            if (params == null || editor.session().find(params.inspection()).isEmpty()) {
                throw RequestRunner.error(
                        ResponseErrorCode.InvalidParams, "This inspection is no longer open: inspect the text again.");
            }
            return new Messages.OpeningAddress(editor.opening(params.inspection(), ""));
        });
    }

    @Override
    public CompletableFuture<Messages.Pages> pages() {
        return requests.ask(cancellation -> new Messages.Pages(editor.pages()));
    }

    @Override
    public CompletableFuture<Messages.Models> models() {
        return requests.ask(cancellation -> models.get());
    }

    @Override
    public CompletableFuture<Messages.UseModel> useModel(Messages.UseModel params) {
        return requests.askOnly("useModel", cancellation -> {
            if (params == null || params.model() == null || params.model().isBlank()) {
                throw RequestRunner.error(
                        ResponseErrorCode.InvalidParams,
                        Messages.USE_MODEL + " takes the name of a model; see docs/lsp-extensions.md.");
            }
            editor.session().use(params.model(), cancellation);
            return params;
        });
    }

    @Override
    public void cursor(Messages.Cursor cursor) {
        if (cursor.textDocument() != null && cursor.position() != null) {
            editor.documents()
                    .find(String.valueOf(cursor.textDocument().getUri()))
                    .ifPresent(document -> editor.cursor(document, Positions.offset(document, cursor.position())));
        }
    }

    @Override
    public void modelChanged(ModelState state) {
        progress.show(state);
        if (state instanceof ModelState.Failed failed) {
            client.showMessage(new MessageParams(MessageType.Error, failed.sentence()));
        }
        if (!(state instanceof ModelState.Loading)) {
            refresh();
        }
    }

    /** Failures are reported in the response to the request. */
    @Override
    public void nextModelChanged(ModelState state) {
        progress.show(state);
    }

    /** Hints of the previous model are outdated, and so are hints left out because it failed. */
    private synchronized void refresh() {
        if (answered && peer.refreshesHints()) {
            client.refreshInlayHints();
        }
        answered = true;
    }

    @Override
    public void pointed(int inspection, List<Float> weights) {
        highlights.of(inspection, Messages.ATTENTION, weights).forEach(client::highlight);
    }

    @Override
    public void weighed(int inspection, List<Float> effects) {
        highlights.of(inspection, Messages.EFFECTS, effects).forEach(client::highlight);
    }

    @Override
    public void accepted(int inspection, Map<Integer, String> words) {
        commands.accepted(inspection, words);
    }

    @Override
    public TextDocumentService getTextDocumentService() {
        return text;
    }

    @Override
    public WorkspaceService getWorkspaceService() {
        return commands;
    }

    @Override
    public void setTrace(SetTraceParams params) {
        // nothing to trace
    }

    @Override
    public void cancelProgress(WorkDoneProgressCancelParams params) {
        if (params.getToken().isLeft()
                && Messages.LOADING.equals(params.getToken().getLeft())) {
            editor.session().cancelLoading();
        }
    }

    @Override
    public CompletableFuture<Object> shutdown() {
        shutDown = true;
        requests.enter(RequestRunner.Stage.AFTER_SHUTDOWN);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void exit() {
        exit.complete(shutDown ? 0 : 1);
    }
}
