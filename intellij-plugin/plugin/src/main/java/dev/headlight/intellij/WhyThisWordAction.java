package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;

/** "Why This Word?" for the blank at the caret. */
public final class WhyThisWordAction extends EditorAction {
    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        return AcceptWordAction.atCaret(project, editor).isPresent();
    }

    @Override
    void perform(Project project, Editor editor) {
        HeadlightService.of(project).attention().why(editor);
    }
}
