package dev.headlight.intellij;

import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;
import dev.headlight.client.Words;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;

/** "Suggest Words" for the selected word. */
public final class SuggestWordsAction extends EditorAction {
    /** Longer words do not fit in the menu. */
    private static final int LONGEST = 30;

    @Override
    boolean isPossible(AnActionEvent event, Project project, Editor editor) {
        String selected = editor.getSelectionModel().getSelectedText();
        if (selected == null || selected.length() > LONGEST || !Blanks.isWord(selected)) {
            return false;
        }
        event.getPresentation().setText("Suggest Words for “" + selected + "”");
        return true;
    }

    @Override
    void perform(Project project, Editor editor) {
        HeadlightService service = HeadlightService.of(project);
        OpenText text = service.follow(editor);
        Span word = new Span(
                editor.getSelectionModel().getSelectionStart(),
                editor.getSelectionModel().getSelectionEnd());
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
