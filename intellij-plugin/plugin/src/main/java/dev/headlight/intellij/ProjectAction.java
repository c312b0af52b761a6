package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.project.Project;

/** An action in a project. */
abstract class ProjectAction extends AnAction implements DumbAware {
    @Override
    public final ActionUpdateThread getActionUpdateThread() {
        return ActionUpdateThread.BGT;
    }

    @Override
    public final boolean isDumbAware() {
        return true;
    }

    @Override
    public final void update(AnActionEvent event) {
        event.getPresentation().setEnabled(event.getProject() != null);
    }

    @Override
    public final void actionPerformed(AnActionEvent event) {
        if (event.getProject() != null) {
            perform(event.getProject());
        }
    }

    abstract void perform(Project project);
}
