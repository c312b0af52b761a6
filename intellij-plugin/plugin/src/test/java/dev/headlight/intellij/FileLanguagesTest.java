package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Languages;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileLanguagesTest {
    @Test
    void filesOfAllDefaultLanguagesAreRecognizedAndNoOthers() {
        assertThat(Set.copyOf(FileLanguages.EXTENSIONS.values()))
                .containsExactlyInAnyOrderElementsOf(Languages.DEFAULT);
    }
}
