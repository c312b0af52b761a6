package dev.headlight.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.corpus.Document;
import dev.headlight.corpus.Unit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DocumentsTest {
    private static final Settings FILES = settings(false, true, null);
    private static final Settings ROWS = settings(false, false, null);

    private static Settings settings(boolean code, boolean files, Unit unit) {
        return new Settings("embedded", code, files, new ArrayList<>(List.of("/data/my docs/")), unit, 0);
    }

    private static Document only(String id, String file, String text, Settings settings) {
        List<Document> documents = Documents.documents(id, file, text, settings);
        assertThat(documents).hasSize(1);
        return documents.get(0);
    }

    @Test
    void aFileIsNamedAsOnOneMachine() {
        assertThat(only(null, "file:///data/my%20docs/a/b%C3%A9.txt", "\uFEFFText.", FILES))
                .isEqualTo(new Document("a/bé.txt", "Text.", false));
        assertThat(only(null, "hdfs://host:9000/other/c.txt", "Text.", FILES).name())
                .isEqualTo("c.txt");
    }

    @Test
    void aFileOfJavaIsCode() {
        assertThat(only(null, "file:///data/my%20docs/A.java", "class A {}", FILES)
                        .code())
                .isTrue();
        assertThat(only(null, "file:///data/my%20docs/a.txt", "class A {}", settings(true, true, null))
                        .code())
                .isTrue();
    }

    @Test
    void aRowIsNamedByItsIdOrByItsText() {
        assertThat(only("42", "", "Text.", ROWS).name()).isEqualTo("42");
        String name = only(null, "file:///data/my%20docs/part-0", "Text.", ROWS).name();
        assertThat(name).matches("part-0#[0-9a-f]{16}");
        assertThat(only(null, "file:///data/my%20docs/part-0", "Text.", ROWS).name())
                .isEqualTo(name);
        assertThat(only(null, "file:///data/my%20docs/part-0", "Other.", ROWS).name())
                .isNotEqualTo(name);
        assertThat(only(null, null, "Text.", ROWS).name()).startsWith("#");
    }

    @Test
    void whatHoldsNoTextIsNoDocument() {
        assertThat(Documents.documents("1", null, null, ROWS)).isEmpty();
        assertThat(Documents.documents("1", null, "", settings(true, false, null)))
                .isEmpty();
    }

    @Test
    void aLongTextIsCutBetweenParagraphs() {
        String paragraph = "A sentence. ".repeat(1000) + "\n\n";
        List<Document> documents = Documents.documents(null, "file:///data/my%20docs/a", paragraph.repeat(12), FILES);
        assertThat(documents).hasSize(2);
        assertThat(documents.get(1).line()).isEqualTo(13);
        assertThat(documents.get(0).text() + documents.get(1).text()).isEqualTo(paragraph.repeat(12));
    }
}
