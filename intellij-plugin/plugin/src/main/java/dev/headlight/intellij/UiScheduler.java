package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.project.Project;
import com.intellij.util.concurrency.AppExecutorUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Work for the thread of the user interface, once nothing has happened for a while; newer work takes older's place. */
final class UiScheduler implements Disposable {
    /** How long nothing must be typed before an edited text is looked at again. */
    static final int QUIET_MS = 350;

    private final Project project;
    private Future<?> waiting;

    UiScheduler(Project project) {
        this.project = project;
    }

    /** Does it soon on the thread of the user interface, unless the project is closed before. */
    static void onUi(Project project, Runnable work) {
        ApplicationManager.getApplication().invokeLater(work, project.getDisposed());
    }

    void whenQuiet(Runnable work) {
        dispose();
        waiting = AppExecutorUtil.getAppScheduledExecutorService()
                .schedule(() -> onUi(project, work), QUIET_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void dispose() {
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
