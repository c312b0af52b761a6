package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.await;
import static dev.headlight.intellij.StandInIde.onUi;
import static dev.headlight.intellij.StandInIde.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.codeInsight.lookup.LookupElement;
import com.intellij.codeInsight.lookup.LookupElementPresentation;
import com.intellij.codeInsight.lookup.LookupEx;
import com.intellij.codeInsight.lookup.LookupManager;
import com.intellij.ide.BrowserUtil;
import com.intellij.notification.Notification;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.actionSystem.CustomShortcutSet;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.command.CommandEvent;
import com.intellij.openapi.command.CommandListener;
import com.intellij.openapi.command.CommandProcessor;
import com.intellij.openapi.command.WriteCommandAction;
import com.intellij.openapi.editor.event.DocumentEvent;
import com.intellij.openapi.editor.event.DocumentListener;
import com.intellij.openapi.editor.event.EditorFactoryEvent;
import com.intellij.openapi.editor.event.EditorMouseEvent;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import dev.headlight.client.Span;
import dev.headlight.client.State;
import dev.headlight.client.Words;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.event.MouseEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** What a person does, on the platform's own documents and commands, with the server as it was packaged. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class StoryTest {
    private static final String TEXT = "He opened the ____ and walked in. She closed the [MASK] behind her.\n";
    private static final int BLANK = TEXT.indexOf("____");

    /** Kept: a client that is collected stops reading. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path temp;

    private StandInIde ide;

    @BeforeEach
    void open() {
        ide = new StandInIde(() -> new Launch(
                Path.of(System.getProperty("headlight.home")),
                JavaRuntime.own(),
                "",
                HeadlightSettings.get().model(),
                HeadlightSettings.get().precision,
                3,
                temp.resolve("log")));
    }

    @AfterEach
    void closingTheProjectLeavesNoServer() {
        List<ProcessHandle> servers = ProcessHandle.current().descendants().toList();
        ide.close();
        servers.forEach(server -> server.onExit().join());
    }

    private StandInEditor blanks() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        await(() -> editor.inlays.size() == 2);
        return editor;
    }

    private static String text(StandInEditor editor) {
        return onUi(() -> editor.editor.getDocument().getText());
    }

    /** Presses a key in an editor; says whether somebody wanted it. */
    private static boolean press(StandInEditor editor, int key) {
        return onUi(() -> {
            for (AnAction.Bound bound : List.copyOf(AnAction.BOUND)) {
                if (((CustomShortcutSet) bound.shortcuts()).stroke.getKeyCode() == key
                        && bound.component() == editor.editor.getContentComponent()) {
                    AnActionEvent event = new AnActionEvent(editor.editor);
                    bound.action().update(event);
                    if (event.getPresentation().enabled) {
                        bound.action().actionPerformed(event);
                        return true;
                    }
                }
            }
            return false;
        });
    }

    private static boolean act(StandInEditor editor, AnAction action) {
        return onUi(() -> {
            AnActionEvent event = new AnActionEvent(editor.editor);
            action.update(event);
            if (event.getPresentation().enabled) {
                action.actionPerformed(event);
            }
            return event.getPresentation().enabled;
        });
    }

    private static List<String> words(StandInEditor editor) {
        return onUi(() -> {
            Offer offer = HeadlightService.of(editor.editor.getProject())
                    .find(editor.editor.getDocument())
                    .orElseThrow()
                    .words(editor.editor)
                    .current()
                    .orElseThrow();
            return offer.words();
        });
    }

    @Test
    void threeWordsStandBesideEveryBlankAndTabTakesTheFirst() throws Exception {
        StandInEditor editor = blanks();
        assertThat(press(editor, KeyEvent.VK_TAB))
                .as("Tab is the editor's where no blank is")
                .isFalse();
        run(() -> editor.moveTo(BLANK + 4));
        assertThat(words(editor)).hasSize(3).startsWith("door");
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT.replace("____", "door"));
        assertThat(editor.caret()).isEqualTo(BLANK + 4);
        await(() -> editor.inlays.size() == 1);
    }

    @Test
    void takingAWordIsOneCommandWithOneChange() throws Exception {
        StandInEditor editor = blanks();
        List<String> heard = new ArrayList<>();
        run(() -> {
            editor.moveTo(BLANK);
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
        });
        assertThat(act(editor, new AcceptWordAction.First())).isTrue();
        assertThat(heard).containsExactly("Headlight: door", "____ → door");
    }

    @Test
    void theSecondAndThirdWordsAreTakenByTheirActionsAndTheNextByTab() throws Exception {
        StandInEditor editor = blanks();
        run(() -> editor.moveTo(BLANK));
        List<String> words = words(editor);
        assertThat(act(editor, new NextWordAction())).isTrue();
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT.replace("____", words.get(1)));
        int mask = text(editor).indexOf("[MASK]");
        run(() -> editor.moveTo(mask + 2));
        String third = words(editor).get(2);
        assertThat(act(editor, new AcceptWordAction.Third())).isTrue();
        assertThat(text(editor)).contains("closed the " + third + " behind");
        assertThat(act(editor, new AcceptWordAction.Second())).isFalse();
    }

    @Test
    void escapeDismissesWordsUntilTheirBlankIsAnother() throws Exception {
        StandInEditor editor = blanks();
        run(() -> editor.moveTo(BLANK));
        assertThat(press(editor, KeyEvent.VK_ESCAPE)).isTrue();
        assertThat(editor.inlays).hasSize(1);
        assertThat(press(editor, KeyEvent.VK_ESCAPE)).isFalse();
        run(() -> change(editor, TEXT.length() - 1, 0, " A ____ it is."));
        await(() -> editor.inlays.size() == 2); // the new one beside the second, not the dismissed one
        run(() -> change(editor, BLANK, 0, "__"));
        await(() -> editor.inlays.size() == 3);
    }

    private void change(StandInEditor editor, int offset, int length, String by) {
        WriteCommandAction.runWriteCommandAction(
                ide.project, () -> editor.editor.getDocument().replaceString(offset, offset + length, by));
    }

    @Test
    void aListOfCompletionsKeepsTabAndEscape() throws Exception {
        StandInEditor editor = blanks();
        run(() -> editor.moveTo(BLANK));
        LookupManager.open = StandIn.of(LookupEx.class, new Object());
        assertThat(press(editor, KeyEvent.VK_TAB)).isFalse();
        LookupManager.open = null;
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
    }

    @Test
    void aClickOnAWordTakesIt() throws Exception {
        StandInEditor editor = blanks();
        run(() -> editor.moveTo(BLANK));
        List<String> words = words(editor);
        run(() -> {
            WordsRenderer renderer = (WordsRenderer) editor.inlays.get(0).getRenderer();
            int x = 0;
            while (renderer.wordAt(editor.editor, x) != 2) {
                x++;
            }
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
    void aSelectedWordIsOfferedOthersAndTabReplacesIt() throws Exception {
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
    void suggestingIsForOneWord() {
        StandInEditor editor = ide.open("note.md", "The quick brown fox.");
        assertThat(act(editor, new SuggestWordsAction())).isFalse();
        run(() -> editor.select(new Span(4, 15)));
        assertThat(act(editor, new SuggestWordsAction())).isFalse();
    }

    @Test
    void theListOfCompletionsHasTheWordsAndTheirProbabilities() throws Exception {
        StandInEditor editor = blanks();
        OpenText text = ide.service.find(editor.editor.getDocument()).orElseThrow();
        Optional<Words> found = Waiting.forAnswer(ide.service.client().complete(text.uri, BLANK + 4))
                .orElseThrow();
        List<LookupElement> items = BlankCompletionContributor.elements(found.orElseThrow(), BLANK + 4);
        assertThat(items).extracting(LookupElement::getLookupString).hasSize(3).startsWith("door");
        LookupElementPresentation shown = new LookupElementPresentation();
        items.get(0).renderElement(shown);
        assertThat(shown.getTypeText()).matches("\\d+\\.\\d %");
    }

    @Test
    void attentionIsShownInTheToolWindowAndFollowsEdits() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = onUi(() -> new AttentionPanel(parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        run(() -> editor.select(new Span(0, 33)));
        assertThat(act(editor, new VisualizeAttentionAction())).isTrue();
        assertThat(ide.toolWindowActivated).isTrue();
        await(() -> view.loaded.size() == 1);
        assertThat(view.loaded.get(0)).contains("#inspection=1\"").contains("<iframe");
        run(() -> change(editor, 3, 6, "shut"));
        await(() -> view.ran.contains("headlight.open(2)"));
        run(() -> new ThemeListener().globalSchemeChange(editor.scheme()));
        assertThat(view.ran.get(view.ran.size() - 1)).startsWith("headlight.theme({");
        run(() -> editor.select(new Span(32, 64), new Span(0, 31)));
        assertThat(act(editor, new VisualizeAttentionAction())).isTrue();
        await(() -> view.ran.contains("headlight.open(3)"));
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1");
        assertThat(http(url + "api/inspections/3", null)).contains("\"pair\":\"She closed");
        assertThat(view.loaded).hasSize(1);
    }

    @Test
    void aTokenThatIsPointedAtInThePanelLightsUpTheEditorAndAWordThatIsTakenThereChangesIt() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = onUi(() -> new AttentionPanel(parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1") + "api/inspections/1";
        http(url + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[2],\"incoming\":false}");
        await(() -> !editor.lit.isEmpty());
        assertThat(editor.lit.values())
                .extracting(lit -> lit.attributes().getBackgroundColor())
                .doesNotContainNull();
        assertThat(editor.lit.values().stream()
                        .map(lit -> lit.attributes().getBackgroundColor())
                        .distinct()
                        .count())
                .as("several strengths")
                .isGreaterThan(1);
        http(url + "/pointer", "{}");
        await(() -> editor.lit.isEmpty());
        http(url + "/accept", "{\"blank\":0,\"word\":0}");
        await(() -> editor.editor.getDocument().getText().equals(TEXT.replace("____", "door")));
    }

    @Test
    void withoutABrowserOfItsOwnTheIdeOpensThePageInThePersonsAndSaysSo() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        AttentionPanel panel = onUi(() -> new AttentionPanel(parent -> Optional.empty()));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        act(editor, new VisualizeAttentionAction());
        await(() -> BrowserUtil.OPENED.size() == 1);
        assertThat(BrowserUtil.OPENED.get(0)).matches("http://127\\.0\\.0\\.1:\\d+/\\w+/#inspection=1");
        List<JComponent> parts = onUi(() -> parts(panel.component()));
        assertThat(parts.stream().filter(JLabel.class::isInstance).map(part -> ((JLabel) part).getText()))
                .containsExactly("This IDE has no browser of its own: attention is shown in yours.");
        run(() -> parts.stream().filter(JButton.class::isInstance).forEach(part -> ((JButton) part).doClick()));
        assertThat(BrowserUtil.OPENED).hasSize(2);
        run(() -> change(editor, 3, 6, "shut"));
        await(() -> panel.url().endsWith("#inspection=2"));
        assertThat(BrowserUtil.OPENED).as("an edit opens no browser").hasSize(2);
    }

    private static List<JComponent> parts(JComponent of) {
        List<JComponent> found = new ArrayList<>(List.of(of));
        for (var part : of.getComponents()) {
            if (part instanceof JComponent component) {
                found.addAll(parts(component));
            }
        }
        return found;
    }

    @Test
    void aModelThatIsNotThereIsToldInOneSentenceWithTheSettingsAtHand() throws Exception {
        HeadlightSettings.Values settings = new HeadlightSettings.Values();
        settings.model = "/no/such/model";
        HeadlightSettings.instance().change(settings);
        ide.open("note.md", TEXT);
        Notification told = Notification.TOLD.poll(60, TimeUnit.SECONDS);
        assertThat(told.content).contains("There is no model");
        assertThat(told.actions).extracting(action -> action.text).containsExactly("Open Settings");
    }

    @Test
    void anotherModelOfTheSettingsIsTakenByTheServerThatRunsAndShowsWhatItLooksAt() throws Exception {
        StandInEditor editor = blanks();
        List<String> before = onUi(() -> shownWords(editor));
        RecordingView view = new RecordingView();
        AttentionPanel panel = onUi(() -> new AttentionPanel(parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        List<ProcessHandle> servers = ProcessHandle.current().descendants().toList();
        HeadlightSettings.Values settings = new HeadlightSettings.Values();
        settings.model = Path.of("../../server/src/test/resources/oracle/bert")
                .toAbsolutePath()
                .normalize()
                .toString();
        run(() -> HeadlightSettings.instance().change(settings));
        await(() -> !view.ran.isEmpty()); // the page is told to show a new inspection, by the new model
        await(() -> editor.inlays.size() == 2 && !shownWords(editor).equals(before));
        assertThat(ProcessHandle.current().descendants().toList()).containsExactlyElementsOf(servers);
        assertThat(view.loaded).hasSize(1);
    }

    private static List<String> shownWords(StandInEditor editor) {
        return HeadlightService.of(editor.editor.getProject())
                .find(editor.editor.getDocument())
                .orElseThrow()
                .words(editor.editor)
                .offers()
                .stream()
                .flatMap(offer -> offer.words().stream())
                .toList();
    }

    @Test
    void aTextThatCanNotBeWrittenToIsLeftAlone() throws Exception {
        StandInEditor editor = blanks();
        run(() -> editor.moveTo(BLANK));
        run(() -> editor.editor.getDocument().setReadOnly(true));
        assertThat(press(editor, KeyEvent.VK_TAB)).isTrue();
        assertThat(text(editor)).isEqualTo(TEXT);
    }

    @Test
    void theCaretLeadsThePageToItsToken() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = onUi(() -> new AttentionPanel(parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        await(() -> ide.service.client().state() == State.READY);
        HttpRequest request = HttpRequest.newBuilder(URI.create(panel.url().replaceFirst("#.*", "api/events")))
                .header("Accept", "text/event-stream")
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            event(lines, "model"); // from here on the page is told
            run(() -> editor.moveTo(4));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":1,\"token\":2}");
        }
    }

    /** The data of the next event of a kind. */
    private static String event(BufferedReader lines, String kind) throws IOException {
        String line = lines.readLine();
        while (!line.equals("event: " + kind)) {
            line = lines.readLine();
        }
        return lines.readLine().replaceFirst("data: ", "");
    }

    @Test
    void restartingStartsAnotherServerThatKnowsTheSameTexts() throws Exception {
        StandInEditor editor = blanks();
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        run(() -> editor.inlays.clear());
        run(() -> new RestartAction().actionPerformed(new AnActionEvent(editor.editor)));
        await(() -> editor.inlays.size() == 2);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(before);
    }

    @Test
    void wordsAreHiddenWhereAPersonDoesNotWantThem() throws Exception {
        StandInEditor editor = blanks();
        HeadlightSettings.Values settings = new HeadlightSettings.Values();
        settings.inline = false;
        run(() -> HeadlightSettings.instance().change(settings));
        await(() -> editor.inlays.isEmpty());
        assertThat(ide.service.client().state())
                .as("nothing has to start anew for that")
                .isEqualTo(State.READY);
    }

    @Test
    void aProgramAloneStartsNoServerAndAClosedTextIsForgotten() throws Exception {
        StandInEditor program = ide.open("A.java", "// a ____ here\n");
        StandInEditor prose = ide.open("a.txt", "It is a ____ here.\n");
        assertThat(ide.service.client().state()).isEqualTo(State.STOPPED); // whatever a text asks, it asks later
        await(() -> prose.inlays.size() == 1);
        run(() -> new EditorWatcher().editorReleased(new EditorFactoryEvent(prose.editor)));
        assertThat(prose.inlays).isEmpty();
        assertThat(ide.service.find(prose.editor.getDocument())).isEmpty();
        await(() -> program.inlays.size() == 1); // there is a server now
    }

    private static String http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    /** A browser that remembers what it is to show. */
    private static final class RecordingView implements PageView {
        final List<String> loaded = new ArrayList<>();
        final List<String> ran = new ArrayList<>();

        @Override
        public JComponent component() {
            return new JLabel("page");
        }

        @Override
        public void load(String html) {
            loaded.add(html);
        }

        @Override
        public void run(String script) {
            ran.add(script);
        }
    }
}
