package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.StubModel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that declare little, and get only what they can take. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CapabilitiesTest {
    private static final String DOCUMENT = "{\"textDocument\":{\"uri\":\"file:///a\"}";
    private static final String ACTIONS =
            "\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}}}";

    private static Session session;
    private RawClient client;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        session = new Session("stub", (model, progress, cancellation) -> Inspector.load(model, folder), 1 << 20);
    }

    @BeforeEach
    void start() throws Exception {
        client = new RawClient(session);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    @AfterAll
    static void close() {
        session.close();
    }

    @Test
    void listsOpenWhenAskedForAndNotAtATypedCharacter() throws Exception {
        JsonObject able = client.initialize("{}").getAsJsonObject("result").getAsJsonObject("capabilities");
        assertThat(able.getAsJsonObject("completionProvider").getAsJsonArray("triggerCharacters"))
                .isEmpty();
    }

    @Test
    void improbableWordsAreListedButNotShownByThemselves() throws Exception {
        client.request("initialize", "{\"processId\":null,\"capabilities\":{},\"initializationOptions\":{\"top\":20}}");
        client.notify("initialized", "{}");
        client.open("file:///a", "plaintext", "He opened the ____.");
        JsonElement label = hints().get(0).getAsJsonObject().get("label");
        assertThat(label.getAsJsonArray().asList().stream()
                        .map(part -> part.getAsJsonObject().get("value").getAsString())
                        .filter(part -> !part.equals(" · ")))
                .containsExactly("door", "window", "gate", "box"); // 50, 25, 12.5 and 6.2 %
        JsonElement list = at("textDocument/completion", 16);
        assertThat(list.getAsJsonObject().getAsJsonArray("items")).hasSize(20);
    }

    private void begin(String capabilities, String text) throws Exception {
        client.initialize(capabilities);
        client.open("file:///a", "plaintext", text);
    }

    private static String range(int from, int to) {
        return "{\"start\":{\"line\":0,\"character\":" + from + "},\"end\":{\"line\":0,\"character\":" + to + "}}";
    }

    private JsonElement at(String method, int character) throws Exception {
        return client.request(method, DOCUMENT + ",\"position\":{\"line\":0,\"character\":" + character + "}}")
                .get("result");
    }

    private JsonArray hints() throws Exception {
        return client.request("textDocument/inlayHint", DOCUMENT + ",\"range\":" + range(0, 1000) + "}")
                .getAsJsonArray("result");
    }

    private JsonArray actions(int from, int to) throws Exception {
        return client.request(
                        "textDocument/codeAction",
                        DOCUMENT + ",\"range\":" + range(from, to) + ",\"context\":{\"diagnostics\":[]}}")
                .getAsJsonArray("result");
    }

    private JsonObject accept(int from, int to) throws Exception {
        return client.request(
                "workspace/executeCommand",
                "{\"command\":\"headlight.acceptWord\",\"arguments\":[{\"uri\":\"file:///a\",\"range\":"
                        + range(from, to) + ",\"word\":\"cat\"}]}");
    }

    @Test
    void aHoverIsPlainTextUnlessMarkdownIsDeclared() throws Exception {
        begin("{}", "The ____ sat.");
        JsonObject contents = at("textDocument/hover", 5).getAsJsonObject().getAsJsonObject("contents");
        assertThat(contents.get("kind").getAsString()).isEqualTo("plaintext");
        assertThat(contents.get("value").getAsString()).startsWith("door · window · gate\n\n1. door (50.0 %)\n");
    }

    @Test
    void withoutCodeActionLiteralsActionsAreCommands() throws Exception {
        begin("{\"workspace\":{\"applyEdit\":true}}", "The ____ sat.");
        hints(); // waits for the model
        JsonArray actions = actions(5, 5);
        assertThat(actions)
                .hasSize(5)
                .allMatch(action -> action.getAsJsonObject().get("command").isJsonPrimitive());
        assertThat(actions.get(0).getAsJsonObject().get("title").getAsString()).isEqualTo("Insert “door”");
    }

    @Test
    void withoutApplyEditWordsAreStillInsertedByCodeActions() throws Exception {
        begin("{\"textDocument\":{" + ACTIONS + "}}", "The ____ sat.");
        JsonArray labels = hints().get(0).getAsJsonObject().getAsJsonArray("label");
        assertThat(labels).hasSize(5).noneMatch(part -> part.getAsJsonObject().has("command"));
        JsonObject first = actions(5, 5).get(0).getAsJsonObject();
        assertThat(first.get("kind").getAsString()).isEqualTo("refactor.rewrite");
        JsonObject edit = first.getAsJsonObject("edit")
                .getAsJsonObject("changes")
                .getAsJsonArray("file:///a")
                .get(0)
                .getAsJsonObject();
        assertThat(edit.get("newText").getAsString()).isEqualTo("door");
        assertThat(edit.get("range")).hasToString(range(4, 8));
        assertThat(accept(4, 8).getAsJsonObject("error").get("message").getAsString())
                .isEqualTo("This editor takes no edits from a server: use its completion or code actions.");
    }

    @Test
    void aTextThatHasChangedIsNotEdited() throws Exception {
        begin("{\"workspace\":{\"applyEdit\":true}}", "The ____ sat.");
        hints();
        client.send(
                RawClient.notification(
                        "textDocument/didChange",
                        "{\"textDocument\":{\"uri\":\"file:///a\",\"version\":2},\"contentChanges\":[{\"text\":\"A dog sat.\"}]}"));
        assertThat(accept(4, 8).getAsJsonObject("error").get("message").getAsString())
                .isEqualTo("The text has changed and the blank is gone: ask for words again.");
    }

    @Test
    void aPageThatTheEditorCannotShowIsAMessage() throws Exception {
        begin("{\"window\":{\"showDocument\":{\"support\":true}}}", "The cat sat.");
        client.request(
                "workspace/executeCommand",
                "{\"command\":\"headlight.visualizeAttention\",\"arguments\":[" + DOCUMENT + ",\"range\":" + range(0, 0)
                        + "}]}");
        JsonObject show = client.next("window/showDocument");
        client.send("{\"jsonrpc\":\"2.0\",\"id\":" + show.get("id") + ",\"result\":{\"success\":false}}");
        assertThat(client.next("window/showMessage")
                        .getAsJsonObject("params")
                        .get("message")
                        .getAsString())
                .contains("Open the attention view");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"utf-8\"', utf-8, 15",
        "'\"utf-32\",\"utf-8\"', utf-8, 15",
        "'\"utf-32\"', utf-32, 11",
        "'\"utf-16\",\"utf-8\"', utf-16, 12"
    })
    void positionsCountWhatTheClientOffers(String offered, String chosen, int start) throws Exception {
        JsonObject answer = client.initialize("{\"general\":{\"positionEncodings\":[" + offered + "]}}");
        assertThat(answer.getAsJsonObject("result")
                        .getAsJsonObject("capabilities")
                        .get("positionEncoding")
                        .getAsString())
                .isEqualTo(chosen);
        client.open("file:///a", "plaintext", "naïve 🙂 the ____ sat.");
        assertThat(hints().get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("position")
                        .get("character")
                        .getAsInt())
                .isEqualTo(start + 5);
        assertThat(at("textDocument/hover", start + 4).getAsJsonObject().get("range"))
                .hasToString(range(start + 1, start + 5));
        assertThat(at("textDocument/hover", start - 1)).isEqualTo(com.google.gson.JsonNull.INSTANCE);
    }

    @Test
    void aSupersededRequestGetsAnEmptyAnswer() throws Exception {
        begin("{}", "The ____ sat.");
        int first = client.nextId();
        StringBuilder burst = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            burst.append(RawClient.framed(client.call(
                    i == 0 ? first : client.nextId(),
                    "textDocument/completion",
                    DOCUMENT + ",\"position\":{\"line\":0,\"character\":8}}")));
        }
        client.raw(burst.toString());
        for (int i = 0; i < 200; i++) {
            assertThat(client.answer(first + i).has("result")).isTrue();
        }
    }

    @Test
    void aListOpenedAtThreeUnderscoresIsAskedForAgainAtTheFourth() throws Exception {
        begin("{}", "The ___ sat.");
        assertThat(at("textDocument/completion", 7)
                        .getAsJsonObject()
                        .get("isIncomplete")
                        .getAsBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 8})
    void aWordReplacesTheWholeBlankInOneEditWhereverTheCursorIs(int cursor) throws Exception {
        begin("{}", "The ____ sat.");
        JsonObject item = at("textDocument/completion", cursor)
                .getAsJsonObject()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
        assertThat(item.getAsJsonObject("textEdit").get("range")).hasToString(range(4, 8));
        assertThat(item.get("filterText").getAsString()).isEqualTo("____");
        assertThat(item.has("additionalTextEdits")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 3"})
    void ghostTextAtABlankComesByItselfIfThatIsSwitchedOn(boolean on, int words) throws Exception {
        client.request(
                "initialize",
                "{\"processId\":null,\"rootUri\":null,\"capabilities\":{},\"initializationOptions\":{\"inlineCompletion\":"
                        + on + "}}");
        client.notify("initialized", "{}");
        client.open("file:///a", "plaintext", "The ____ sat.");
        String automatic = ",\"context\":{\"triggerKind\":2}}";
        assertThat(client.request(
                                "textDocument/inlineCompletion",
                                DOCUMENT + ",\"position\":{\"line\":0,\"character\":8}" + automatic)
                        .getAsJsonArray("result"))
                .hasSize(words);
        assertThat(client.request(
                                "textDocument/inlineCompletion",
                                DOCUMENT + ",\"position\":{\"line\":0,\"character\":12}" + automatic)
                        .getAsJsonArray("result"))
                .isEmpty();
    }
}
