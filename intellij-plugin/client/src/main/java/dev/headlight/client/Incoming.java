package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageClient;
import dev.headlight.protocol.Messages;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.ApplyWorkspaceEditResponse;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ResourceOperation;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentEdit;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkDoneProgressReport;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** Takes the messages of one server, and hands them on in the outbox's thread. */
final class Incoming implements HeadlightLanguageClient {
    private static final Either<String, Integer> LOADING = Either.forLeft(Messages.LOADING);

    private final ServerLifecycle server;
    private final OpenDocuments documents;
    private final Outbox outbox;

    Incoming(ServerLifecycle server, OpenDocuments documents, Outbox outbox) {
        this.server = server;
        this.documents = documents;
        this.outbox = outbox;
    }

    @Override
    public void highlight(Messages.Highlight highlight) {
        outbox.run(() -> documents.highlight(highlight));
    }

    @Override
    public CompletableFuture<Void> createProgress(WorkDoneProgressCreateParams params) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void notifyProgress(ProgressParams params) {
        if (!LOADING.equals(params.getToken()) || !params.getValue().isLeft()) {
            return;
        }
        WorkDoneProgressNotification step = params.getValue().getLeft();
        if (step instanceof WorkDoneProgressBegin begin) {
            outbox.run(() -> server.loading(this, begin.getMessage(), begin.getPercentage()));
        } else if (step instanceof WorkDoneProgressReport report) {
            outbox.run(() -> server.loading(this, report.getMessage(), report.getPercentage()));
        } else if (step instanceof WorkDoneProgressEnd end) {
            outbox.run(() -> server.loaded(this, Optional.ofNullable(end.getMessage())));
        }
    }

    @Override
    public CompletableFuture<ApplyWorkspaceEditResponse> applyEdit(ApplyWorkspaceEditParams params) {
        List<Either<TextDocumentEdit, ResourceOperation>> changes =
                params.getEdit().getDocumentChanges();
        if (changes == null || changes.size() != 1 || !changes.get(0).isLeft()) {
            return CompletableFuture.completedFuture(new ApplyWorkspaceEditResponse(false));
        }
        TextDocumentEdit change = changes.get(0).getLeft();
        if (change.getEdits().size() != 1 || !change.getEdits().get(0).isLeft()) {
            return CompletableFuture.completedFuture(new ApplyWorkspaceEditResponse(false));
        }
        TextEdit edit = change.getEdits().get(0).getLeft();
        CompletableFuture<ApplyWorkspaceEditResponse> done = new CompletableFuture<>();
        outbox.run(() -> documents
                .edit(change.getTextDocument(), edit)
                .thenAccept(applied -> done.complete(new ApplyWorkspaceEditResponse(applied))));
        return done;
    }

    @Override
    public void showMessage(MessageParams message) {
        if (message.getType() == MessageType.Error) {
            outbox.run(() -> server.failed(this, message.getMessage()));
        } else if (message.getType() == MessageType.Warning) {
            outbox.run(() -> server.warned(this, message.getMessage()));
        }
    }

    @Override
    public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams params) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void logMessage(MessageParams message) {
        // the server's log goes to its standard error
    }

    @Override
    public void telemetryEvent(Object event) {
        // Headlight sends none
    }

    @Override
    public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
        // Headlight sends none
    }
}
