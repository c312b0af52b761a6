package dev.headlight.intellij;

import com.intellij.ide.BrowserUtil;
import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.Caret;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.RangeMarker;
import com.intellij.openapi.util.Disposer;
import com.intellij.openapi.wm.ToolWindow;
import com.intellij.openapi.wm.ToolWindowManager;
import dev.headlight.client.InspectionPage;
import dev.headlight.client.State;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The visualized part of a text, and the tool window that shows its attention. Confined to the UI thread, except where
 * noted.
 */
final class Attention implements Disposable {
    private final HeadlightService service;
    private final UiScheduler quiet;
    private volatile OpenText looked;
    private List<RangeMarker> parts = List.of();
    /** What the current inspection has read; only edits there need another. */
    private List<WatchedText> read = List.of();

    private CompletableFuture<?> asked;
    private InspectionPage shown;
    private AttentionPanel panel;
    /** Whether the server that has the current inspection has ended, or uses another model now. */
    private boolean outdated;
    /** Whether the panel is behind another tool window, or its tool window is closed. */
    private boolean hidden;
    /** Whether the user requested the current inspection, rather than an edit. */
    private boolean wanted;
    /** Whether the page is to ask about the blank, once. */
    private boolean why;

    Attention(HeadlightService service) {
        this.service = service;
        quiet = new UiScheduler(service.project());
        Disposer.register(this, quiet);
    }

    /** Shows the attention within the selection, or between the selections of two carets. */
    void visualize(Editor editor) {
        show(
                editor,
                editor.getCaretModel().getAllCarets().stream()
                        .sorted(Comparator.comparingInt(Caret::getSelectionStart))
                        .limit(2)
                        .map(caret -> new Span(caret.getSelectionStart(), caret.getSelectionEnd()))
                        .toList(),
                false);
    }

    /** Shows why a word is predicted for the blank at the caret. */
    void why(Editor editor) {
        int caret = editor.getCaretModel().getOffset();
        show(editor, List.of(new Span(caret, caret)), true);
    }

    private void show(Editor editor, List<Span> spans, boolean asks) {
        Document document = editor.getDocument();
        looked = service.follow(editor);
        parts.forEach(RangeMarker::dispose);
        parts = spans.stream()
                .map(span -> WatchedText.growing(document, span, span.length() > 0, span.length() > 0))
                .toList();
        why = asks;
        ToolWindow window = ToolWindowManager.getInstance(service.project()).getToolWindow(AttentionToolWindow.ID);
        if (window != null) {
            window.show(null);
        }
        wanted = true;
        inspect();
    }

    /** Computes attention for the selected parts as they are now; a newer request replaces an older one. */
    private void inspect() {
        if (asked != null) {
            asked.cancel(true);
        }
        List<Span> spans = parts.stream()
                .filter(RangeMarker::isValid)
                .map(part -> new Span(part.getStartOffset(), part.getEndOffset()))
                .toList();
        OpenText text = looked;
        if (text == null
                || spans.isEmpty()
                || service.find(text.document()).filter(text::equals).isEmpty()) {
            return;
        }
        service.clearHighlights();
        CompletableFuture<InspectionPage> answer = why
                ? service.client().why(text.uri, spans.get(0))
                : service.client().inspect(text.uri, spans);
        asked = answer;
        answer.whenComplete((inspection, problem) -> UiScheduler.onUi(service.project(), () -> {
            if (answer == asked) {
                asked = null;
                answered(inspection, spans, problem);
            }
        }));
    }

    private void answered(InspectionPage inspection, List<Span> requested, Throwable problem) {
        if (problem != null) {
            service.notices().failed(problem);
            return;
        }
        watch(inspection, requested);
        why = false;
        outdated = false;
        shown = inspection;
        if (panel != null) {
            panel.show(inspection, wanted);
        }
        wanted = false;
    }

    /** Remembers what an inspection has read. If the text has changed since, it may be elsewhere: computes another. */
    private void watch(InspectionPage inspection, List<Span> requested) {
        forget();
        if (inspection.version() != looked.version()) {
            quiet.whenQuiet(this::inspect);
            return;
        }
        List<WatchedText> watched = new ArrayList<>();
        for (int i = 0; i < inspection.spans().size(); i++) {
            Span span = inspection.spans().get(i);
            boolean paragraph = why || requested.get(i).length() == 0;
            watched.add(
                    paragraph
                            ? WatchedText.paragraph(looked.document(), span)
                            : WatchedText.selection(looked.document(), span));
        }
        read = watched;
    }

    private void forget() {
        read.forEach(WatchedText::dispose);
        read = List.of();
    }

    /** Opens an inspection in the system's browser. Other users can read a browser's arguments, so they contain no key. */
    void openInBrowser(int inspection) {
        service.client()
                .openingAddress(inspection)
                .whenComplete((address, problem) -> UiScheduler.onUi(service.project(), () -> {
                    if (problem == null) {
                        BrowserUtil.browse(address);
                    } else {
                        service.notices().failed(problem);
                    }
                }));
    }

    /** Shows the current inspection in a tool window that was opened. */
    void showIn(AttentionPanel opened) {
        panel = opened;
        hidden = false;
        if (shown != null) {
            panel.show(shown, true);
            followEdits();
        }
    }

    /** The panel came into sight, or left it. While it is out of sight, nothing is highlighted or computed. */
    void visible(AttentionPanel which, boolean inSight) {
        if (panel == which && hidden == inSight) {
            hidden = !inSight;
            if (hidden) {
                service.clearHighlights();
            } else {
                service.restoreHighlights();
                followEdits();
            }
        }
    }

    void closed(AttentionPanel which) {
        if (panel == which) {
            panel = null;
            service.clearHighlights();
        }
    }

    /** A document was changed. From any thread: a write action may run in the background. */
    void edited(Document document) {
        OpenText text = looked;
        if (text != null && text.document() == document) {
            quiet.whenQuiet(this::followEdits);
        }
    }

    /** Computes another inspection if what the current one has read was changed, once the panel is in sight. */
    private void followEdits() {
        boolean changed = asked != null || read.stream().anyMatch(WatchedText::isChanged);
        if (panel != null && !hidden && (outdated || changed)) {
            inspect();
        }
    }

    void moved(OpenText text, int caret) {
        if (shown != null && text == looked && service.client().state() == State.READY) {
            service.client().cursor(text.uri, caret);
        }
    }

    /** Computes the inspection again: a restarted server has none. */
    void serverIsReady() {
        outdated = shown != null;
        followEdits();
    }

    @Override
    public void dispose() {
        parts.forEach(RangeMarker::dispose);
        forget();
    }
}
