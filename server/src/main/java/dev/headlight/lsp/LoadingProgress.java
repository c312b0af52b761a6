package dev.headlight.lsp;

import dev.headlight.protocol.Messages;
import dev.headlight.session.ModelState;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.ProgressParams;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressCreateParams;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.WorkDoneProgressNotification;
import org.eclipse.lsp4j.WorkDoneProgressReport;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** Shows in the editor that a model is being loaded, if the editor shows progress. */
final class LoadingProgress {
    private final ConnectedClient editor;
    private CompletableFuture<Void> progress = CompletableFuture.completedFuture(null);
    private String shown = ""; // the model whose progress is shown, or empty; guarded by this

    LoadingProgress(ConnectedClient editor) {
        this.editor = editor;
    }

    /** Begins, reports or ends. */
    synchronized void show(ModelState state) {
        if (!editor.showsProgress()) {
            return;
        }
        if (!(state instanceof ModelState.Loading loading)) {
            end(state instanceof ModelState.Failed failed ? failed.sentence() : null);
        } else if (shown.isEmpty()) {
            begin(loading.model());
        } else if (!loading.model().equals(shown)) {
            shown = loading.model(); // the previous one was cancelled
            report("Loading " + shown, null);
        } else {
            loading.fetching().ifPresent(this::report);
        }
    }

    private void begin(String model) {
        shown = model;
        WorkDoneProgressBegin begin = new WorkDoneProgressBegin();
        begin.setTitle("Headlight");
        begin.setMessage("Loading " + shown);
        begin.setCancellable(true);
        progress = editor.client()
                .createProgress(new WorkDoneProgressCreateParams(Either.forLeft(Messages.LOADING)))
                .thenRun(() -> notify(begin));
    }

    private void report(ModelState.Fetching fetching) {
        if (fetching.total() == 0) {
            report("Loading " + shown + ", which " + fetching.message(), null);
            return;
        }
        int percentage = (int) (100 * fetching.done() / fetching.total());
        report("Downloading " + shown + ": " + fetching.message(), percentage);
    }

    private void report(String message, Integer percentage) {
        WorkDoneProgressReport report = new WorkDoneProgressReport();
        report.setMessage(message);
        report.setPercentage(percentage);
        report.setCancellable(true);
        progress = progress.thenRun(() -> notify(report));
    }

    private void end(String failure) {
        if (!shown.isEmpty()) {
            shown = "";
            WorkDoneProgressEnd end = new WorkDoneProgressEnd();
            end.setMessage(failure);
            progress = progress.thenRun(() -> notify(end));
        }
    }

    private void notify(WorkDoneProgressNotification step) {
        editor.client().notifyProgress(new ProgressParams(Either.forLeft(Messages.LOADING), Either.forLeft(step)));
    }
}
