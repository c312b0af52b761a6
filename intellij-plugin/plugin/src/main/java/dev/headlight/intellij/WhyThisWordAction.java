package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;
import dev.headlight.text.Blanks;

/** "Why This Word?" for the blank or the word at the caret. */
public final class WhyThisWordAction extends EditorAction {
    /** No word is longer. */
    private static final int AROUND = 100;

    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        return AcceptWordAction.atCaret(project, editor).isPresent()
                || HeadlightService.of(project).find(editor.getDocument()).isPresent() && isAtWord(editor);
    }

    /** Whether the caret is in a word, or next to one. */
    private static boolean isAtWord(Editor editor) {
        int caret = editor.getCaretModel().getOffset();
        CharSequence text = editor.getDocument().getCharsSequence();
        int from = Math.max(0, caret - AROUND);
        String near =
                text.subSequence(from, Math.min(text.length(), caret + AROUND)).toString();
        int at = caret - from;
        return Blanks.wordAround(near, at).isPresent()
                || at > 0 && Blanks.wordAround(near, at - 1).isPresent();
    }

    @Override
    void perform(Project project, Editor editor) {
        HeadlightService.of(project).attention().why(editor);
    }
}
