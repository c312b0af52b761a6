package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.documents.Document;
import dev.headlight.inspect.Prediction;
import dev.headlight.lsp.Editor.Suggestion;
import dev.headlight.protocol.Messages;
import dev.headlight.session.ModelState;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/**
 * The code actions for a selection. A client with a panel shows words itself and gets two commands; another one gets an
 * action with an edit for each word as well.
 */
final class CodeActions {
    private final Editor editor;
    private final ConnectedClient client;
    private final Document document;
    private final CodeActionParams params;
    private final List<String> only;
    private final Span selection;
    private final Optional<Span> blank;
    private final Optional<Span> word;

    CodeActions(Editor editor, ConnectedClient client, Document document, CodeActionParams params) {
        this.editor = editor;
        this.client = client;
        this.document = document;
        this.params = params;
        this.only = params.getContext() == null ? null : params.getContext().getOnly();
        this.selection = Positions.span(document, params.getRange());
        boolean cursor = client.opensPages() ? selection.length() == 0 : CommandService.isPoint(document, selection);
        this.blank = cursor
                ? Editor.blankAt(document, selection.start())
                : document.blanks().stream()
                        .filter(found -> found.contains(selection))
                        .findFirst();
        this.word = blank.isPresent() ? Optional.empty() : Editor.word(document, selection);
    }

    /** Whether words are among the actions. While a model loads they are not: nobody waits for a menu. */
    boolean needModel() {
        return !client.opensPages()
                && (blank.isPresent() || word.isPresent())
                && wanted(CodeActionKind.RefactorRewrite)
                && editor.session().state() instanceof ModelState.Ready;
    }

    /** The actions. */
    List<Either<Command, CodeAction>> list(Cancellation cancellation) {
        List<Either<Command, CodeAction>> actions = new ArrayList<>();
        if (needModel()) {
            words(cancellation)
                    .ifPresent(suggestion -> suggestion.words().stream()
                            .flatMap(prediction -> insert(suggestion.span(), prediction).stream())
                            .forEach(actions::add));
        }
        if (canVisualize() && wanted(TextService.VISUALIZE_KIND)) {
            actions.add(action("Visualize Attention", TextService.VISUALIZE_KIND, Messages.VISUALIZE));
        }
        if ((blank.isPresent() || word.isPresent()) && wanted(TextService.VISUALIZE_KIND)) {
            actions.add(action("Why This Word?", TextService.VISUALIZE_KIND, Messages.WHY_THIS_WORD));
        }
        if (word.isPresent() && wanted(CodeActionKind.RefactorRewrite)) {
            String title = "Suggest Words for “" + word.get().of(document.text()) + "”";
            actions.add(action(title, CodeActionKind.RefactorRewrite, Messages.SUGGEST));
        }
        return actions;
    }

    private boolean canVisualize() {
        if (blank.isPresent() || hasWords(selection)) {
            return true;
        }
        boolean cursor = !client.opensPages() && CommandService.isPoint(document, selection);
        return cursor && hasWords(document.paragraph(selection.start()));
    }

    private boolean hasWords(Span span) {
        return span.of(document.text()).codePoints().anyMatch(Character::isLetterOrDigit);
    }

    private Optional<Suggestion> words(Cancellation cancellation) {
        if (word.isPresent()) {
            return Optional.of(editor.alternatives(document, word.get(), cancellation));
        }
        return editor.suggestions(document, blank.orElseThrow(), editor.top(), cancellation).stream()
                .filter(suggestion -> suggestion.span().equals(blank.get()))
                .findFirst();
    }

    private Optional<Either<Command, CodeAction>> insert(Span place, Prediction prediction) {
        if (client.takesActions()) {
            String title =
                    word.isPresent() ? "Replace with “" + prediction.word() + "”" : TextService.insertion(prediction);
            CodeAction action = new CodeAction(title);
            action.setKind(CodeActionKind.RefactorRewrite);
            action.setEdit(client.edit(document, place, prediction.word()));
            return Optional.of(Either.forRight(action));
        }
        return client.appliesEdits() && blank.isPresent()
                ? Optional.of(Either.forLeft(TextService.acceptance(document, place, prediction)))
                : Optional.empty();
    }

    private boolean wanted(String kind) {
        return only == null
                || only.stream().anyMatch(wish -> wish.isEmpty() || kind.equals(wish) || kind.startsWith(wish + "."));
    }

    private Either<Command, CodeAction> action(String title, String kind, String name) {
        Object place = new Messages.InspectParams(new TextDocumentIdentifier(document.uri()), params.getRange(), null);
        Command command = new Command(title, name, List.of(place));
        if (!client.takesActions() && !client.opensPages()) {
            return Either.forLeft(command);
        }
        CodeAction action = new CodeAction(title);
        action.setKind(kind);
        action.setCommand(command);
        return Either.forRight(action);
    }
}
