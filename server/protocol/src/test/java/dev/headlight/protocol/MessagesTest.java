package dev.headlight.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.junit.jupiter.api.Test;

/** Compares the messages with the page that describes them, and with the same messages in TypeScript. */
class MessagesTest {
    private static final Map<Class<?>, String> IN_TYPESCRIPT = Map.of(
            String.class,
            "string",
            int.class,
            "number",
            long.class,
            "number",
            float.class,
            "number",
            double.class,
            "number");

    private final String page = Files.readString(Path.of("../../docs/lsp-extensions.md"));
    private final String typescript = Files.readString(Path.of("../../vscode-client/src/messages.ts"));

    MessagesTest() throws IOException {}

    private static List<MatchResult> matches(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .toList();
    }

    private static List<String> first(String pattern, String text) {
        return matches(pattern, text).stream().map(found -> found.group(1)).toList();
    }

    private static List<Class<?>> messages() {
        return Stream.of(Messages.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .toList();
    }

    private static Map<String, String> names() {
        return Stream.of(Messages.class.getFields()).collect(Collectors.toMap(Field::getName, field -> {
            try {
                return (String) field.get(null);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }));
    }

    @Test
    void thePageDescribesEveryFieldOfEveryMessageAndNoOther() {
        assertThat(first("^### `(\\w+)`$", page))
                .containsExactlyInAnyOrderElementsOf(
                        messages().stream().map(Class::getSimpleName).toList());
        for (Class<?> message : messages()) {
            String section =
                    page.split("### `" + message.getSimpleName() + "`\n")[1].split("\n### ")[0];
            assertThat(first("^\\| `(\\w+)` \\|", section))
                    .as(message.getSimpleName())
                    .containsExactlyElementsOf(Arrays.stream(message.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList());
        }
    }

    @Test
    void thePageDescribesEveryCommandRequestAndNotificationAndNoOther() {
        Stream<String> requests = Stream.of(HeadlightLanguageServer.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(JsonRequest.class))
                .map(method -> method.getAnnotation(JsonRequest.class).value());
        Stream<String> notifications = Stream.of(HeadlightLanguageServer.class, HeadlightLanguageClient.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(JsonNotification.class))
                .map(method -> method.getAnnotation(JsonNotification.class).value());
        assertThat(first("^- `(headlight/\\w+)` \\(", page))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(requests, notifications).toList());
        assertThat(first("^- `(headlight\\.\\w+)`", page))
                .containsExactlyInAnyOrder(
                        Messages.VISUALIZE, Messages.WHY_THIS_WORD, Messages.SUGGEST, Messages.ACCEPT);
        assertThat(page).contains("`" + Messages.LOADING + "`");
    }

    @Test
    void typescriptHasTheSameNames() {
        Map<String, String> written = matches("^export const (\\w+) = '([^']+)';$", typescript).stream()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        assertThat(written).isEqualTo(names());
    }

    @Test
    void typescriptHasTheSameMessagesWithTheSameFieldsOfTheSameTypes() {
        Map<String, List<String>> written = new TreeMap<>();
        for (MatchResult found : matches("^export interface (\\w+) \\{\n((?:  .*\n)*)\\}$", typescript)) {
            written.put(
                    found.group(1),
                    matches("^  readonly (\\w+)\\??: (.+);$", found.group(2)).stream()
                            .map(field -> field.group(1) + ": " + field.group(2))
                            .toList());
        }
        Map<String, List<String>> expected = new TreeMap<>();
        for (Class<?> message : messages()) {
            expected.put(
                    message.getSimpleName(),
                    Stream.of(message.getRecordComponents())
                            .map(field -> field.getName() + ": " + typescript(field.getGenericType()))
                            .toList());
        }
        assertThat(written).isEqualTo(expected);
    }

    private static String typescript(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return "readonly " + typescript(list.getActualTypeArguments()[0]) + "[]";
        }
        Class<?> plain = (Class<?>) type;
        return IN_TYPESCRIPT.getOrDefault(plain, plain.getSimpleName());
    }
}
