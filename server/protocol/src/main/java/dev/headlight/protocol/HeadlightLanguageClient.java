package dev.headlight.protocol;

import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.services.LanguageClient;

/** What the server tells a client beyond LSP. */
public interface HeadlightLanguageClient extends LanguageClient {
    /** Highlights words of a document, in proportion to the attention they receive. */
    @JsonNotification(Messages.HIGHLIGHT)
    void highlight(Messages.Highlight highlight);
}
