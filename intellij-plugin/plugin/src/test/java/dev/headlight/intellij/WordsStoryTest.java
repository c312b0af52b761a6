package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.await;
import static dev.headlight.intellij.StandInIde.run;
import static dev.headlight.intellij.UserActions.BLANK;
import static dev.headlight.intellij.UserActions.TEXT;
import static dev.headlight.intellij.UserActions.act;
import static dev.headlight.intellij.UserActions.blanks;
import static dev.headlight.intellij.UserActions.change;
import static dev.headlight.intellij.UserActions.press;
import static dev.headlight.intellij.UserActions.text;
import static dev.headlight.intellij.UserActions.words;
import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.codeInsight.lookup.LookupElement;
import com.intellij.codeInsight.lookup.LookupElementPresentation;
import com.intellij.codeInsight.lookup.LookupEx;
import com.intellij.codeInsight.lookup.LookupManager;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.command.CommandEvent;
import com.intellij.openapi.command.CommandListener;
import com.intellij.openapi.command.CommandProcessor;
import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.event.DocumentEvent;
import com.intellij.openapi.editor.event.DocumentListener;
import com.intellij.openapi.editor.event.EditorMouseEvent;
import dev.headlight.client.State;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.swing.JComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * User actions with words, on the platform's own documents and commands, with the packaged server, which all tests share.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class WordsStoryTest {
    @TempDir
    static Path temp;

    private static StandInIde ide;

    @BeforeAll
    static void open() {
        ide = new StandInIde(() -> UserActions.launch(temp));
    }

    @AfterEach
    void closeTheEditors() {
        ide.closeEditors();
        run(() -> HeadlightSettings.instance().change(new HeadlightSettings.Values()));
    }

    @AfterAll
    static void closingTheProjectLeavesNoServer() {
        List<ProcessHandle> servers = ProcessHandle.current().descendants().toList();
        ide.close();
        servers.forEach(server -> server.onExit().join());
    }

    @Test
    void threeWordsAppearNextToEveryBlankAndTabAcceptsTheFirst() throws Exception {
        StandInEditor editor = blanks(ide);
        assertThat(press(editor, KeyEvent.VK_TAB))
                .as("Tab keeps its meaning away from blanks")
                .isFalse();
        run(() -> editor.moveTo(BLANK + 4));
        assertThat(words(editor)).hasSize(3).startsWith("door");
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT.replace("____", "door"));
        assertThat(editor.caret()).isEqualTo(BLANK + 4);
        await(() -> editor.inlays.size() == 1);
    }

    @Test
    void acceptingAWordIsOneCommandWithOneChange() throws Exception {
        StandInEditor editor = blanks(ide);
        List<String> heard = new ArrayList<>();
        run(() -> {
            editor.moveTo(BLANK);
            hear(editor, heard);
        });
        assertThat(act(editor, new AcceptWordAction.First())).isTrue();
        assertThat(heard).containsExactly("Headlight: door", "____ → door");
    }

    /** Records the commands and the changes of an editor's text. */
    private static void hear(StandInEditor editor, List<String> heard) {
        ApplicationManager.getApplication()
                .getMessageBus()
                .connect(ide.service)
                .subscribe(CommandListener.TOPIC, new CommandListener() {
                    @Override
                    public void commandStarted(CommandEvent event) {
                        heard.add(event.getCommandName());
                    }
                });
        editor.editor
                .getDocument()
                .addDocumentListener(
                        new DocumentListener() {
                            @Override
                            public void documentChanged(DocumentEvent event) {
                                assertThat(CommandProcessor.getInstance().getCurrentCommand())
                                        .isNotNull();
                                heard.add(event.getOldFragment() + " → " + event.getNewFragment());
                            }
                        },
                        ide.service);
    }

    @Test
    void actionsAcceptTheSecondAndThirdWordsAndTabTheNext() throws Exception {
        StandInEditor editor = blanks(ide);
        run(() -> editor.moveTo(BLANK));
        List<String> words = words(editor);
        assertThat(act(editor, new NextWordAction())).isTrue();
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT.replace("____", words.get(1)));
        int mask = text(editor).indexOf("[MASK]");
        run(() -> editor.moveTo(mask + 2));
        String third = words(editor).get(2);
        assertThat(act(editor, new AcceptWordAction.Third())).isTrue();
        assertThat(text(editor)).contains("put the " + third + " on");
        assertThat(act(editor, new AcceptWordAction.Second())).isFalse();
    }

    @Test
    void escapeDismissesWordsUntilTheirBlankChanges() throws Exception {
        StandInEditor editor = blanks(ide);
        run(() -> editor.moveTo(BLANK));
        assertThat(press(editor, KeyEvent.VK_ESCAPE)).isTrue();
        assertThat(editor.inlays).hasSize(1);
        assertThat(press(editor, KeyEvent.VK_ESCAPE)).isFalse();
        run(() -> change(editor, TEXT.length() - 1, 0, " A ____ it is."));
        await(() -> editor.inlays.size() == 2); // the new one and the second, not the dismissed one
        run(() -> change(editor, BLANK, 0, "__"));
        await(() -> editor.inlays.size() == 3);
    }

    @Test
    void aCompletionListKeepsTabAndEscape() throws Exception {
        StandInEditor editor = blanks(ide);
        run(() -> editor.moveTo(BLANK));
        LookupManager.open = StandIn.of(LookupEx.class, new Object());
        assertThat(press(editor, KeyEvent.VK_TAB)).isFalse();
        LookupManager.open = null;
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
    }

    @Test
    void clickingAWordAcceptsIt() throws Exception {
        StandInEditor editor = blanks(ide);
        run(() -> editor.moveTo(BLANK));
        List<String> words = words(editor);
        run(() -> {
            WordsRenderer renderer = (WordsRenderer) editor.inlays.get(0).getRenderer();
            int x = IntStream.range(0, editor.inlays.get(0).getBounds().width)
                    .filter(at -> renderer.wordAt(editor.editor, at) == 2)
                    .findFirst()
                    .orElseThrow();
            int left = editor.inlays.get(0).getBounds().x;
            JComponent content = editor.editor.getContentComponent();
            MouseEvent click = new MouseEvent(content, 0, 0, InputEvent.BUTTON1_DOWN_MASK, left + x, 5, 1, false);
            EditorMouseEvent event = new EditorMouseEvent(editor.inlays.get(0), click);
            editor.mouse.mouseClicked(event);
            assertThat(event.consumed).isTrue();
        });
        assertThat(text(editor)).isEqualTo(TEXT.replace("____", words.get(2)));
    }

    @Test
    void aSelectedWordGetsSuggestionsAndTabReplacesIt() throws Exception {
        StandInEditor editor = ide.open("note.md", "The quick brown fox jumps over the lazy dog.");
        run(() -> editor.select(new Span(4, 9)));
        AnActionEvent event = new AnActionEvent(editor.editor);
        run(() -> new SuggestWordsAction().update(event));
        assertThat(event.getPresentation().text).isEqualTo("Suggest Words for “quick”");
        assertThat(act(editor, new SuggestWordsAction())).isTrue();
        await(() -> editor.inlays.size() == 1);
        String first = words(editor).get(0);
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo("The " + first + " brown fox jumps over the lazy dog.");
    }

    @Test
    void whyIsOfferedAtAWordAndNotBetweenWords() throws Exception {
        StandInEditor editor = ide.open("note.md", "The quick  --  fox.");
        for (int caret : new int[] {0, 6, 9, 15, 18}) {
            assertThat(offersWhy(editor, caret)).as("caret at %d", caret).isTrue();
        }
        assertThat(offersWhy(editor, 11)).isFalse();
    }

    private static boolean offersWhy(StandInEditor editor, int caret) {
        run(() -> editor.moveTo(caret));
        AnActionEvent event = new AnActionEvent(editor.editor);
        run(() -> new WhyThisWordAction().update(event));
        return event.getPresentation().enabled;
    }

    @Test
    void aPartOfAWordStandsForTheWholeWord() throws Exception {
        StandInEditor editor = ide.open("Makefile", "The quick brown fox jumps over the lazy dog.");
        run(() -> editor.select(new Span(5, 8)));
        AnActionEvent event = new AnActionEvent(editor.editor);
        run(() -> new SuggestWordsAction().update(event));
        assertThat(event.getPresentation().text).isEqualTo("Suggest Words for “quick”");
        act(editor, new SuggestWordsAction());
        await(() -> editor.inlays.size() == 1);
        String first = words(editor).get(0);
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo("The " + first + " brown fox jumps over the lazy dog.");
    }

    @Test
    void replacingASelectedWordIsOneCommandWithOneChange() throws Exception {
        String before = "The quick brown fox jumps over the lazy dog.";
        StandInEditor editor = ide.open("note.md", before);
        run(() -> editor.select(new Span(4, 9)));
        act(editor, new SuggestWordsAction());
        await(() -> editor.inlays.size() == 1);
        String first = words(editor).get(0);
        List<String> heard = new ArrayList<>();
        run(() -> hear(editor, heard));
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(heard).containsExactly("Headlight: " + first, "quick → " + first);
    }

    @Test
    void anEditElsewhereKeepsTheSelectedWordAndTheRequestedOnes() throws Exception {
        String apart = "\n" + "Far apart. ".repeat(300) + "\n\n"; // more than what the words of a blank depend on
        StandInEditor editor = ide.open("note.md", TEXT + apart);
        await(() -> editor.inlays.size() == 2);
        int looked = TEXT.indexOf("looked");
        run(() -> editor.select(new Span(looked, looked + 6)));
        act(editor, new SuggestWordsAction());
        await(() -> editor.inlays.size() == 3);
        run(() -> editor.moveTo(BLANK));
        act(editor, new NextWordAction());
        List<Inlay<?>> before = List.copyOf(editor.inlays);
        run(() -> change(editor, (TEXT + apart).length(), 0, "Another has a ____ in it.\n"));
        await(() -> editor.inlays.size() == 4);
        assertThat(editor.inlays).startsWith(before.toArray(Inlay<?>[]::new));
        List<String> words = words(editor);
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).startsWith(TEXT.strip().replace("____", words.get(1)));
    }

    @Test
    void onlyOneWordCanBeReplaced() {
        StandInEditor editor = ide.open("note.md", "The quick brown fox.");
        assertThat(act(editor, new SuggestWordsAction())).isFalse();
        run(() -> editor.select(new Span(4, 15)));
        assertThat(act(editor, new SuggestWordsAction())).isFalse();
    }

    @Test
    void theCompletionListShowsTheWordsAndTheirProbabilities() throws Exception {
        StandInEditor editor = blanks(ide);
        OpenText text = ide.service.find(editor.editor.getDocument()).orElseThrow();
        Optional<Words> found = CancellableWait.forAnswer(ide.service.client().complete(text.uri, BLANK + 4))
                .orElseThrow();
        List<LookupElement> items = BlankCompletionContributor.elements(found.orElseThrow(), BLANK + 4);
        assertThat(items).extracting(LookupElement::getLookupString).hasSize(3).startsWith("door");
        LookupElementPresentation shown = new LookupElementPresentation();
        items.get(0).renderElement(shown);
        assertThat(shown.getTypeText()).matches("\\d+\\.\\d %");
    }

    @Test
    void aReadOnlyTextIsNotChanged() throws Exception {
        StandInEditor editor = blanks(ide);
        run(() -> editor.moveTo(BLANK));
        run(() -> editor.editor.getDocument().setReadOnly(true));
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT);
    }

    @Test
    void wordsCanBeHidden() throws Exception {
        StandInEditor editor = blanks(ide);
        HeadlightSettings.Values settings = new HeadlightSettings.Values();
        settings.inline = false;
        run(() -> HeadlightSettings.instance().change(settings));
        await(() -> editor.inlays.isEmpty());
        assertThat(ide.service.client().state()).as("no restart is necessary").isEqualTo(State.READY);
    }
}
