package dev.headlight.intellij;

import com.intellij.codeInsight.lookup.LookupManager;
import com.intellij.openapi.Disposable;
import com.intellij.openapi.actionSystem.ActionUpdateThread;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.actionSystem.CustomShortcutSet;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.RangeMarker;
import com.intellij.openapi.editor.event.EditorMouseEvent;
import com.intellij.openapi.editor.event.EditorMouseListener;
import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.KeyStroke;

/** The words that one editor shows, and the keys and clicks that accept them. Confined to the UI thread. */
final class EditorWords implements Disposable, EditorMouseListener {
    private final Editor editor;
    private final List<WordChoices> choices = new ArrayList<>();
    /** The words for a selected one; null if there are none. */
    private WordChoices offered;
    /** Places whose words the user dismissed: not shown again for the same text. */
    private final List<RangeMarker> dismissed = new ArrayList<>();

    EditorWords(Editor editor) {
        this.editor = editor;
        editor.addEditorMouseListener(this, this);
        key(KeyEvent.VK_TAB, one -> one.accept(one.focused()));
        key(KeyEvent.VK_ESCAPE, this::dismiss);
    }

    Editor editor() {
        return editor;
    }

    List<WordChoices> choices() {
        return choices;
    }

    /**
     * Shows the words for the blanks in the editor instead of earlier ones. What is the same stays as it is, and so do the
     * words that the user requested for a selected one.
     */
    void show(List<Words> blanks) {
        dismissed.removeIf(old -> !old.isValid());
        List<WordChoices> before = List.copyOf(choices);
        choices.clear();
        for (Words blank : blanks) {
            boolean unwanted = dismissed.stream()
                    .anyMatch(old -> new Span(old.getStartOffset(), old.getEndOffset()).equals(blank.place()));
            if (!unwanted && !blank.words().isEmpty()) {
                choices.add(before.stream()
                        .filter(old -> old.offers(blank.place(), firstThree(blank)))
                        .findFirst()
                        .orElseGet(() -> new WordChoices(editor, blank.place(), firstThree(blank))));
            }
        }
        if (offered != null && offered.holds() && !choices.contains(offered)) {
            choices.add(offered);
        }
        before.stream().filter(old -> !choices.contains(old)).forEach(Disposer::dispose);
    }

    private static List<Word> firstThree(Words words) {
        return words.words().subList(0, Math.min(3, words.words().size()));
    }

    /** Shows words to replace the selected one; Tab accepts one. */
    void offer(Words words) {
        Span span = words.place();
        editor.getSelectionModel().removeSelection(); // Tab indents what is selected
        editor.getCaretModel().moveToOffset(span.end());
        choices.removeIf(one -> {
            if (one == offered) {
                Disposer.dispose(one);
            }
            return one == offered;
        });
        if (!words.words().isEmpty()) {
            offered = new WordChoices(editor, span, firstThree(words));
            choices.add(offered);
        }
    }

    /** The words at the caret, if there are any. */
    Optional<WordChoices> current() {
        int caret = editor.getCaretModel().getOffset();
        return choices.stream()
                .filter(WordChoices::holds)
                .filter(one -> one.span().touches(caret))
                .findFirst();
    }

    private void dismiss(WordChoices one) {
        Span span = one.span();
        if (one == offered) {
            offered = null;
        }
        dismissed.add(editor.getDocument().createRangeMarker(span.start(), span.end()));
        choices.remove(one);
        Disposer.dispose(one);
    }

    void clear() {
        choices.forEach(Disposer::dispose);
        choices.clear();
        offered = null;
    }

    @Override
    public void mouseClicked(EditorMouseEvent event) {
        choices.stream()
                .filter(one -> one.isShownBy(event.getInlay()))
                .findFirst()
                .ifPresent(one -> {
                    int word = one.wordAt(event.getMouseEvent().getPoint());
                    if (word >= 0) {
                        event.consume();
                        one.accept(word);
                    }
                });
    }

    /** Binds a key to the words at the caret; elsewhere it keeps its meaning. */
    private void key(int code, Consumer<WordChoices> act) {
        AnAction action = new AtCaret(act);
        CustomShortcutSet shortcut = new CustomShortcutSet(KeyStroke.getKeyStroke(code, 0));
        action.registerCustomShortcutSet(shortcut, editor.getContentComponent(), this);
    }

    private final class AtCaret extends AnAction implements DumbAware {
        private final Consumer<WordChoices> act;

        AtCaret(Consumer<WordChoices> act) {
            this.act = act;
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
            boolean listed = LookupManager.getActiveLookup(editor) != null; // the list takes Tab and Escape first
            event.getPresentation().setEnabled(!listed && current().isPresent());
        }

        @Override
        public void actionPerformed(AnActionEvent event) {
            current().ifPresent(act);
        }
    }

    @Override
    public void dispose() {
        clear();
    }
}
