package dev.headlight.protocol;

import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.eclipse.lsp4j.services.LanguageServer;

/** What a client can ask the server beyond LSP. */
public interface HeadlightLanguageServer extends LanguageServer {
    /** Runs the model on a range of a document, or on a pair of ranges, and opens the result as a page. */
    @JsonRequest(Messages.INSPECT)
    CompletableFuture<Messages.InspectResult> inspect(Messages.InspectParams params);

    /** Measures why a word is predicted for a blank: the effects of taking out words and heads. */
    @JsonRequest(Messages.WHY)
    CompletableFuture<Messages.WhyResult> why(Messages.WhyParams params);

    /** Gives an address that opens the page of an inspection in a browser, once. */
    @JsonRequest(Messages.OPENING_ADDRESS)
    CompletableFuture<Messages.OpeningAddress> openingAddress(Messages.OpenInspection params);

    /** Gives the address that all pages and the HTTP API are below: to open a file there, for example. */
    @JsonRequest(Messages.PAGES)
    CompletableFuture<Messages.Pages> pages();

    /** Lists the models on this machine. */
    @JsonRequest(Messages.MODELS)
    CompletableFuture<Messages.Models> models();

    /** Switches to another model, and answers once it is loaded. A newer request supersedes an older one. */
    @JsonRequest(Messages.USE_MODEL)
    CompletableFuture<Messages.UseModel> useModel(Messages.UseModel params);

    /** Tells where the cursor is, so that the page can show that token. */
    @JsonNotification(Messages.CURSOR)
    void cursor(Messages.Cursor cursor);
}
