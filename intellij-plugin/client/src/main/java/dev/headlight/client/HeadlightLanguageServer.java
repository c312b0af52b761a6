package dev.headlight.client;

import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.eclipse.lsp4j.services.LanguageServer;

/** The server, beyond LSP. */
interface HeadlightLanguageServer extends LanguageServer {
    @JsonRequest(Messages.INSPECT)
    CompletableFuture<Messages.InspectResult> inspect(Messages.InspectParams params);

    @JsonRequest(Messages.OPENING_ADDRESS)
    CompletableFuture<Messages.OpeningAddress> openingAddress(Messages.OpenInspection params);

    @JsonRequest(Messages.MODELS)
    CompletableFuture<Messages.Models> models();

    @JsonRequest(Messages.USE_MODEL)
    CompletableFuture<Messages.UseModel> useModel(Messages.UseModel params);

    @JsonNotification(Messages.CURSOR)
    void cursor(Messages.Cursor cursor);
}
