package dev.headlight.lsp;

import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.services.LanguageClient;

/** What the server tells an editor beyond LSP; docs/lsp-extensions.md describes it. */
public interface HeadlightLanguageClient extends LanguageClient {
    /** Light up a document's words, as strongly as they are attended to. */
    @JsonNotification("headlight/highlight")
    void highlight(Messages.Highlight highlight);
}
