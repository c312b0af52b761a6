package dev.headlight.intellij;

import com.intellij.notification.Notification;
import com.intellij.notification.NotificationType;
import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.options.ShowSettingsUtil;
import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.project.Project;

/** Notifications: a message with one action. */
final class Notices {
    private static final String GROUP = "Headlight";

    private Notices() {}

    static void openSettings(Project project, String message) {
        show(
                project,
                message,
                NotificationType.ERROR,
                "Open Settings",
                () -> ShowSettingsUtil.getInstance().showSettingsDialog(project, HeadlightConfigurable.class));
    }

    static void showLog(Project project, String message) {
        show(project, message, NotificationType.ERROR, "Show Log", () -> ShowLogAction.show(project));
    }

    static void tryAgain(Project project, String message, Runnable again) {
        show(project, message, NotificationType.INFORMATION, "Try Again", again);
    }

    private static void show(Project project, String message, NotificationType type, String action, Runnable act) {
        Notification notice = new Notification(GROUP, "Headlight", escaped(message), type);
        notice.addAction(new Act(action, notice, act));
        notice.notify(project);
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
