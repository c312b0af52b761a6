package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Span;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.junit.jupiter.api.Test;

class OpenDocumentTest {
    private final OpenDocument document = new OpenDocument("file:///a.md", "markdown", 1, "naïve 🙂 one\n\nthree\n");

    @Test
    void offsetsAndPositionsConvertBothWays() {
        for (int offset = 0; offset <= document.text.length(); offset++) {
            Span span = new Span(offset, offset);
            assertThat(document.span(document.range(span))).isEqualTo(span);
        }
        assertThat(document.position(9)).isEqualTo(new Position(0, 9));
        assertThat(document.position(13)).isEqualTo(new Position(1, 0));
        assertThat(document.position(20)).isEqualTo(new Position(3, 0));
    }

    @Test
    void positionsOutsideTheTextAreClamped() {
        assertThat(document.span(new Range(new Position(0, 99), new Position(99, 0))))
                .isEqualTo(new Span(12, 20));
        assertThat(document.position(-3)).isEqualTo(new Position(0, 0));
        assertThat(document.replaced(2, new Span(14, 99), "3").text).isEqualTo("naïve 🙂 one\n\n3");
    }

    @Test
    void aChangeMovesTheLinesAfterIt() {
        OpenDocument changed = document.replaced(2, new Span(6, 8), "\n\n");
        assertThat(changed.version).isEqualTo(2);
        assertThat(changed.text).isEqualTo("naïve \n\n one\n\nthree\n");
        assertThat(changed.position(14)).isEqualTo(new Position(4, 0));
    }
}
