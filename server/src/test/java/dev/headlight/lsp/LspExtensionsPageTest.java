package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.junit.jupiter.api.Test;

/** Holds docs/lsp-extensions.md against the code. */
class LspExtensionsPageTest {
    private final String page;

    LspExtensionsPageTest() throws IOException {
        page = Files.readString(Path.of("../docs/lsp-extensions.md"));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void everyMessageIsDescribedFieldByFieldAndNoOther() {
        List<Class<?>> messages = Stream.of(Messages.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .toList();
        assertThat(matches("^### `(\\w+)`$", page))
                .containsExactlyInAnyOrderElementsOf(
                        messages.stream().map(Class::getSimpleName).toList());
        for (Class<?> message : messages) {
            String section =
                    page.split("### `" + message.getSimpleName() + "`\n")[1].split("\n### ")[0];
            assertThat(matches("^\\| `(\\w+)` \\|", section))
                    .as(message.getSimpleName())
                    .containsExactlyElementsOf(Arrays.stream(message.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList());
        }
    }

    @Test
    void everyCommandIsDescribedAndNoOther() {
        assertThat(matches("^- `(headlight\\.\\w+)`", page))
                .containsExactlyInAnyOrderElementsOf(CommandService.names());
    }

    @Test
    void everyRequestAndNotificationIsDescribedAndNoOther() {
        Stream<String> requests = Stream.of(HeadlightServer.class.getDeclaredMethods())
                .map(method -> method.getAnnotation(JsonRequest.class))
                .filter(annotation -> annotation != null)
                .map(JsonRequest::value);
        Stream<String> notifications = Stream.of(HeadlightLanguageClient.class, HeadlightServer.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .map(method -> method.getAnnotation(JsonNotification.class))
                .filter(annotation -> annotation != null)
                .map(JsonNotification::value);
        List<String> own = Stream.concat(requests, notifications)
                .filter(name -> name.startsWith("headlight/"))
                .toList();
        assertThat(matches("^- `(headlight/\\w+)` \\(", page)).containsExactlyInAnyOrderElementsOf(own);
    }
}
