package dev.headlight.intellij;

import com.intellij.openapi.progress.ProgressIndicator;
import com.intellij.openapi.progress.Task;
import com.intellij.openapi.project.Project;
import dev.headlight.client.HeadlightClient;
import java.util.concurrent.CompletableFuture;

/** Shows the progress of loading a model; cancelling it cancels the loading. */
final class LoadingTask extends Task.Backgroundable {
    private final HeadlightClient client;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private volatile String message = "";
    private volatile int percent = -1;
    private volatile ProgressIndicator indicator;

    LoadingTask(Project project, HeadlightClient client) {
        super(project, "Headlight", true);
        this.client = client;
    }

    /** @param percentNow the progress, or -1 if unknown */
    void step(String messageNow, int percentNow) {
        message = messageNow;
        percent = percentNow;
        show();
    }

    void done() {
        done.complete(true);
    }

    private void show() {
        ProgressIndicator on = indicator;
        if (on != null) {
            on.setText(message);
            on.setIndeterminate(percent < 0);
            if (percent >= 0) {
                on.setFraction(percent / 100.0);
            }
        }
    }

    @Override
    public void run(ProgressIndicator on) {
        indicator = on;
        show();
        CancellableWait.forAnswer(done);
    }

    @Override
    public void onCancel() {
        client.cancelLoading();
    }
}
