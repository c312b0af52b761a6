package dev.headlight.lsp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.protocol.HeadlightLanguageClient;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;

/**
 * The connected editor and its capabilities.
 *
 * @param client its remote interface
 * @param opensPages whether it is a Headlight client that opens inspection pages itself, declared by the experimental
 * capability {@code {"headlight": {"panel": true}}}
 * @param showsDocuments whether it opens addresses when asked
 * @param versionsEdits whether edits may name the document version they apply to
 * @param showsProgress whether it supports progress started by the server
 * @param refreshesHints whether it supports inlay hint refresh
 */
record ConnectedClient(
        HeadlightLanguageClient client,
        boolean opensPages,
        boolean showsDocuments,
        boolean versionsEdits,
        boolean showsProgress,
        boolean refreshesHints) {

    static ConnectedClient of(HeadlightLanguageClient client, InitializeParams params) {
        ClientCapabilities able = Optional.ofNullable(params.getCapabilities()).orElseGet(ClientCapabilities::new);
        return new ConnectedClient(
                client,
                hasPanel(able.getExperimental()),
                has(
                        able.getWindow(),
                        window -> window.getShowDocument() != null
                                && window.getShowDocument().isSupport()),
                has(
                        able.getWorkspace(),
                        workspace -> workspace.getWorkspaceEdit() != null
                                && Boolean.TRUE.equals(
                                        workspace.getWorkspaceEdit().getDocumentChanges())),
                has(able.getWindow(), window -> Boolean.TRUE.equals(window.getWorkDoneProgress())),
                has(
                        able.getWorkspace(),
                        workspace -> workspace.getInlayHint() != null
                                && Boolean.TRUE.equals(workspace.getInlayHint().getRefreshSupport())));
    }

    /** Whether it knows that a newer request cancels an older one; others get an empty answer. */
    boolean knowsServerCancelled() {
        return opensPages;
    }

    private static <T> boolean has(T part, Function<T, Boolean> capability) {
        return part != null && capability.apply(part);
    }

    private static boolean hasPanel(Object experimental) {
        JsonElement headlight = experimental instanceof JsonObject json ? json.get("headlight") : null;
        return headlight instanceof JsonObject says && new JsonPrimitive(true).equals(says.get("panel"));
    }
}
