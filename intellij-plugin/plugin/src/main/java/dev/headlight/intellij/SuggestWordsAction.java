package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;
import dev.headlight.client.Words;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;
import java.util.Optional;

/** "Suggest Words" for the selected word. */
public final class SuggestWordsAction extends EditorAction {
    /** Longer words do not fit in the menu. */
    private static final int LONGEST = 30;

    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        Optional<Span> word = selected(editor);
        word.ifPresent(span -> event.getPresentation()
                .setText("Suggest Words for “" + span.of(editor.getDocument().getCharsSequence()) + "”"));
        return word.isPresent();
    }

    /** The word that is selected, wholly or in part. */
    private static Optional<Span> selected(Editor editor) {
        int start = editor.getSelectionModel().getSelectionStart();
        int end = editor.getSelectionModel().getSelectionEnd();
        if (start == end || end - start > LONGEST) {
            return Optional.empty();
        }
        CharSequence text = editor.getDocument().getCharsSequence();
        int from = Math.max(0, start - LONGEST);
        int to = Math.min(text.length(), end + LONGEST);
        return Blanks.wordAround(text.subSequence(from, to).toString(), start - from)
                .map(word -> word.shift(from))
                .filter(word -> word.end() >= end && word.length() <= LONGEST);
    }

    @Override
    void perform(Project project, Editor editor) {
        HeadlightService service = HeadlightService.of(project);
        Span word = selected(editor).orElse(null);
        if (word == null) {
            return;
        }
        OpenText text = service.follow(editor);
        service.client()
                .alternatives(text.uri, word)
                .whenComplete((words, problem) -> UiScheduler.onUi(project, () -> {
                    if (problem == null) {
                        offer(text, editor, words);
                    } else {
                        service.notices().failed(problem);
                    }
                }));
    }

    private static void offer(OpenText text, Editor editor, Words words) {
        EditorWords shown = text.words(editor);
        if (shown != null && words.version() == text.version()) {
            shown.offer(words);
        }
    }
}
