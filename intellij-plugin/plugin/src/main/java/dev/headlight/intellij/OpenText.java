package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.event.CaretEvent;
import com.intellij.openapi.editor.event.CaretListener;
import com.intellij.openapi.editor.event.DocumentEvent;
import com.intellij.openapi.editor.event.DocumentListener;
import com.intellij.openapi.editor.event.VisibleAreaEvent;
import com.intellij.openapi.editor.event.VisibleAreaListener;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.State;
import dev.headlight.client.Words;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An open text: sends its changes to the server, and shows the words for its blanks in its editors. Confined to the UI
 * thread, except for final fields and what a write action calls, which may run in the background.
 */
final class OpenText implements Disposable, DocumentListener, CaretListener, VisibleAreaListener {
    final String uri;
    private final HeadlightService service;
    private final HeadlightClient client;
    private final Document document;
    private final String language;
    private final Map<Editor, EditorWords> editors = new HashMap<>();
    private final Map<Editor, CompletableFuture<?>> asked = new HashMap<>();
    private final UiScheduler quiet;
    /** Written only under the write lock. */
    private volatile int version = 1;

    OpenText(HeadlightService service, Document document, String uri, String language) {
        this.service = service;
        this.client = service.client();
        this.document = document;
        this.uri = uri;
        this.language = language;
        quiet = new UiScheduler(service.project());
        Disposer.register(this, quiet);
        // under the lock that write actions need, so that no change falls between the text and the changes to it
        ApplicationManager.getApplication().runReadAction(() -> {
            document.addDocumentListener(this, this);
            client.open(uri, language, version, document.getText());
        });
    }

    Document document() {
        return document;
    }

    /** Increases with every change. */
    int version() {
        return version;
    }

    List<EditorWords> editors() {
        return List.copyOf(editors.values());
    }

    EditorWords words(Editor editor) {
        return editors.get(editor);
    }

    /** Starts to show words in an editor of this text. */
    void add(Editor editor) {
        if (editors.containsKey(editor)) {
            return;
        }
        EditorWords words = new EditorWords(editor);
        Disposer.register(this, words);
        editors.put(editor, words);
        editor.getCaretModel().addCaretListener(this, words);
        editor.getScrollingModel().addVisibleAreaListener(this, words);
        quiet.whenQuiet(this::refresh);
    }

    /** @return whether no editor shows this text any more */
    boolean remove(Editor editor) {
        EditorWords words = editors.remove(editor);
        if (words != null) {
            Disposer.dispose(words);
        }
        forget(editor);
        return editors.isEmpty();
    }

    /** On the thread of the write action, which is the only one that runs. */
    @Override
    public void documentChanged(DocumentEvent event) {
        version++;
        Span span = new Span(event.getOffset(), event.getOffset() + event.getOldLength());
        client.change(uri, version, span, event.getNewFragment().toString());
        quiet.whenQuiet(this::refresh);
        service.attention().edited(document);
    }

    @Override
    public void caretPositionChanged(CaretEvent event) {
        service.attention().moved(this, event.getEditor().getCaretModel().getOffset());
    }

    @Override
    public void visibleAreaChanged(VisibleAreaEvent event) {
        quiet.whenQuiet(this::refresh);
    }

    /** Requests the words for the visible part of every editor. The first blank in sight starts the server. */
    void refresh() {
        if (HeadlightSettings.get().inline) {
            editors.keySet().forEach(this::refresh);
        } else {
            editors.values().forEach(EditorWords::clear);
        }
    }

    private void refresh(Editor editor) {
        forget(editor);
        var range = editor.calculateVisibleRange();
        Span visible = new Span(range.getStartOffset(), range.getEndOffset());
        if (client.state() == State.STOPPED
                && Blanks.find(visible.of(document.getCharsSequence())).isEmpty()) {
            return;
        }
        CompletableFuture<List<Words>> answer = client.words(uri, visible);
        asked.put(editor, answer);
        answer.thenAccept(blanks -> UiScheduler.onUi(service.project(), () -> show(editor, blanks)));
    }

    /** Cancels what was asked for an editor. */
    private void forget(Editor editor) {
        CompletableFuture<?> before = asked.remove(editor);
        if (before != null) {
            before.cancel(true);
        }
    }

    private void show(Editor editor, List<Words> blanks) {
        EditorWords words = editors.get(editor);
        boolean current = blanks.stream().allMatch(blank -> blank.version() == version);
        if (words != null && current && !editor.isDisposed()) {
            words.show(blanks);
        }
    }

    @Override
    public void dispose() {
        editors.clear();
        client.closed(uri);
    }
}
