package dev.headlight.lsp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.documents.Document;
import dev.headlight.protocol.HeadlightLanguageClient;
import dev.headlight.text.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.TextDocumentEdit;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

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
 * @param readsMarkdown whether its hovers may be Markdown
 * @param takesActions whether it takes code actions, not only commands
 * @param appliesEdits whether it applies edits when asked
 */
record ConnectedClient(
        HeadlightLanguageClient client,
        boolean opensPages,
        boolean showsDocuments,
        boolean versionsEdits,
        boolean showsProgress,
        boolean refreshesHints,
        boolean readsMarkdown,
        boolean takesActions,
        boolean appliesEdits) {

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
                                && Boolean.TRUE.equals(workspace.getInlayHint().getRefreshSupport())),
                has(
                        able.getTextDocument(),
                        text -> text.getHover() != null
                                && text.getHover().getContentFormat() != null
                                && text.getHover().getContentFormat().contains(MarkupKind.MARKDOWN)),
                has(
                        able.getTextDocument(),
                        text -> text.getCodeAction() != null
                                && text.getCodeAction().getCodeActionLiteralSupport() != null),
                has(able.getWorkspace(), workspace -> Boolean.TRUE.equals(workspace.getApplyEdit())));
    }

    /** Whether it knows that a newer request cancels an older one; others get an empty answer. */
    boolean knowsServerCancelled() {
        return opensPages;
    }

    /** An edit that replaces a part of a document. */
    WorkspaceEdit edit(Document document, Span span, String word) {
        TextEdit edit = new TextEdit(Positions.range(document, span), word);
        return versionsEdits
                ? new WorkspaceEdit(List.of(Either.forLeft(new TextDocumentEdit(
                        new VersionedTextDocumentIdentifier(document.uri(), document.version()),
                        List.of(Either.forLeft(edit))))))
                : new WorkspaceEdit(Map.of(document.uri(), List.of(edit)));
    }

    private static <T> boolean has(T part, Function<T, Boolean> capability) {
        return part != null && capability.apply(part);
    }

    private static boolean hasPanel(Object experimental) {
        JsonElement headlight = experimental instanceof JsonObject json ? json.get("headlight") : null;
        return headlight instanceof JsonObject says && new JsonPrimitive(true).equals(says.get("panel"));
    }
}
