package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.protocol.Messages;
import dev.headlight.testing.FakeEditor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintLabelPart;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.InlineCompletionContext;
import org.eclipse.lsp4j.InlineCompletionItem;
import org.eclipse.lsp4j.InlineCompletionParams;
import org.eclipse.lsp4j.InlineCompletionTriggerKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/**
 * An open text with a cursor or a selection in it, and what should be seen there.
 *
 * @param text without its marks
 * @param start start of the selection, in UTF-16 units; the cursor if nothing is selected
 */
record Marked(FakeEditor editor, String uri, String text, int start, int end) {

    static Marked of(FakeEditor editor, String uri, String marked) {
        int cursor = marked.indexOf('|');
        if (cursor >= 0) {
            String text = marked.substring(0, cursor) + marked.substring(cursor + 1);
            return new Marked(editor, uri, text, cursor, cursor);
        }
        int start = Math.max(marked.indexOf('«'), 0);
        int end = marked.indexOf('»') < 0 ? 0 : marked.indexOf('»') - 1;
        return new Marked(editor, uri, marked.replace("«", "").replace("»", ""), start, end);
    }

    TextDocumentIdentifier id() {
        return new TextDocumentIdentifier(uri);
    }

    /** The cursor. */
    Position cursor() {
        return position(start);
    }

    Range selection() {
        return new Range(position(start), position(end));
    }

    Range whole() {
        return new Range(position(0), position(text.length()));
    }

    Messages.InspectParams asParams() {
        return new Messages.InspectParams(id(), selection(), null);
    }

    /** The selection, as a command's argument. */
    String asArgument() {
        return FakeEditor.place(uri, selection());
    }

    private Position position(int offset) {
        String before = text.substring(0, offset);
        int line = (int) before.chars().filter(letter -> letter == '\n').count();
        return new Position(line, offset - (before.lastIndexOf('\n') + 1));
    }

    private int offset(Position position) {
        int lineStart = 0;
        for (int i = 0; i < position.getLine(); i++) {
            lineStart = text.indexOf('\n', lineStart) + 1;
        }
        return lineStart + position.getCharacter();
    }

    private String with(Range range, String word) {
        return text.substring(0, offset(range.getStart())) + word + text.substring(offset(range.getEnd()));
    }

    /** The text with an edit that the server asked for. */
    String with(TextEdit edit) {
        return with(edit.getRange(), edit.getNewText());
    }

    List<CompletionItem> completions() throws Exception {
        return editor.complete(uri, cursor());
    }

    /** Checks that the list of suggestions is exactly these words, in this order. */
    Marked offers(String... words) throws Exception {
        assertThat(completions()).extracting(CompletionItem::getLabel).containsExactly(words);
        return this;
    }

    /** What the text becomes when a suggestion is taken. */
    Marked taking(String word, String becomes) throws Exception {
        TextEdit edit = completions().stream()
                .filter(item -> item.getLabel().equals(word))
                .map(item -> item.getTextEdit().getLeft())
                .findFirst()
                .orElseThrow(() -> new AssertionError(word + " is not offered"));
        assertThat(with(edit)).isEqualTo(becomes);
        return this;
    }

    List<InlayHint> inlayHints() throws Exception {
        return FakeEditor.get(editor.server().getTextDocumentService().inlayHint(new InlayHintParams(id(), whole())));
    }

    /** How the text looks with its hints, each in {@code ‹…›}. */
    Marked shows(String hinted) throws Exception {
        List<InlayHint> hints = new ArrayList<>(inlayHints());
        Collections.reverse(hints);
        StringBuilder shown = new StringBuilder(text);
        for (InlayHint hint : hints) {
            String label = hint.getLabel().getRight().stream()
                    .map(InlayHintLabelPart::getValue)
                    .collect(Collectors.joining());
            shown.insert(offset(hint.getPosition()), "‹" + label + "›");
        }
        assertThat(shown).hasToString(hinted);
        return this;
    }

    private Hover hover() throws Exception {
        return FakeEditor.get(editor.server().getTextDocumentService().hover(new HoverParams(id(), cursor())));
    }

    /** That hovering the cursor's place shows Markdown with these parts, over the text given. */
    Marked hovers(String over, String... parts) throws Exception {
        Hover hover = hover();
        assertThat(hover.getContents().getRight().getValue()).contains(parts);
        Range range = hover.getRange();
        assertThat(text.substring(offset(range.getStart()), offset(range.getEnd())))
                .isEqualTo(over);
        return this;
    }

    Marked hoversNothing() throws Exception {
        assertThat(hover()).isNull();
        return this;
    }

    /** Ghost text, as an editor asks for it: on a key, or at every keystroke. */
    List<String> ghosts(InlineCompletionTriggerKind trigger) throws Exception {
        InlineCompletionParams params =
                new InlineCompletionParams(id(), cursor(), new InlineCompletionContext(trigger));
        return FakeEditor.get(editor.server().getTextDocumentService().inlineCompletion(params)).getLeft().stream()
                .map(InlineCompletionItem::getInsertText)
                .map(text -> text.getLeft())
                .toList();
    }

    List<Either<Command, CodeAction>> actions() throws Exception {
        return FakeEditor.get(editor.server()
                .getTextDocumentService()
                .codeAction(new CodeActionParams(id(), selection(), new CodeActionContext(List.of()))));
    }

    /** That these are the actions for the selection. */
    Marked acts(String... titles) throws Exception {
        assertThat(actions()).extracting(action -> action.getRight().getTitle()).containsExactly(titles);
        return this;
    }
}
