package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.text.Span;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.TextDocumentIdentifier;

/**
 * The language server, as one editor uses it. All methods may be called from any thread and return at once, whatever the
 * server does. {@link ServerLifecycle} starts and restarts it, {@link OpenDocuments} keeps it in step with the editor,
 * {@link Requests} carries questions to it.
 */
public final class HeadlightClient implements AutoCloseable {
    private final Outbox outbox = new Outbox();
    private final OpenDocuments documents;
    private final ServerLifecycle server;
    private final Requests requests;

    /**
     * @param listener receives the events
     * @param launch called before every start, on the client's own thread; may throw a {@link HeadlightException}
     */
    public HeadlightClient(ClientListener listener, Supplier<Launch> launch) {
        this(listener, launch, Duration.ofMillis(500));
    }

    /** @param firstWait before a server that died is restarted for the first time */
    HeadlightClient(ClientListener listener, Supplier<Launch> launch, Duration firstWait) {
        documents = new OpenDocuments(listener);
        server = new ServerLifecycle(listener, launch, new Backoff(firstWait), outbox, documents);
        requests = new Requests(server, documents, outbox);
        server.onChange(requests::sendWaiting, requests::failWaiting);
    }

    // ---- the server

    public State state() {
        return server.state();
    }

    /** Starts the server, unless it runs. */
    public void start() {
        outbox.run(server::start);
    }

    /** Restarts the server with the current settings, and forgets earlier deaths. */
    public void restart() {
        outbox.run(server::restart);
    }

    /** Ends the server, until it is started or asked again. */
    public void stop() {
        server.end();
        outbox.run(() -> {
            server.stop();
            requests.failWaiting("Headlight’s server was stopped: ask again.");
        });
    }

    /**
     * Switches a running server to another model; the previous one stays in use until it is loaded. Does not start the
     * server. Failures are reported to the listener, like those of the first model.
     */
    public void useModel(String model) {
        outbox.run(() -> {
            if (server.isRunning()) {
                requests.send(
                        new CompletableFuture<>(),
                        () -> server.ready()
                                .ifPresent(ready -> ready.track(ready.server.useModel(new Messages.UseModel(model)))));
            }
        });
    }

    /** Cancels loading a model; the previous one, if any, stays in use. */
    public void cancelLoading() {
        outbox.run(server::cancelLoading);
    }

    @Override
    public synchronized void close() {
        if (!outbox.isClosed()) {
            outbox.close(() -> {
                server.stop();
                requests.failWaiting("Headlight was closed.");
            });
            server.end();
        }
    }

    // ---- documents

    /**
     * The editor opened a document.
     *
     * @param language as LSP identifies it
     * @param version grows with every change
     * @param text with {@code \n} between lines
     */
    public void open(String uri, String language, int version, String text) {
        outbox.run(() -> documents.open(new OpenDocument(uri, language, version, text)));
    }

    /**
     * A part of an open document was replaced.
     *
     * @param version of the document after the change
     * @param span in the document before the change
     */
    public void change(String uri, int version, Span span, String by) {
        outbox.run(() -> documents.change(uri, version, span, by));
    }

    /** The editor closed a document. */
    public void closed(String uri) {
        outbox.run(() -> documents.close(uri));
    }

    /** The cursor moved. */
    public void cursor(String uri, int offset) {
        outbox.run(() -> documents.cursor(uri, offset));
    }

    // ---- questions

    /** The blanks that touch a span, and the words for them. */
    public CompletableFuture<List<Words>> words(String uri, Span span) {
        return requests.about(
                uri,
                (asked, document) -> asked.getTextDocumentService()
                        .inlayHint(new InlayHintParams(new TextDocumentIdentifier(uri), document.range(span))),
                Suggestions::of);
    }

    /** The blank at an offset, if there is one, and the words for it. */
    public CompletableFuture<Optional<Words>> complete(String uri, int offset) {
        return requests.about(
                uri,
                (asked, document) -> asked.getTextDocumentService()
                        .completion(new CompletionParams(new TextDocumentIdentifier(uri), document.position(offset))),
                Suggestions::of);
    }

    /** Other words for a word. */
    public CompletableFuture<Words> alternatives(String uri, Span word) {
        return requests.about(
                uri,
                (asked, document) -> {
                    Object place =
                            new Messages.InspectParams(new TextDocumentIdentifier(uri), document.range(word), null);
                    return asked.getWorkspaceService()
                            .executeCommand(new ExecuteCommandParams(Messages.SUGGEST, List.of(place)));
                },
                Suggestions::of);
    }

    /**
     * Inspects parts of a document.
     *
     * @param spans one, or two for attention between the two; an empty one stands for the paragraph around it
     */
    public CompletableFuture<InspectionPage> inspect(String uri, List<Span> spans) {
        return inspect(uri, spans, null);
    }

    /** Inspects the paragraph of a blank; the page asks why the most probable word is predicted there. */
    public CompletableFuture<InspectionPage> why(String uri, Span blank) {
        return inspect(uri, List.of(blank), Messages.WHY_VIEW);
    }

    private CompletableFuture<InspectionPage> inspect(String uri, List<Span> spans, String view) {
        return requests.about(
                uri,
                (asked, document) -> {
                    TextDocumentIdentifier id = new TextDocumentIdentifier(uri);
                    Messages.Place pair =
                            spans.size() > 1 ? new Messages.Place(id, document.range(spans.get(1))) : null;
                    return asked.inspect(new Messages.InspectParams(id, document.range(spans.get(0)), pair, view));
                },
                (result, document) -> new InspectionPage(
                        result.id(),
                        result.url(),
                        result.model(),
                        result.leftOut(),
                        document.version,
                        result.ranges().stream().map(document::span).toList()));
    }

    /** An address that opens the page of an inspection once, within a minute: what a browser may be started with. */
    public CompletableFuture<String> openingAddress(int inspection) {
        return requests.ifRunning(
                asked -> asked.openingAddress(new Messages.OpenInspection(inspection)),
                Messages.OpeningAddress::url,
                answer -> answer.completeExceptionally(
                        new HeadlightException("This inspection is no longer open: inspect the text again.")));
    }

    /** The names of the models on this machine; empty unless the server runs. */
    public CompletableFuture<List<String>> models() {
        return requests.ifRunning(
                HeadlightLanguageServer::models,
                found -> found.models().stream()
                        .filter(model -> model.problem() == null)
                        .map(Messages.Model::name)
                        .toList(),
                answer -> answer.complete(List.of()));
    }
}
