package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.documents.Document;
import dev.headlight.inspect.Prediction;
import dev.headlight.lsp.Editor.Suggestion;
import dev.headlight.protocol.Messages;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintLabelPart;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.InlineCompletionItem;
import org.eclipse.lsp4j.InlineCompletionList;
import org.eclipse.lsp4j.InlineCompletionParams;
import org.eclipse.lsp4j.InlineCompletionTriggerKind;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.TextDocumentService;

/** Answers an editor's requests about a document. */
final class TextService implements TextDocumentService {
    static final String VISUALIZE_KIND = "headlight.visualize";
    private static final int RUNNERS_UP = 10;
    /** Words less probable than this are listed when asked for, but not shown or inserted by themselves. */
    private static final double LEAST_SHOWN = 0.01;

    private final Editor editor;
    private final RequestRunner requests;
    private final Supplier<ConnectedClient> peer;

    TextService(Editor editor, RequestRunner requests, Supplier<ConnectedClient> peer) {
        this.editor = editor;
        this.requests = requests;
        this.peer = peer;
    }

    @Override
    public void didOpen(DidOpenTextDocumentParams params) {
        TextDocumentItem item = params.getTextDocument();
        if (item != null && item.getUri() != null && item.getText() != null) {
            String language = Objects.requireNonNullElse(item.getLanguageId(), "");
            editor.documents()
                    .open(new Document(item.getUri(), language, item.getVersion(), item.getText(), editor.encoding()));
        }
    }

    @Override
    public void didChange(DidChangeTextDocumentParams params) {
        String uri = Positions.uri(params.getTextDocument());
        if (params.getContentChanges() == null
                || params.getContentChanges().stream().anyMatch(TextService::isMalformed)) {
            editor.documents().close(uri); // what the editor has now is unknown
            return;
        }
        Integer version = params.getTextDocument().getVersion();
        editor.documents().change(uri, document -> {
            Document changed = document;
            for (TextDocumentContentChangeEvent change : params.getContentChanges()) {
                changed = changed(changed, change, version == null ? document.version() + 1 : version);
            }
            return changed;
        });
    }

    /** Whether a change lacks something, or has a negative number, which one above 2³¹ − 1 is, too, as an int. */
    private static boolean isMalformed(TextDocumentContentChangeEvent change) {
        if (change == null || change.getText() == null) {
            return true;
        }
        Range range = change.getRange();
        return range != null && (isMalformed(range.getStart()) || isMalformed(range.getEnd()));
    }

    private static boolean isMalformed(Position position) {
        return position == null || position.getLine() < 0 || position.getCharacter() < 0;
    }

    private Document changed(Document document, TextDocumentContentChangeEvent change, int version) {
        Span span = change.getRange() == null
                ? new Span(0, document.text().length())
                : Positions.span(document, change.getRange());
        Document changed = document.replaced(span, change.getText(), version);
        editor.edited(document, span, changed);
        return changed;
    }

    @Override
    public void didClose(DidCloseTextDocumentParams params) {
        editor.documents().close(Positions.uri(params.getTextDocument()));
    }

    @Override
    public void didSave(DidSaveTextDocumentParams params) {
        // the server has seen every change already
    }

    @Override
    public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(CompletionParams params) {
        return ask("completion", params.getTextDocument(), Either.forLeft(List.of()), (document, cancellation) -> {
            int offset = Positions.offset(document, params.getPosition());
            List<CompletionItem> items = new ArrayList<>();
            for (Suggestion suggestion :
                    editor.suggestions(document, new Span(offset, offset), editor.top(), cancellation)) {
                for (Prediction word : suggestion.words()) {
                    items.add(completion(document, suggestion.span(), word, items.size()));
                }
            }
            // a blank grows while it is typed, so that the list must be asked for again
            return items.isEmpty() ? Either.forLeft(items) : Either.forRight(new CompletionList(true, items));
        });
    }

    /**
     * A word that replaces a whole blank, in one edit, wherever in it the cursor is. The rest of the blank as one of the
     * {@code additionalTextEdits} would destroy text: Neovim, Helix and eglot apply those after the word has moved it.
     */
    private static CompletionItem completion(Document document, Span blank, Prediction word, int rank) {
        CompletionItem item = new CompletionItem(word.word());
        item.setKind(CompletionItemKind.Text);
        item.setDetail(percent(word));
        item.setSortText(String.format(Locale.ROOT, "%04d", rank));
        item.setFilterText(blank.of(document.text()));
        item.setTextEdit(Either.forLeft(new TextEdit(Positions.range(document, blank), word.word())));
        return item;
    }

    @Override
    public CompletableFuture<List<InlayHint>> inlayHint(InlayHintParams params) {
        String place = "inlayHint " + params.getRange(); // two editors may show two parts of one document
        return ask(place, params.getTextDocument(), List.of(), (document, cancellation) -> {
            Span range = Positions.span(document, params.getRange());
            return editor.suggestions(document, range, editor.top(), cancellation).stream()
                    .map(TextService::probable)
                    .filter(suggestion -> !suggestion.words().isEmpty())
                    .map(suggestion -> hint(document, suggestion))
                    .toList();
        });
    }

    private static Suggestion probable(Suggestion suggestion) {
        return new Suggestion(
                suggestion.span(),
                suggestion.words().stream()
                        .filter(word -> word.probability() >= LEAST_SHOWN)
                        .toList());
    }

    private InlayHint hint(Document document, Suggestion suggestion) {
        List<InlayHintLabelPart> parts = new ArrayList<>();
        Range range = Positions.range(document, suggestion.span());
        for (Prediction word : suggestion.words()) {
            if (!parts.isEmpty()) {
                parts.add(new InlayHintLabelPart(" · "));
            }
            InlayHintLabelPart part = new InlayHintLabelPart(word.word());
            part.setTooltip(percent(word));
            if (peer.get().appliesEdits() || peer.get().opensPages()) {
                part.setCommand(acceptance(document, suggestion.span(), word));
            }
            parts.add(part);
        }
        InlayHint hint = new InlayHint(range.getEnd(), Either.forRight(parts));
        hint.setPaddingLeft(true);
        hint.setPaddingRight(true);
        return hint;
    }

    static Command acceptance(Document document, Span blank, Prediction word) {
        return new Command(
                insertion(word),
                Messages.ACCEPT,
                List.of(new Messages.AcceptWord(document.uri(), Positions.range(document, blank), word.word())));
    }

    static String insertion(Prediction word) {
        return "Insert “" + word.word() + "”";
    }

    @Override
    public CompletableFuture<Hover> hover(HoverParams params) {
        return ask("hover", params.getTextDocument(), null, (document, cancellation) -> {
            int offset = Positions.offset(document, params.getPosition());
            return Editor.blankAt(document, offset)
                    .flatMap(blank -> editor.suggestions(document, blank, RUNNERS_UP, cancellation).stream()
                            .filter(suggestion -> suggestion.span().equals(blank))
                            .findFirst())
                    .map(suggestion -> hover(document, suggestion))
                    .orElse(null);
        });
    }

    /** The words in one line, which is all that some editors show, and below it a list. */
    private Hover hover(Document document, Suggestion suggestion) {
        boolean markdown = peer.get().readsMarkdown();
        Function<String, String> written = markdown ? TextService::escaped : Function.identity();
        List<Prediction> words = suggestion.words();
        StringBuilder text = new StringBuilder(words.stream()
                .limit(editor.top())
                .map(word -> written.apply(word.word()))
                .collect(Collectors.joining(" · ")));
        text.append("\n\n");
        for (int i = 0; i < words.size(); i++) {
            text.append(i + 1)
                    .append(". ")
                    .append(written.apply(words.get(i).word()))
                    .append(" (")
                    .append(percent(words.get(i)))
                    .append(")\n");
        }
        text.append("\nHeadlight · ")
                .append(written.apply(editor.session().state().model()));
        Hover hover =
                new Hover(new MarkupContent(markdown ? MarkupKind.MARKDOWN : MarkupKind.PLAINTEXT, text.toString()));
        hover.setRange(Positions.range(document, suggestion.span()));
        return hover;
    }

    private static String escaped(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>()#+.!|~-])", "\\\\$1");
    }

    @Override
    public CompletableFuture<Either<List<InlineCompletionItem>, InlineCompletionList>> inlineCompletion(
            InlineCompletionParams params) {
        boolean automatic = params.getContext() != null
                && params.getContext().getTriggerKind() == InlineCompletionTriggerKind.Automatic;
        if (automatic && !editor.ghosts()) { // ghost text at every keystroke would distract
            return CompletableFuture.completedFuture(Either.forLeft(List.of()));
        }
        return ask(
                "inlineCompletion", params.getTextDocument(), Either.forLeft(List.of()), (document, cancellation) -> {
                    int offset = Positions.offset(document, params.getPosition());
                    List<Suggestion> atBlank =
                            editor.suggestions(document, new Span(offset, offset), editor.top(), cancellation);
                    if (atBlank.isEmpty() && automatic) {
                        return Either.forLeft(List.of());
                    }
                    Suggestion suggestion =
                            atBlank.isEmpty() ? editor.insertions(document, offset, cancellation) : atBlank.get(0);
                    return Either.forLeft(probable(suggestion).words().stream()
                            .map(word -> ghost(document, suggestion.span(), word.word()))
                            .toList());
                });
    }

    private static InlineCompletionItem ghost(Document document, Span place, String word) {
        InlineCompletionItem item = new InlineCompletionItem();
        item.setRange(Positions.range(document, place));
        item.setInsertText(word);
        if (place.length() > 0) {
            item.setFilterText(place.of(document.text()));
        }
        return item;
    }

    @Override
    public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(CodeActionParams params) {
        TextDocumentIdentifier id = params.getTextDocument();
        Optional<CodeActions> actions = editor.documents()
                .find(Positions.uri(id))
                .map(document -> new CodeActions(editor, peer.get(), document, params));
        if (actions.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        // editors ask for the lightbulb and the menu at the same time: neither supersedes the other
        return actions.get().needModel() ? requests.askModel(actions.get()::list) : requests.ask(actions.get()::list);
    }

    static String percent(Prediction word) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * word.probability());
    }

    /**
     * Answers a request about an open document, as it is when the request arrives, and supersedes an earlier one of the
     * same kind; answers {@code nothing} about any other document.
     */
    private <T> CompletableFuture<T> ask(
            String kind, TextDocumentIdentifier id, T nothing, BiFunction<Document, Cancellation, T> work) {
        Consumer<CompletableFuture<T>> outdated =
                peer.get().knowsServerCancelled() ? RequestRunner::refuse : answer -> answer.complete(nothing);
        return requests.askModelLatest(kind + " " + Positions.uri(id), about(id, nothing, work), outdated);
    }

    private <T> Function<Cancellation, T> about(
            TextDocumentIdentifier id, T nothing, BiFunction<Document, Cancellation, T> work) {
        Optional<Document> asked = editor.documents().find(Positions.uri(id));
        return cancellation ->
                asked.map(document -> work.apply(document, cancellation)).orElse(nothing);
    }
}
