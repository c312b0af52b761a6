package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;

/** Selects the next word for the blank at the caret. */
public final class NextWordAction extends EditorAction {
    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        return AcceptWordAction.atCaret(project, editor).isPresent();
    }

    @Override
    void perform(Project project, Editor editor) {
        AcceptWordAction.atCaret(project, editor).ifPresent(WordChoices::focusNext);
    }
}
