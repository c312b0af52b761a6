package dev.headlight.intellij;

import com.intellij.notification.Notification;
import com.intellij.notification.NotificationType;
import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.options.ShowSettingsUtil;
import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.project.Project;
import dev.headlight.client.ClientListener.Remedy;
import dev.headlight.client.HeadlightException;
import java.util.concurrent.TimeUnit;

/** The notifications of a project: a message with at most one action. Confined to the UI thread. */
final class Notices {
    private static final String GROUP = "Headlight";

    /** A failure that several requests meet is reported once. */
    private static final long SAME_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Project project;
    private Notification last;
    private String lastMessage = "";
    private Remedy lastRemedy = Remedy.NONE;
    private long lastShown;

    Notices(Project project) {
        this.project = project;
    }

    /** Reports the failure of a request that the user made, unless it was only superseded or cancelled. */
    void failed(Throwable problem) {
        HeadlightException.sentence(problem).ifPresent(sentence -> failed(sentence, Remedy.NONE, () -> {}));
    }

    /** @param again what {@link Remedy#TRY_AGAIN} does */
    void failed(String message, Remedy remedy, Runnable again) {
        boolean same = message.equals(lastMessage) && System.nanoTime() - lastShown < SAME_NANOS;
        if (same && (remedy == Remedy.NONE || remedy == lastRemedy)) {
            return;
        }
        if (same) {
            last.expire(); // the new one offers more
        }
        last = new Notification(GROUP, "Headlight", escaped(message), type(remedy));
        lastMessage = message;
        lastRemedy = remedy;
        lastShown = System.nanoTime();
        switch (remedy) {
            case NONE -> {}
            case OPEN_SETTINGS ->
                last.addAction(new Act(
                        "Open Settings",
                        last,
                        () -> ShowSettingsUtil.getInstance().showSettingsDialog(project, HeadlightConfigurable.class)));
            case TRY_AGAIN -> last.addAction(new Act("Try Again", last, again));
            case SHOW_LOG -> last.addAction(new Act("Show Log", last, () -> ShowLogAction.show(project)));
        }
        last.notify(project);
    }

    private static NotificationType type(Remedy remedy) {
        return switch (remedy) {
            case NONE -> NotificationType.WARNING;
            case TRY_AGAIN -> NotificationType.INFORMATION;
            case OPEN_SETTINGS, SHOW_LOG -> NotificationType.ERROR;
        };
    }

    /** A notification's text is HTML. */
    private static String escaped(String message) {
        return message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final class Act extends AnAction implements DumbAware {
        private final Notification notice;
        private final Runnable act;

        Act(String name, Notification notice, Runnable act) {
            super(name);
            this.notice = notice;
            this.act = act;
        }

        @Override
        public ActionUpdateThread getActionUpdateThread() {
            return ActionUpdateThread.BGT;
        }

        @Override
        public boolean isDumbAware() {
            return true;
        }

        @Override
        public void actionPerformed(AnActionEvent event) {
            notice.expire();
            act.run();
        }
    }
}
