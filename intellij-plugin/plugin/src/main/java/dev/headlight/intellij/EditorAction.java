package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.actionSystem.CommonDataKeys;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.project.Project;

/** An action in an editor of a project. */
abstract class EditorAction extends AnAction implements DumbAware {
    /** Carets and inlays belong to the UI thread. */
    @Override
    public final ActionUpdateThread getActionUpdateThread() {
        return ActionUpdateThread.EDT;
    }

    @Override
    public final boolean isDumbAware() {
        return true;
    }

    @Override
    public final void update(AnActionEvent event) {
        Project project = event.getProject();
        Editor editor = event.getData(CommonDataKeys.EDITOR);
        event.getPresentation()
                .setEnabledAndVisible(project != null && editor != null && isPossible(event, project, editor));
    }

    @Override
    public final void actionPerformed(AnActionEvent event) {
        Project project = event.getProject();
        Editor editor = event.getData(CommonDataKeys.EDITOR);
        if (project != null && editor != null) {
            perform(project, editor);
        }
    }

    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        return true;
    }

    abstract void perform(Project project, Editor editor);
}
