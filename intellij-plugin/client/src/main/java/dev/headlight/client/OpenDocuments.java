package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.text.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;

/** The documents that the editor has open: keeps a server in step with them. Confined to the outbox's thread. */
final class OpenDocuments {
    private final ClientListener listener;
    private final Map<String, OpenDocument> documents = new LinkedHashMap<>();
    private Optional<HeadlightLanguageServer> server = Optional.empty();

    OpenDocuments(ClientListener listener) {
        this.listener = listener;
    }

    /** Opens all documents on a server, which then gets their changes. */
    void connect(HeadlightLanguageServer started) {
        server = Optional.of(started);
        documents.values().forEach(document -> didOpen(started, document));
    }

    void disconnect() {
        server = Optional.empty();
    }

    Optional<OpenDocument> find(String uri) {
        return Optional.ofNullable(documents.get(uri));
    }

    void open(OpenDocument document) {
        documents.put(document.uri, document);
        server.ifPresent(now -> didOpen(now, document));
    }

    private static void didOpen(HeadlightLanguageServer server, OpenDocument document) {
        TextDocumentItem item = new TextDocumentItem(document.uri, document.language, document.version, document.text);
        server.getTextDocumentService().didOpen(new DidOpenTextDocumentParams(item));
    }

    void change(String uri, int version, Span span, String by) {
        OpenDocument before = documents.get(uri);
        if (before == null) {
            return;
        }
        documents.put(uri, before.replaced(version, span, by));
        TextDocumentContentChangeEvent change = new TextDocumentContentChangeEvent(before.range(span), by);
        VersionedTextDocumentIdentifier id = new VersionedTextDocumentIdentifier(uri, version);
        server.ifPresent(
                now -> now.getTextDocumentService().didChange(new DidChangeTextDocumentParams(id, List.of(change))));
    }

    void close(String uri) {
        if (documents.remove(uri) != null) {
            TextDocumentIdentifier id = new TextDocumentIdentifier(uri);
            server.ifPresent(now -> now.getTextDocumentService().didClose(new DidCloseTextDocumentParams(id)));
        }
    }

    void cursor(String uri, int offset) {
        OpenDocument document = documents.get(uri);
        if (document != null) {
            Messages.Cursor cursor = new Messages.Cursor(new TextDocumentIdentifier(uri), document.position(offset));
            server.ifPresent(now -> now.cursor(cursor));
        }
    }

    /** Highlights that are for this version of a document; removing them is for any. */
    void highlight(Messages.Highlight message) {
        OpenDocument document = documents.get(message.uri());
        if (document != null
                && (document.version == message.version() || message.spans().isEmpty())) {
            List<Highlight.Light> lights = message.spans().stream()
                    .map(span -> new Highlight.Light(document.span(span.range()), span.share()))
                    .toList();
            listener.highlight(
                    new Highlight(message.uri(), document.version, Messages.EFFECTS.equals(message.kind()), lights));
        }
    }

    /** Has the editor make a change, if it is for this version of the document; says whether it did. */
    CompletableFuture<Boolean> edit(VersionedTextDocumentIdentifier id, TextEdit edit) {
        OpenDocument document = documents.get(id.getUri());
        if (document == null || id.getVersion() != null && id.getVersion() != document.version) {
            return CompletableFuture.completedFuture(false);
        }
        Span span = document.span(edit.getRange());
        return listener.apply(new Edit(document.uri, document.version, span, edit.getNewText()))
                .exceptionally(problem -> false);
    }
}
