package dev.headlight.client;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import dev.headlight.protocol.Messages;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintLabelPart;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** Reads words from the server's answers. */
final class Suggestions {
    private static final Gson GSON = new Gson();

    private Suggestions() {}

    static List<Words> of(List<InlayHint> hints, OpenDocument document) {
        return hints.stream().flatMap(hint -> of(hint, document).stream()).toList();
    }

    /** Each part of a hint's label that has a command is a word, and the command says what it replaces. */
    private static Optional<Words> of(InlayHint hint, OpenDocument document) {
        if (!hint.getLabel().isRight()) {
            return Optional.empty();
        }
        Range place = null;
        List<Word> words = new ArrayList<>();
        for (InlayHintLabelPart part : hint.getLabel().getRight()) {
            if (part.getCommand() != null && part.getCommand().getCommand().equals(Messages.ACCEPT)) {
                JsonElement argument =
                        (JsonElement) part.getCommand().getArguments().get(0);
                Messages.AcceptWord accept = GSON.fromJson(argument, Messages.AcceptWord.class);
                place = accept.range();
                words.add(new Word(accept.word(), part.getTooltip().getLeft()));
            }
        }
        return place == null
                ? Optional.empty()
                : Optional.of(new Words(document.version, document.span(place), List.copyOf(words)));
    }

    static Optional<Words> of(Either<List<CompletionItem>, CompletionList> completion, OpenDocument document) {
        List<CompletionItem> items = completion.isLeft()
                ? completion.getLeft()
                : completion.getRight().getItems();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Span place = document.span(items.get(0).getTextEdit().getLeft().getRange());
        List<Word> words = items.stream()
                .map(item -> new Word(item.getLabel(), item.getDetail()))
                .toList();
        return Optional.of(new Words(document.version, place, words));
    }

    /** @param result of the command {@link Messages#SUGGEST} */
    static Words of(Object result, OpenDocument document) {
        Messages.BlankWords found = GSON.fromJson(GSON.toJsonTree(result), Messages.BlankWords.class);
        List<Word> words = found.words().stream()
                .map(one -> new Word(one.word(), percent(one.probability())))
                .toList();
        return new Words(document.version, document.span(found.range()), words);
    }

    private static String percent(double probability) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * probability);
    }
}
