package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.project.Project;
import com.intellij.util.concurrency.AppExecutorUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs work on the UI thread after a quiet period; newer work replaces older. May be used from any thread. */
final class UiScheduler implements Disposable {
    /** How long to wait after the last edit before the text is processed again. */
    static final int QUIET_MS = 350;

    private final Project project;
    private Future<?> waiting;

    UiScheduler(Project project) {
        this.project = project;
    }

    /** Runs work on the UI thread, unless the project is closed first. */
    static void onUi(Project project, Runnable work) {
        ApplicationManager.getApplication().invokeLater(work, project.getDisposed());
    }

    synchronized void whenQuiet(Runnable work) {
        dispose();
        waiting = AppExecutorUtil.getAppScheduledExecutorService()
                .schedule(() -> onUi(project, work), QUIET_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void dispose() {
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
