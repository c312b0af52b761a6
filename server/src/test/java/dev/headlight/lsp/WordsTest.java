package dev.headlight.lsp;

import static dev.headlight.testing.FakeEditor.code;
import static dev.headlight.testing.FakeEditor.get;
import static dev.headlight.testing.FakeEditor.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.inspect.Inspector;
import dev.headlight.session.Session;
import dev.headlight.testing.FakeEditor;
import dev.headlight.testing.StubModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.lsp4j.ApplyWorkspaceEditParams;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.InlineCompletionTriggerKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Words in an editor, over a model that says door, window, gate at every blank. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WordsTest {
    private static Session session;
    private ServerInProcess server;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        session = new Session("stub", (model, progress, cancellation) -> Inspector.load(model, folder), 1 << 20);
    }

    @BeforeEach
    void start() throws Exception {
        server = ServerInProcess.begun(session);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @AfterAll
    static void close() {
        session.close();
    }

    private Marked check(String marked) {
        return server.check(marked);
    }

    @Test
    void completionOffersWordsAtBothEndsOfABlankAndInIt() throws Exception {
        check("He opened the |[MASK] and walked in.").offers("door", "window", "gate");
        check("He opened the [MA|SK] and walked in.").offers("door", "window", "gate");
        check("He opened the ____| and walked in.").offers("door", "window", "gate");
    }

    @Test
    void completionOffersNothingNextToABlank() throws Exception {
        check("He op|ened the [MASK].").offers();
        check("He opened the |door.").offers();
    }

    @Test
    void aWordReplacesItsBlank() throws Exception {
        check("naïve 🙂 She closed the ____| behind her.").taking("gate", "naïve 🙂 She closed the gate behind her.");
        check("He opened the [MASK|].\nShe closed the ____.")
                .taking("door", "He opened the door.\nShe closed the ____.");
    }

    @Test
    void aBlankAtTheSentenceStartGetsACapital() throws Exception {
        check("____| is open.").offers("Door", "Window", "Gate");
    }

    @Test
    void completionsShowProbabilitiesAndKeepTheirOrder() throws Exception {
        List<CompletionItem> items = check("He opened the [MASK]|.").completions();
        assertThat(items).extracting(CompletionItem::getDetail).containsExactly("50.0 %", "25.0 %", "12.5 %");
        assertThat(items).extracting(CompletionItem::getSortText).isSorted();
        assertThat(items).extracting(CompletionItem::getFilterText).containsOnly("[MASK]");
    }

    @Test
    void everyBlankHasAHint() throws Exception {
        check("He opened the [MASK].\nnaïve 🙂 She closed the ____ too.")
                .shows("He opened the [MASK]‹door · window · gate›.\n"
                        + "naïve 🙂 She closed the ____‹door · window · gate› too.");
        check("Nothing is missing here.").shows("Nothing is missing here.");
    }

    @Test
    void aParagraphOfMoreBlanksThanAnyoneFillsHasNoHintsAndNoErrors() throws Exception {
        String many = "____ ".repeat(300) + "end.";
        check(many + "\n\nShe closed the ____ too.").shows(many + "\n\nShe closed the ____‹door · window · gate› too.");
    }

    @Test
    void aWordOfAHintIsAcceptedInTheVersionShown() throws Exception {
        Marked text = check("He opened the [MASK].");
        var command = text.inlayHints().get(0).getLabel().getRight().get(2).getCommand();
        get(server.server()
                .getWorkspaceService()
                .executeCommand(new ExecuteCommandParams(command.getCommand(), command.getArguments())));
        var edit = server.editor()
                .next(ApplyWorkspaceEditParams.class)
                .getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft();
        assertThat(edit.getTextDocument().getVersion()).isEqualTo(1);
        assertThat(text.with(edit.getEdits().get(0).getLeft())).isEqualTo("He opened the window.");
    }

    @Test
    void acceptingIsRefusedIfTheBlankHasGone() throws Exception {
        Marked text = check("«He» opened the door.");
        String argument = text.asArgument().replaceFirst("\"textDocument\":\\{(.*?)\\}", "$1,\"word\":\"x\"");
        assertThat(code(server.editor().request("headlight.acceptWord", argument)))
                .isEqualTo(ResponseErrorCode.RequestFailed.getValue());
    }

    @Test
    void hoverShowsTheRunnersUp() throws Exception {
        check("She closed the __|__ behind her.")
                .hovers(
                        "____",
                        "door · window · gate\n\n",
                        "1. door (50.0 %)",
                        "4. box (6.2 %)",
                        "10. ",
                        "Headlight · stub");
        check("Sh|e closed the ____.").hoversNothing();
    }

    @Test
    void ghostTextOffersWordsAtTheCursorWhenInvoked() throws Exception {
        Marked text = check("The quick| brown fox.");
        assertThat(text.ghosts(InlineCompletionTriggerKind.Invoked)).containsExactly(" door", " window", " gate");
        assertThat(text.ghosts(InlineCompletionTriggerKind.Automatic)).isEmpty();
        assertThat(check("The quick| ____.").ghosts(InlineCompletionTriggerKind.Invoked))
                .hasSize(3);
    }

    @Test
    void codeActionsFitTheSelection() throws Exception {
        check("The ____| fox.").offers("door", "window", "gate"); // waits for the model
        String[] words = {"Replace with “door”", "Replace with “window”", "Replace with “gate”"};
        check("The «quick» brown fox.")
                .acts(
                        words[0],
                        words[1],
                        words[2],
                        "Visualize Attention",
                        "Why This Word?",
                        "Suggest Words for “quick”");
        check("The q«u»ick brown fox.")
                .acts(
                        words[0],
                        words[1],
                        words[2],
                        "Visualize Attention",
                        "Why This Word?",
                        "Suggest Words for “quick”");
        check("«The quick brown fox.»").acts("Visualize Attention");
        String[] inserted = {
            "Insert “door”", "Insert “window”", "Insert “gate”", "Visualize Attention", "Why This Word?"
        };
        check("He opened the [M|ASK].").acts(inserted);
        check("He opened the [«M»ASK].").acts(inserted);
        check("He opened the «[MASK]».").acts(inserted);
        check("The |quick brown fox.").acts("Visualize Attention");
        check("The« »quick brown fox.").acts("Visualize Attention");
        check("|").acts();
    }

    @Test
    void aWordOfACodeActionReplacesItsBlankInTheVersionShown() throws Exception {
        Marked text = check("He opened the _«_»__ and left.");
        check("The ____| fox.").offers("door", "window", "gate"); // waits for the model
        var edit = text.actions()
                .get(1)
                .getRight()
                .getEdit()
                .getDocumentChanges()
                .get(0)
                .getLeft();
        assertThat(edit.getTextDocument().getVersion()).isEqualTo(1);
        assertThat(text.with(edit.getEdits().get(0).getLeft())).isEqualTo("He opened the window and left.");
    }

    @Test
    void concurrentCodeActionRequestsAreAllAnswered() throws Exception {
        Marked text = check("The «quick» brown fox.");
        var asked = Stream.generate(() -> server.server()
                        .getTextDocumentService()
                        .codeAction(
                                new CodeActionParams(text.id(), text.selection(), new CodeActionContext(List.of()))))
                .limit(50)
                .toList();
        for (var one : asked) {
            assertThat(get(one)).hasSizeBetween(3, 6);
        }
    }

    @Test
    void suggestingWordsReplacesTheSelection() throws Exception {
        Marked text = check("The quick «brown» fox.");
        var words = server.editor()
                .execute("headlight.suggestWords", text.asArgument())
                .getAsJsonObject()
                .getAsJsonArray("words");
        assertThat(words.get(0).getAsJsonObject().get("word").getAsString()).isEqualTo("door");
        assertThat(text.with(server.editor().nextEdit())).isEqualTo("The quick window fox.");
    }

    @Test
    void editsKeepServerAndEditorInStep() throws Exception {
        Marked text = check("He opened the [MASK] and walked in.\nnaïve 🙂 She closed the ____ behind her.");
        change(
                text,
                2,
                new TextDocumentContentChangeEvent(range(0, 14, 20), "door"),
                new TextDocumentContentChangeEvent(range(1, 9, 9), "Then 🙂 "),
                new TextDocumentContentChangeEvent(range(1, 0, 5), ""));
        FakeEditor editor = server.editor();
        assertThat(editor.complete(text.uri(), new Position(0, 18))).isEmpty();
        List<CompletionItem> items = editor.complete(text.uri(), new Position(1, 29));
        assertThat(items).hasSize(3);
        assertThat(items.get(0).getTextEdit().getLeft().getRange()).isEqualTo(range(1, 27, 31));
        change(text, 3, new TextDocumentContentChangeEvent("It is ____ here."));
        assertThat(editor.complete(text.uri(), new Position(0, 8))).hasSize(3);
        server.server().getTextDocumentService().didClose(new DidCloseTextDocumentParams(text.id()));
        assertThat(editor.complete(text.uri(), new Position(0, 8))).isEmpty();
    }

    private void change(Marked text, int version, TextDocumentContentChangeEvent... changes) {
        server.server()
                .getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(text.uri(), version), List.of(changes)));
    }

    @Test
    void changesOutOfRangeAndOfUnknownDocumentsAreHarmless() throws Exception {
        Marked text = check("The quick brown fox.\n");
        change(
                new Marked(server.editor(), "file:///unknown", "", 0, 0),
                1,
                new TextDocumentContentChangeEvent(range(3, 3, 4), "x"));
        change(text, 0, new TextDocumentContentChangeEvent(range(77, 3, 4), "\nA ____."));
        FakeEditor editor = server.editor();
        assertThat(editor.complete(text.uri(), new Position(2, 4))).hasSize(3);
        assertThat(editor.complete(text.uri(), new Position(99, 99))).isEmpty();
        assertThat(editor.complete(text.uri(), new Position(0, 2_000_000_000))).isEmpty();
        assertThat(editor.complete("file:///unknown", new Position(0, 0))).isEmpty();
    }

    @Test
    void commandsWithoutTheirArgumentsAreErrors() throws Exception {
        for (String command :
                List.of("headlight.acceptWord", "headlight.suggestWords", "headlight.visualizeAttention", "no.such")) {
            assertThat(code(server.server()
                            .getWorkspaceService()
                            .executeCommand(new ExecuteCommandParams(command, List.of()))))
                    .isIn(ResponseErrorCode.InvalidParams.getValue(), ResponseErrorCode.RequestFailed.getValue());
            String wordless =
                    FakeEditor.place("file:///x", range(0, 0, 1)).replaceFirst("\"textDocument\":\\{(.*?)\\}", "$1");
            for (String argument : List.of("7", "{\"range\":7}", wordless)) {
                assertThat(code(server.editor().request(command, argument)))
                        .isIn(ResponseErrorCode.InvalidParams.getValue(), ResponseErrorCode.RequestFailed.getValue());
            }
        }
    }

    @Tag("slow")
    @Test
    void hugeLinesAreAnswered() throws Exception {
        String line = "The ship sailed over the sea. ".repeat(100_000);
        check(line + "He opened the __|__ and walked in. " + line).offers("door", "window", "gate");
        server.check("javascript", "f(\"a __|__ b\",'c');" + "f(\"a ____ b\",'c');".repeat(50_000))
                .offers("door", "window", "gate");
    }
}
