package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;
import java.util.Optional;

/** Replaces the blank at the caret by a word, by its number. */
public abstract class AcceptWordAction extends EditorAction {
    private final int word;

    private AcceptWordAction(int word) {
        this.word = word;
    }

    /** The most likely word. */
    public static final class First extends AcceptWordAction {
        public First() {
            super(0);
        }
    }

    /** The second word. */
    public static final class Second extends AcceptWordAction {
        public Second() {
            super(1);
        }
    }

    /** The third word. */
    public static final class Third extends AcceptWordAction {
        public Third() {
            super(2);
        }
    }

    /** The words suggested at an editor's caret. */
    static Optional<WordChoices> atCaret(Project project, Editor editor) {
        return HeadlightService.of(project)
                .find(editor.getDocument())
                .map(text -> text.words(editor))
                .flatMap(EditorWords::current);
    }

    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        return atCaret(project, editor).filter(offer -> word < offer.size()).isPresent();
    }

    @Override
    void perform(Project project, Editor editor) {
        atCaret(project, editor).filter(offer -> word < offer.size()).ifPresent(offer -> offer.accept(word));
    }
}
