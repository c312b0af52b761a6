package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.codeInsight.completion.InsertionContext;
import com.intellij.codeInsight.completion.OffsetMap;
import com.intellij.codeInsight.lookup.LookupElement;
import com.intellij.openapi.command.WriteCommandAction;
import com.intellij.psi.PsiFile;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlankCompletionTest {
    @ParameterizedTest
    @CsvSource({
        "a ____ b, 2, true",
        "a ____ b, 4, true",
        "a ____ b, 6, true",
        "a ____ b, 7, false",
        "a __ b, 3, false",
        "a [MASK] b, 5, true",
        "a <mask> b, 8, true",
        "a [MASK] b, 1, false",
        "'', 0, false"
    })
    void onlyBlanksRequestWords(String text, int caret, boolean asked) {
        assertThat(BlankCompletionContributor.isAtBlank(text, caret)).isEqualTo(asked);
    }

    @Test
    void aBlankDeepInAHugeLineIsFound() {
        String text = "word ".repeat(100_000);
        assertThat(BlankCompletionContributor.isAtBlank(text + "____ " + text, text.length() + 2))
                .isTrue();
        assertThat(BlankCompletionContributor.isAtBlank(text + "____\n" + text, text.length() + 7))
                .isFalse();
    }

    /** The list inserts a word at the caret; its handler replaces both it and the blank. */
    @ParameterizedTest
    @CsvSource({"14", "16", "18"})
    void aSelectedWordReplacesTheWholeBlankWhereverTheCaretIs(int caret) {
        String before = "He opened the ____ and walked in.";
        try (StandInIde ide = new StandInIde(() -> null)) {
            StandInEditor editor = ide.open("A.java", before);
            Words blank = new Words(1, new Span(14, 18), List.of(new Word("door", "90.0 %")));
            LookupElement item =
                    BlankCompletionContributor.elements(blank, caret).get(0);
            StandInIde.run(() -> WriteCommandAction.runWriteCommandAction(ide.project, () -> {
                editor.editor.getDocument().insertString(caret, "door");
                OffsetMap offsets = new OffsetMap(editor.editor.getDocument());
                editor.moveTo(caret + 4);
                item.handleInsert(new InsertionContext(
                        offsets,
                        '\n',
                        new LookupElement[] {item},
                        StandIn.of(PsiFile.class, new Object()),
                        editor.editor,
                        false));
            }));
            assertThat(editor.editor.getDocument().getText()).isEqualTo(before.replace("____", "door"));
            assertThat(editor.caret()).isEqualTo(18);
        }
    }
}
