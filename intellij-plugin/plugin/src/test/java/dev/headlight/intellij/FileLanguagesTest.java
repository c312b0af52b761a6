package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Languages;
import org.junit.jupiter.api.Test;

class FileLanguagesTest {
    @Test
    void filesOfAllDefaultLanguagesAreRecognizedAndNoOthers() {
        assertThat(FileLanguages.all()).containsExactlyInAnyOrderElementsOf(Languages.DEFAULT);
    }
}
