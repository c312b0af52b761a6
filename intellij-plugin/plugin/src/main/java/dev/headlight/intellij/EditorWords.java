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
import dev.headlight.client.Span;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.KeyStroke;

/** The words that one editor shows, and the keys and clicks that take them. Used on the thread of the user interface. */
final class EditorWords implements Disposable, EditorMouseListener {
    private final Editor editor;
    private final List<Offer> offers = new ArrayList<>();
    /** What a person dismissed is not offered again for the same text. */
    private final List<RangeMarker> dismissed = new ArrayList<>();

    EditorWords(Editor editor) {
        this.editor = editor;
        editor.addEditorMouseListener(this, this);
        key(KeyEvent.VK_TAB, offer -> offer.accept(offer.focused()));
        key(KeyEvent.VK_ESCAPE, this::dismiss);
    }

    Editor editor() {
        return editor;
    }

    List<Offer> offers() {
        return offers;
    }

    /** Shows these words, for the blanks that the editor's text has now, and no others. */
    void show(List<Words> blanks) {
        clear();
        dismissed.removeIf(old -> !old.isValid());
        for (Words blank : blanks) {
            boolean unwanted = dismissed.stream()
                    .anyMatch(old -> new Span(old.getStartOffset(), old.getEndOffset()).equals(blank.place()));
            if (!unwanted && !blank.words().isEmpty()) {
                offers.add(new Offer(editor, blank.place(), firstThree(blank)));
            }
        }
    }

    private static List<Word> firstThree(Words words) {
        return words.words().subList(0, Math.min(3, words.words().size()));
    }

    /** Offers words in the place of one that is selected; Tab takes one from then on. */
    void offer(Words words) {
        Span span = words.place();
        editor.getSelectionModel().removeSelection(); // Tab indents what is selected
        editor.getCaretModel().moveToOffset(span.end());
        if (!words.words().isEmpty()) {
            offers.add(new Offer(editor, span, firstThree(words)));
        }
    }

    /** The words at the caret, if there are any. */
    Optional<Offer> current() {
        int caret = editor.getCaretModel().getOffset();
        return offers.stream()
                .filter(Offer::holds)
                .filter(offer -> offer.span().touches(caret))
                .findFirst();
    }

    private void dismiss(Offer offer) {
        Span span = offer.span();
        dismissed.add(editor.getDocument().createRangeMarker(span.start(), span.end()));
        offers.remove(offer);
        Disposer.dispose(offer);
    }

    void clear() {
        offers.forEach(Disposer::dispose);
        offers.clear();
    }

    @Override
    public void mouseClicked(EditorMouseEvent event) {
        offers.stream()
                .filter(offer -> offer.isShownBy(event.getInlay()))
                .findFirst()
                .ifPresent(offer -> {
                    int word = offer.wordAt(event.getMouseEvent().getPoint());
                    if (word >= 0) {
                        event.consume();
                        offer.accept(word);
                    }
                });
    }

    /** A key that does something with the words at the caret, and what it always does where there are none. */
    private void key(int code, Consumer<Offer> act) {
        AnAction action = new AtCaret(act);
        CustomShortcutSet shortcut = new CustomShortcutSet(KeyStroke.getKeyStroke(code, 0));
        action.registerCustomShortcutSet(shortcut, editor.getContentComponent(), this);
    }

    private final class AtCaret extends AnAction implements DumbAware {
        private final Consumer<Offer> act;

        AtCaret(Consumer<Offer> act) {
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
