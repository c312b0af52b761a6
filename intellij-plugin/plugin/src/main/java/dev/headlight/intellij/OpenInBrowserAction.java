package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.project.DumbAware;

/** Opens the tool window's page in the system's browser, which offers more space and can save files. */
final class OpenInBrowserAction extends AnAction implements DumbAware {
    private final AttentionPanel panel;

    OpenInBrowserAction(AttentionPanel panel) {
        super("Open in Browser");
        this.panel = panel;
    }

    @Override
    public ActionUpdateThread getActionUpdateThread() {
        return ActionUpdateThread.EDT;
    }

    @Override
    public boolean isDumbAware() {
        return true;
    }

    @Override
    public void update(AnActionEvent event) {
        event.getPresentation().setEnabled(panel.hasPage());
    }

    @Override
    public void actionPerformed(AnActionEvent event) {
        panel.openInBrowser();
    }
}
