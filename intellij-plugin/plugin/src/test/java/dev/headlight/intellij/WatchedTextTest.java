package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.openapi.command.WriteCommandAction;
import dev.headlight.text.Span;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which edits need another inspection. */
class WatchedTextTest {
    private static final String TEXT = "One.\n\nTwo\nthree.\n\nFour.\n";

    private static boolean changes(String what, String place, int removed, String added) {
        try (StandInIde ide = new StandInIde(() -> null)) {
            StandInEditor editor = ide.openUnnoticed("a.txt", TEXT);
            int start = TEXT.indexOf(what.replace('~', '\n'));
            Span span = new Span(start, start + what.length());
            return StandInIde.onUi(() -> {
                WatchedText watched = what.equals("wo")
                        ? WatchedText.selection(editor.editor.getDocument(), span)
                        : WatchedText.paragraph(editor.editor.getDocument(), span);
                int at = TEXT.indexOf(place.replace('~', '\n'));
                WriteCommandAction.runWriteCommandAction(
                        ide.project,
                        () -> editor.editor.getDocument().replaceString(at, at + removed, added.replace('~', '\n')));
                return watched.isChanged();
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "One.,      0, more,  false", // elsewhere
        "Four.,     5, 4,     false",
        "Four.,     0, x,     false", // beyond an empty line
        "Two,       3, 2,     true",
        "Two,       0, x,     true",
        "~~Four,    0, x,     true", // at its end
        "~Four,     0, x,     true", // the empty line after it is none any more
        "~~Four,    1, '',    true",
        "~Four,     1, '',    true",
        "~Two,      0, x,     true",
        "~Two,      1, '',    true",
        "wo,        0, '',    false" // nothing
    })
    void aParagraphIsChangedByEditsInItAndByOnesThatJoinItToOthers(
            String place, int removed, String added, boolean changed) {
        assertThat(changes("Two~three.", place, removed, added)).isEqualTo(changed);
    }

    @ParameterizedTest
    @CsvSource({"Two, 0, x, false", "wo, 0, x, true", "~three, 0, x, true", "three, 5, 3, false", "o, 1, '', true"})
    void aSelectionIsChangedByEditsInItAndAtItsEnds(String place, int removed, String added, boolean changed) {
        assertThat(changes("wo", place, removed, added)).isEqualTo(changed);
    }
}
