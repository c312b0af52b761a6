package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the messages as they are written here against docs/lsp-extensions.md. */
class MessagesTest {
    private final String page = Files.readString(Path.of("../../docs/lsp-extensions.md"));

    MessagesTest() throws IOException {}

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static List<Class<?>> messages() {
        return Stream.of(Messages.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .toList();
    }

    @Test
    void everyMessageIsWrittenAsThePageDescribesIt() {
        assertThat(messages()).isNotEmpty().allSatisfy(message -> {
            String heading = "### `" + message.getSimpleName() + "`\n";
            assertThat(page).contains(heading);
            assertThat(matches("^\\| `(\\w+)` \\|", page.split(heading)[1].split("\n### ")[0]))
                    .containsExactlyElementsOf(Arrays.stream(message.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList());
        });
    }

    @Test
    void everyMessageAndCommandIsCalledAsThePageCallsIt() throws IllegalAccessException {
        for (Field name : Messages.class.getDeclaredFields()) {
            assertThat(page).contains("- `" + name.get(null) + "`");
        }
    }
}
