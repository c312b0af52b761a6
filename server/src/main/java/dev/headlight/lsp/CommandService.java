package dev.headlight.lsp;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.documents.Document;
import dev.headlight.documents.Documents;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Prediction;
import dev.headlight.lsp.Editor.Origin;
import dev.headlight.lsp.Editor.Suggestion;
import dev.headlight.protocol.Messages;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.OpenWhy;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.ShowDocumentParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.services.WorkspaceService;

/** Runs commands and {@code headlight/inspect}. */
final class CommandService implements WorkspaceService {
    private static final Gson GSON = new Gson();

    private final Editor editor;
    private final RequestRunner requests;
    private final Supplier<ConnectedClient> peer;

    CommandService(Editor editor, RequestRunner requests, Supplier<ConnectedClient> peer) {
        this.editor = editor;
        this.requests = requests;
        this.peer = peer;
    }

    /** The names of all commands. */
    static List<String> names() {
        return List.of(Messages.VISUALIZE, Messages.WHY_THIS_WORD, Messages.SUGGEST, Messages.ACCEPT);
    }

    @Override
    public CompletableFuture<Object> executeCommand(ExecuteCommandParams params) {
        Documents.Snapshot now = editor.documents().now();
        return switch (String.valueOf(params.getCommand())) {
            case Messages.VISUALIZE ->
                requests.askModel(
                        cancellation -> visualize(argument(params, Messages.InspectParams.class), now, cancellation));
            case Messages.WHY_THIS_WORD ->
                requests.askModel(cancellation ->
                        visualize(whyView(argument(params, Messages.InspectParams.class)), now, cancellation));
            case Messages.SUGGEST ->
                requests.askModel(
                        cancellation -> suggest(argument(params, Messages.InspectParams.class), now, cancellation));
            case Messages.ACCEPT ->
                requests.ask(cancellation -> accept(argument(params, Messages.AcceptWord.class), now));
            default ->
                throw RequestRunner.error(
                        ResponseErrorCode.InvalidParams, "Unknown command: " + params.getCommand() + ".");
        };
    }

    private static <T> T argument(ExecuteCommandParams params, Class<T> type) {
        List<Object> arguments = params.getArguments();
        Object first = arguments == null || arguments.isEmpty() ? null : arguments.get(0);
        try {
            if (first instanceof JsonElement json && json.isJsonObject()) {
                return GSON.fromJson(json, type);
            }
        } catch (JsonParseException e) {
            // reported below
        }
        throw RequestRunner.error(
                ResponseErrorCode.InvalidParams,
                params.getCommand() + " takes one object; see docs/lsp-extensions.md.");
    }

    private static Messages.InspectParams whyView(Messages.InspectParams params) {
        return new Messages.InspectParams(params.textDocument(), params.range(), null, Messages.WHY_VIEW);
    }

    /** {@code headlight/inspect}. */
    Messages.InspectResult inspect(Messages.InspectParams params, Documents.Snapshot now, Cancellation cancellation) {
        return result(open(params, now, cancellation));
    }

    /** An inspection and where its text is from. */
    private record Opened(OpenInspection opened, Origin origin, Optional<Asked> asked) {}

    /**
     * What the Why view is to answer.
     *
     * @param place the number of the blank
     * @param word the token of the word that stands there; empty at a blank, where the likeliest is asked about
     */
    private record Asked(int place, OptionalInt word) {}

    private Opened open(Messages.InspectParams params, Documents.Snapshot now, Cancellation cancellation) {
        if (params.view() != null && !params.view().equals(Messages.WHY_VIEW)) {
            throw RequestRunner.error(ResponseErrorCode.InvalidParams, "The view is none of: why.");
        }
        List<Origin.Part> parts = new ArrayList<>();
        parts.add(part(new Messages.Place(params.textDocument(), params.range()), now, params.view() != null));
        if (params.pair() != null) {
            parts.add(part(params.pair(), now, false));
        }
        Origin origin = new Origin(parts);
        Document document = parts.get(0).document();
        Span selection = Positions.span(document, params.range());
        Optional<Span> word = params.view() == null || editor.session().causal(cancellation)
                ? Optional.empty()
                : Editor.wordAsked(document, selection).filter(parts.get(0).span()::contains);
        OpenInspection opened = editor.inspect(origin, word, cancellation);
        Optional<Asked> asked = params.view() == null
                ? Optional.empty()
                : Optional.of(asked(opened, parts.get(0), word.orElse(selection), word, cancellation));
        return new Opened(opened, origin, asked);
    }

    private Asked asked(
            OpenInspection opened, Origin.Part part, Span at, Optional<Span> word, Cancellation cancellation) {
        int place = Editor.place(opened, part, at).orElse(0);
        if (word.isEmpty() || opened.inspection().blanks().isEmpty()) {
            return new Asked(place, OptionalInt.empty());
        }
        try (OpenWhy why = editor.session().why(opened.id(), place, cancellation)) {
            String standing = word.get().of(part.document().text());
            return why.ask(
                    (asking, inspected) -> new Asked(
                            place, OptionalInt.of(asking.candidate(standing).id())),
                    cancellation);
        }
    }

    private Messages.InspectResult result(Opened opened) {
        Inspection inspection = opened.opened().inspection();
        int leftOut = inspection.cuts().stream()
                .mapToInt(cut -> cut.before() + cut.after())
                .sum();
        List<Messages.BlankWords> blanks = inspection.blanks().stream()
                .map(blank -> words(blank, opened.origin().parts().get(blank.segment())))
                .toList();
        return new Messages.InspectResult(
                opened.opened().id(),
                editor.page(opened.opened().id(), choices(opened)),
                inspection.model(),
                inspection.tokens().size(),
                leftOut,
                opened.origin().parts().stream()
                        .map(part -> Positions.range(part.document(), part.span()))
                        .toList(),
                blanks);
    }

    /** What a page begins with: the place that is asked about, in the view that answers. */
    private static String choices(Opened opened) {
        return opened.asked()
                .map(asked -> "&view=why&place=" + (asked.place() + 1)
                        + (asked.word().isPresent() ? "&why=" + asked.word().getAsInt() : ""))
                .orElse("");
    }

    /** Whether a selection is a cursor: some editors always select the character at it. */
    static boolean isPoint(Document document, Span span) {
        String selected = span.of(document.text());
        return selected.codePointCount(0, selected.length()) <= 1;
    }

    private static Origin.Part part(Messages.Place place, Documents.Snapshot now, boolean paragraph) {
        Document document = document(place.textDocument(), now);
        Span span = Positions.span(document, place.range());
        boolean around =
                paragraph || isPoint(document, span) || document.blanks().contains(span);
        return new Origin.Part(document, around ? document.paragraph(span.start()) : span);
    }

    /** An open document, as it was when a request about it arrived. */
    static Document document(TextDocumentIdentifier id, Documents.Snapshot now) {
        String uri = Positions.uri(id);
        return now.find(uri)
                .orElseThrow(() -> RequestRunner.error(ResponseErrorCode.InvalidParams, "This document is not open."));
    }

    private static Messages.BlankWords words(Blank blank, Origin.Part part) {
        Span span = blank.span().shift(part.span().start());
        return words(part.document(), new Suggestion(span, blank.predictions()));
    }

    private static Messages.BlankWords words(Document document, Suggestion suggestion) {
        List<Messages.Word> words = suggestion.words().stream()
                .map(word -> new Messages.Word(word.word(), word.probability()))
                .toList();
        return new Messages.BlankWords(document.uri(), Positions.range(document, suggestion.span()), words);
    }

    private Object visualize(Messages.InspectParams params, Documents.Snapshot now, Cancellation cancellation) {
        Opened opened = open(params, now, cancellation);
        if (!peer.get().opensPages()) {
            show(editor.opening(opened.opened().id(), choices(opened)));
        }
        return result(opened);
    }

    /** Opens the page in a browser, or shows its address if the editor can't. */
    private void show(String url) {
        if (!peer.get().showsDocuments()) {
            showAddress(url);
            return;
        }
        ShowDocumentParams page = new ShowDocumentParams(url);
        page.setExternal(true);
        page.setTakeFocus(true);
        peer.get().client().showDocument(page).handle((result, failure) -> {
            if (failure != null || result == null || !result.isSuccess()) {
                showAddress(url);
            }
            return null;
        });
    }

    private void showAddress(String url) {
        peer.get()
                .client()
                .showMessage(new MessageParams(
                        MessageType.Info,
                        "Open the attention view (this address works once, within a minute): " + url));
    }

    private Object suggest(Messages.InspectParams params, Documents.Snapshot now, Cancellation cancellation) {
        Document document = document(params.textDocument(), now);
        Span word = Editor.word(document, Positions.span(document, params.range()))
                .orElseThrow(() -> new UserException("Words are suggested for a single word: select all of it."));
        Suggestion suggestion = editor.alternatives(document, word, cancellation);
        if (!peer.get().opensPages() && peer.get().appliesEdits()) {
            offer(document, suggestion);
        }
        return words(document, suggestion);
    }

    /** Asks the user to choose a word, in an editor without a panel. */
    private void offer(Document document, Suggestion suggestion) {
        String word = suggestion.span().of(document.text());
        ShowMessageRequestParams question = new ShowMessageRequestParams(
                suggestion.words().stream().map(CommandService::choice).toList());
        question.setType(MessageType.Info);
        question.setMessage("Words for “" + word + "”:");
        peer.get().client().showMessageRequest(question).thenAccept(chosen -> {
            for (Prediction prediction : suggestion.words()) {
                if (chosen != null && choice(prediction).equals(chosen)) {
                    replaceChosen(document, suggestion.span(), prediction.word());
                }
            }
        });
    }

    private static MessageActionItem choice(Prediction word) {
        return new MessageActionItem(String.format(Locale.ROOT, "%s (%.1f %%)", word.word(), 100 * word.probability()));
    }

    private Object accept(Messages.AcceptWord params, Documents.Snapshot now) {
        if (params.word() == null) {
            throw RequestRunner.error(ResponseErrorCode.InvalidParams, "The word is missing.");
        }
        Document document = now.find(String.valueOf(params.uri()))
                .orElseThrow(() -> new UserException("This document is no longer open."));
        Span span = Positions.span(document, params.range());
        if (!document.blanks().contains(span)) {
            throw new UserException("The text has changed and the blank is gone: ask for words again.");
        }
        replace(document, span, params.word());
        return null;
    }

    /**
     * Writes words accepted in a view into their blanks, or a continuation after its text, if the document has not changed
     * there. Words of one document are one edit.
     */
    void accepted(int inspection, Map<Integer, String> words) {
        OpenInspection opened = editor.session().find(inspection).orElse(null);
        Origin origin = editor.origin(inspection).orElse(null);
        if (opened == null || origin == null) {
            return;
        }
        List<Blank> blanks = opened.inspection().blanks();
        Map<String, NavigableMap<Span, String>> byDocument = new LinkedHashMap<>();
        words.forEach((number, word) -> {
            if (number >= 0 && number < blanks.size()) {
                Blank blank = blanks.get(number);
                Origin.Part part = origin.parts().get(blank.segment());
                byDocument
                        .computeIfAbsent(
                                part.document().uri(), uri -> new TreeMap<>(Comparator.comparingInt(Span::start)))
                        .put(blank.span().shift(part.span().start()), word);
            }
        });
        byDocument.forEach((uri, chosen) -> editor.documents()
                .find(uri)
                .filter(now -> chosen.keySet().stream().allMatch(span -> stands(now, span, origin)))
                .ifPresent(now -> replaceChosen(now, chosen)));
    }

    /** Whether a place is still a blank, or its text has not changed: there may be a word, or the end of the text. */
    private static boolean stands(Document now, Span span, Origin origin) {
        return now.blanks().contains(span)
                || origin.parts().stream()
                        .map(Origin.Part::document)
                        .anyMatch(before ->
                                before.uri().equals(now.uri()) && before.text().equals(now.text()));
    }

    /** Writes words into a document, as one edit from the first to the last. */
    private void replaceChosen(Document document, NavigableMap<Span, String> chosen) {
        Span whole = new Span(chosen.firstKey().start(), chosen.lastKey().end());
        StringBuilder text = new StringBuilder();
        int from = whole.start();
        for (Map.Entry<Span, String> word : chosen.entrySet()) {
            text.append(document.text(), from, word.getKey().start()).append(word.getValue());
            from = word.getKey().end();
        }
        replaceChosen(document, whole, text.toString());
    }

    /**
     * Asks the editor to replace a part of a document.
     *
     * @throws UserException if the document is no longer as it was, or the editor takes no edits
     */
    private void replace(Document document, Span span, String word) {
        if (!peer.get().appliesEdits()) {
            throw new UserException("This editor takes no edits from a server: use its completion or code actions.");
        }
        boolean same = editor.documents()
                .find(document.uri())
                .filter(now -> now.text().equals(document.text()))
                .isPresent();
        if (!same) {
            throw new UserException("The text has changed: ask for words again.");
        }
        peer.get()
                .client()
                .applyEdit(new ApplyWorkspaceEditParams(peer.get().edit(document, span, word), "Headlight: " + word));
    }

    /** The same for a choice that no request waits for: failures are shown. */
    private void replaceChosen(Document document, Span span, String word) {
        try {
            replace(document, span, word);
        } catch (UserException e) {
            peer.get().client().showMessage(new MessageParams(MessageType.Warning, e.getMessage()));
        }
    }

    @Override
    public void didChangeConfiguration(DidChangeConfigurationParams params) {
        // settings come with the command line
    }

    @Override
    public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {
        // no file of the workspace is read
    }
}
