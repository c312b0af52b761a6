package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;

/** "Visualize Attention". */
public final class VisualizeAttentionAction extends EditorAction {
    @Override
    void perform(Project project, Editor editor) {
        HeadlightService.of(project).attention().visualize(editor);
    }
}
