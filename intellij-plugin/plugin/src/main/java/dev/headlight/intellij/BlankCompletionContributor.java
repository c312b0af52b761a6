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
import dev.headlight.client.Span;
import dev.headlight.client.State;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import java.util.List;
import java.util.regex.Pattern;

/** Lists the words for the blank at the caret, with their probabilities. */
public final class BlankCompletionContributor extends CompletionContributor implements DumbAware {
    private static final Pattern BLANK = Pattern.compile("\\[MASK]|<mask>|_{3,}");
    /** How far around the caret a blank is looked for. */
    private static final int LONGEST = 1000;

    /** Called on a background thread, and cancelled when a person types on. */
    @Override
    public void fillCompletionVariants(CompletionParameters parameters, CompletionResultSet result) {
        Editor editor = parameters.getEditor();
        if (editor.getProject() == null) {
            return;
        }
        if (!isAtBlank(editor.getDocument().getCharsSequence(), parameters.getOffset())) {
            return; // nobody else's completions wait for the server
        }
        HeadlightService service = HeadlightService.of(editor.getProject());
        HeadlightClient client = service.client();
        service.find(editor.getDocument())
                .filter(text -> client.state() == State.READY || !parameters.isAutoPopup())
                .flatMap(text -> Waiting.forAnswer(client.complete(text.uri, parameters.getOffset()))
                        .flatMap(found -> found.filter(words -> words.version() == text.version())))
                .ifPresent(words -> {
                    result.withPrefixMatcher("").addAllElements(elements(words, parameters.getOffset()));
                    result.stopHere();
                });
    }

    /** Whether a place is in a blank, or at one of its ends. The server knows better; this is to not ask in vain. */
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
        return BLANK.matcher(text.subSequence(from, to))
                .results()
                .anyMatch(blank -> new Span(blank.start(), blank.end()).touches(place));
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

    /** What was inserted at the caret, and the blank around it, becomes the word; within the insertion's command. */
    private static void take(InsertionContext context, Span blank, Word word, int caret) {
        int inserted = context.getTailOffset() - caret;
        context.getDocument().replaceString(blank.start(), blank.end() + inserted, word.text());
        context.getEditor()
                .getCaretModel()
                .moveToOffset(blank.start() + word.text().length());
    }
}
