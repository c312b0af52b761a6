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
import dev.headlight.client.HeadlightException;
import dev.headlight.client.InspectionPage;
import dev.headlight.client.State;
import dev.headlight.text.Span;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The visualized part of a text, and the tool window that shows its attention. Confined to the UI thread. */
final class Attention implements Disposable {
    private final HeadlightService service;
    private final UiScheduler quiet;
    private OpenText looked;
    private List<RangeMarker> parts = List.of();
    private CompletableFuture<?> asked;
    private InspectionPage shown;
    private AttentionPanel panel;
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
                .map(span -> growing(document, span.start(), span.end()))
                .toList();
        why = asks;
        ToolWindow window = ToolWindowManager.getInstance(service.project()).getToolWindow(AttentionToolWindow.ID);
        if (window != null) {
            window.activate(null, false);
        }
        wanted = true;
        inspect();
    }

    /** A range that grows with text typed at its ends. */
    private static RangeMarker growing(Document document, int start, int end) {
        RangeMarker marker = document.createRangeMarker(start, end);
        marker.setGreedyToLeft(start < end);
        marker.setGreedyToRight(start < end);
        return marker;
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
        if (looked == null || spans.isEmpty()) {
            return;
        }
        CompletableFuture<InspectionPage> answer = why
                ? service.client().why(looked.uri, spans.get(0))
                : service.client().inspect(looked.uri, spans);
        asked = answer;
        answer.whenComplete((inspection, problem) -> UiScheduler.onUi(service.project(), () -> {
            if (answer == asked) {
                answered(inspection, problem);
            }
        }));
    }

    private void answered(InspectionPage inspection, Throwable problem) {
        if (problem != null) {
            HeadlightException.sentence(problem)
                    .ifPresent(sentence -> Notices.openSettings(service.project(), sentence));
            return;
        }
        why = false;
        shown = inspection;
        if (panel != null) {
            panel.show(inspection, wanted);
        }
        wanted = false;
    }

    /** Opens an inspection in the system's browser. Other users can read a browser's arguments, so they contain no key. */
    void openInBrowser(int inspection) {
        service.client()
                .openingAddress(inspection)
                .whenComplete((address, problem) -> UiScheduler.onUi(service.project(), () -> {
                    if (problem == null) {
                        BrowserUtil.browse(address);
                    } else {
                        HeadlightException.sentence(problem)
                                .ifPresent(sentence -> Notices.openSettings(service.project(), sentence));
                    }
                }));
    }

    /** Shows the current inspection in a tool window that was opened. */
    void showIn(AttentionPanel opened) {
        panel = opened;
        if (shown != null) {
            panel.show(shown, true);
        }
    }

    void hidden(AttentionPanel closed) {
        if (panel == closed) {
            panel = null;
        }
    }

    void edited(Document document) {
        if (looked != null && looked.document() == document && panel != null) {
            quiet.whenQuiet(this::inspect);
        }
    }

    void moved(OpenText text, int caret) {
        if (shown != null && text == looked && service.client().state() == State.READY) {
            service.client().cursor(text.uri, caret);
        }
    }

    /** Computes the inspection again: a restarted server has none. */
    void serverIsReady() {
        if (shown != null) {
            inspect();
        }
    }

    @Override
    public void dispose() {
        parts.forEach(RangeMarker::dispose);
    }
}
