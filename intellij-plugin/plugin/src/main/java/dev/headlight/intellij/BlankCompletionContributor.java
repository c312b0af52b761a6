package dev.headlight.intellij;

import com.intellij.codeInsight.completion.CompletionContributor;
import com.intellij.codeInsight.completion.CompletionParameters;
import com.intellij.codeInsight.completion.CompletionResultSet;
import com.intellij.codeInsight.completion.InsertionContext;
import com.intellij.codeInsight.lookup.LookupElement;
import com.intellij.codeInsight.lookup.LookupElementBuilder;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.DumbAware;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.State;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;
import java.util.List;

/** Lists the words for the blank at the caret, with their probabilities. */
public final class BlankCompletionContributor extends CompletionContributor implements DumbAware {
    /** How far around the caret to search for a blank, in UTF-16 units. */
    private static final int LONGEST = 1000;

    /** Called on a background thread, and cancelled when the user keeps typing. */
    @Override
    public void fillCompletionVariants(CompletionParameters parameters, CompletionResultSet result) {
        Editor editor = parameters.getEditor();
        if (editor.getProject() == null) {
            return;
        }
        if (!isAtBlank(editor.getDocument().getCharsSequence(), parameters.getOffset())) {
            return; // other completions must not wait for the server
        }
        HeadlightService service = HeadlightService.of(editor.getProject());
        HeadlightClient client = service.client();
        service.find(editor.getDocument())
                .filter(text -> client.state() == State.READY || !parameters.isAutoPopup())
                .flatMap(text -> CancellableWait.forAnswer(client.complete(text.uri, parameters.getOffset()))
                        .flatMap(found -> found.filter(words -> words.version() == text.version())))
                .ifPresent(words -> {
                    result.withPrefixMatcher("").addAllElements(elements(words, parameters.getOffset()));
                    result.stopHere();
                });
    }

    /** Whether an offset is in a blank, or at one of its ends; other places need no request to the server. */
    static boolean isAtBlank(CharSequence text, int offset) {
        int from = offset;
        while (from > 0 && text.charAt(from - 1) != '\n' && offset - from < LONGEST) {
            from--;
        }
        int to = offset;
        while (to < text.length() && text.charAt(to) != '\n' && to - offset < LONGEST) {
            to++;
        }
        int place = offset - from;
        return Blanks.find(text.subSequence(from, to).toString()).stream().anyMatch(blank -> blank.touches(place));
    }

    /** @param caret where a chosen word is inserted, within the blank or at one of its ends */
    static List<LookupElement> elements(Words blank, int caret) {
        return blank.words().stream()
                .map(word -> element(blank.place(), word, caret))
                .toList();
    }

    private static LookupElement element(Span blank, Word word, int caret) {
        return LookupElementBuilder.create(word.text())
                .withTypeText(word.probability())
                .withInsertHandler((context, item) -> take(context, blank, word, caret));
    }

    /** Replaces the blank, together with what the lookup inserted into it, in the same command. */
    private static void take(InsertionContext context, Span blank, Word word, int caret) {
        int inserted = context.getTailOffset() - caret;
        context.getDocument().replaceString(blank.start(), blank.end() + inserted, word.text());
        context.getEditor()
                .getCaretModel()
                .moveToOffset(blank.start() + word.text().length());
    }
}
