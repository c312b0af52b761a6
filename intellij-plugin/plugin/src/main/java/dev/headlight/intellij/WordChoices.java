package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.RangeMarker;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.Word;
import dev.headlight.text.Span;
import java.awt.Point;
import java.util.List;

/** The words suggested for one span of a text, shown next to it. Confined to the UI thread. */
final class WordChoices implements Disposable {
    private final Editor editor;
    private final RangeMarker place;
    private final String replaced;
    private final List<Word> words;
    private final WordsRenderer renderer;
    private final Inlay<WordsRenderer> inlay;

    WordChoices(Editor editor, Span span, List<Word> words) {
        this.editor = editor;
        this.words = words;
        place = editor.getDocument().createRangeMarker(span.start(), span.end());
        replaced = span.of(editor.getDocument().getCharsSequence());
        renderer = new WordsRenderer(words.stream().map(Word::text).toList());
        inlay = editor.getInlayModel().addInlineElement(span.end(), true, renderer);
        if (inlay != null) {
            Disposer.register(this, inlay);
        }
    }

    /** Whether the span still holds the text that the words are for. */
    boolean holds() {
        return place.isValid()
                && span().of(editor.getDocument().getCharsSequence()).equals(replaced);
    }

    /** Whether it shows these words for this place. */
    boolean offers(Span span, List<Word> others) {
        return holds()
                && span().equals(span)
                && words().equals(others.stream().map(Word::text).toList());
    }

    Span span() {
        return new Span(place.getStartOffset(), place.getEndOffset());
    }

    int size() {
        return words.size();
    }

    List<String> words() {
        return words.stream().map(Word::text).toList();
    }

    int focused() {
        return renderer.focused();
    }

    /** Selects the next word, to accept with Tab. */
    void focusNext() {
        renderer.focus((renderer.focused() + 1) % words.size());
        if (inlay != null) {
            inlay.update();
        }
    }

    boolean isShownBy(Inlay<?> other) {
        return inlay != null && inlay == other;
    }

    /** Which word is at a point of the editor, or -1. */
    int wordAt(Point point) {
        return inlay == null || inlay.getBounds() == null ? -1 : renderer.wordAt(editor, point.x - inlay.getBounds().x);
    }

    /** Replaces the span by a word, moves the caret after it, and disposes itself. */
    void accept(int word) {
        Span span = span();
        boolean holds = holds();
        String text = words.get(word).text();
        Disposer.dispose(this);
        if (holds && Edits.replace(editor.getProject(), editor.getDocument(), span, text)) {
            editor.getCaretModel().moveToOffset(span.start() + text.length());
        }
    }

    @Override
    public void dispose() {
        place.dispose();
    }
}
