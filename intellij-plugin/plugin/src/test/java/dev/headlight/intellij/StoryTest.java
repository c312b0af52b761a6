package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.await;
import static dev.headlight.intellij.StandInIde.onUi;
import static dev.headlight.intellij.StandInIde.run;
import static dev.headlight.intellij.UserActions.TEXT;
import static dev.headlight.intellij.UserActions.act;
import static dev.headlight.intellij.UserActions.blanks;
import static dev.headlight.intellij.UserActions.change;
import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.ide.BrowserUtil;
import com.intellij.ide.plugins.IdeaPluginDescriptor;
import com.intellij.notification.Notification;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.command.CommandProcessor;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.colors.EditorColorsManager;
import com.intellij.openapi.editor.event.EditorFactoryEvent;
import com.intellij.openapi.editor.impl.DocumentImpl;
import com.intellij.openapi.editor.markup.EffectType;
import com.intellij.openapi.extensions.PluginId;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.State;
import dev.headlight.text.Span;
import java.awt.event.HierarchyEvent;
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
import java.util.concurrent.CompletableFuture;
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

/** User actions with attention, models and servers; each test has its own IDE and server. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class StoryTest {
    /** Kept because a client that is garbage-collected stops reading. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path temp;

    private StandInIde ide;

    @BeforeEach
    void open() {
        ide = new StandInIde(() -> UserActions.launch(temp));
    }

    @AfterEach
    void closingTheProjectLeavesNoServer() {
        List<ProcessHandle> servers = ProcessHandle.current().descendants().toList();
        ide.close();
        servers.forEach(server -> server.onExit().join());
    }

    @Test
    void attentionIsShownInTheToolWindowAndFollowsEdits() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        run(() -> editor.select(new Span(0, 33)));
        assertThat(act(editor, new VisualizeAttentionAction())).isTrue();
        assertThat(ide.toolWindowShown).isTrue();
        await(() -> view.loaded.size() == 1);
        assertThat(view.loaded.get(0)).contains("#inspection=1\"").contains("<iframe");
        run(() -> change(editor, 3, 6, "shut"));
        await(() -> view.ran.contains("headlight.open(2, \"\")"));
        run(() -> new ThemeListener().globalSchemeChange(editor.scheme()));
        assertThat(view.ran.get(view.ran.size() - 1)).startsWith("headlight.theme({");
        run(() -> editor.select(new Span(32, 64), new Span(0, 31)));
        assertThat(act(editor, new VisualizeAttentionAction())).isTrue();
        await(() -> view.ran.contains("headlight.open(3, \"\")"));
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1");
        assertThat(http(url + "api/inspections/3", null)).contains("\"pair\":\"She put");
        assertThat(view.loaded).hasSize(1);
    }

    @Test
    void hoveringATokenHighlightsTheEditorAndAcceptingAWordChangesIt() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.of(view)));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1") + "api/inspections/1";
        http(url + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[2],\"incoming\":false}");
        await(() -> !editor.lit.isEmpty());
        assertThat(editor.lit.values()).allSatisfy(lit -> {
            assertThat(lit.attributes().getEffectType()).isEqualTo(EffectType.ROUNDED_BOX);
            assertThat(lit.attributes().getBackgroundColor())
                    .as("the text stays readable")
                    .isNull();
        });
        assertThat(editor.lit.values().stream()
                        .map(lit -> lit.attributes().getEffectColor())
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
    void highlightsDisappearWithTheToolWindowAndComeBackWithIt() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = open(view);
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1") + "api/inspections/1";
        http(url + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[2],\"incoming\":false}");
        await(() -> !editor.lit.isEmpty());
        int count = editor.lit.size();
        run(() -> hide(panel));
        assertThat(editor.lit).isEmpty();
        run(() -> ide.service.attention().visible(panel, true));
        assertThat(editor.lit).hasSize(count);
        run(() -> Disposer.dispose(panel));
        assertThat(editor.lit).isEmpty();
    }

    @Test
    void highlightsDisappearWithTheServer() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        open(view);
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        String url = view.loaded.get(0).replaceAll("(?s).*src=\"([^#]*)#.*", "$1") + "api/inspections/1";
        http(url + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[2],\"incoming\":false}");
        await(() -> !editor.lit.isEmpty());
        run(() -> ide.service.client().stop());
        await(() -> editor.lit.isEmpty());
    }

    @Test
    void anEditElsewhereLeavesThePageAloneAndOneInTheTextDoesNot() throws Exception {
        String before = "A first paragraph.\n\n";
        StandInEditor editor = ide.open("note.md", before + TEXT + "\nThe end.\n");
        RecordingView view = new RecordingView();
        open(view);
        run(() -> editor.moveTo(before.length() + 3));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        run(() -> change(editor, 2, 5, "second"));
        run(() -> change(editor, editor.editor.getDocument().getTextLength() - 3, 2, "xt"));
        TimeUnit.MILLISECONDS.sleep(1500);
        assertThat(view.ran).isEmpty();
        int opened = before.length() + "second".length() - "first".length() + 3;
        run(() -> change(editor, opened, 6, "shut"));
        await(() -> view.ran.contains("headlight.open(2, \"\")"));
        run(() -> change(editor, before.length() - 1, 1, ""));
        await(() -> view.ran.contains("headlight.open(3, \"\")")); // two paragraphs have become one
    }

    @Test
    void whileTheToolWindowIsHiddenEditsAreNotInspected() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = open(view);
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        run(() -> hide(panel));
        run(() -> change(editor, 3, 6, "shut"));
        TimeUnit.MILLISECONDS.sleep(1500);
        assertThat(view.ran).isEmpty();
        run(() -> ide.service.attention().visible(panel, true));
        await(() -> view.ran.contains("headlight.open(2, \"\")"));
    }

    @Test
    void whileTheToolWindowIsHiddenARestartedServerInspectsNothing() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel = open(view);
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        run(() -> hide(panel));
        run(() -> new RestartAction().actionPerformed(new AnActionEvent(editor.editor)));
        await(() -> ide.service.client().state() == State.STARTING);
        await(() -> ide.service.client().state() == State.READY);
        StandInEditor other = ide.open("other.md", TEXT);
        String uri = onUi(() -> ide.service.follow(other.editor).uri);
        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(ide.service
                        .client()
                        .inspect(uri, List.of(new Span(0, 33)))
                        .get(60, TimeUnit.SECONDS)
                        .id())
                .as("the number of the new server's first inspection")
                .isEqualTo(1);
        run(() -> ide.service.attention().visible(panel, true));
        await(() -> view.loaded.size() == 2);
    }

    @Test
    void aSecondInspectionWhileThePageLoadsIsShownOnceItHasLoaded() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        view.slow = true;
        AttentionPanel panel = open(view);
        run(() -> editor.select(new Span(0, 33)));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1);
        run(() -> editor.select(new Span(32, 64)));
        act(editor, new VisualizeAttentionAction());
        await(() -> panel.url().endsWith("#inspection=2"));
        run(() -> new ThemeListener().globalSchemeChange(editor.scheme()));
        assertThat(view.ran).as("the page takes no scripts yet").isEmpty();
        run(view.whenLoaded);
        assertThat(view.ran).hasSize(2).startsWith("headlight.open(2, \"\")");
        run(view.whenLoaded); // a browser may report its empty page first
        assertThat(view.ran).hasSize(2);
        assertThat(view.loaded).hasSize(1);
    }

    @Test
    void editorsThatWereOpenBeforeThePluginGetWords() throws Exception {
        StandInEditor editor = ide.openUnnoticed("note.md", TEXT);
        assertThat(ide.service.find(editor.editor.getDocument())).isEmpty();
        run(() -> loaded("another.plugin"));
        run(() -> {});
        assertThat(ide.service.find(editor.editor.getDocument())).isEmpty();
        run(() -> loaded(InstallListener.PLUGIN));
        await(() -> editor.inlays.size() == 2);
    }

    private static void loaded(String plugin) {
        new InstallListener().pluginLoaded(StandIn.of(IdeaPluginDescriptor.class, new Object() {
            PluginId getPluginId() {
                return PluginId.getId(plugin);
            }
        }));
    }

    @Test
    void changesByWriteActionsInTheBackgroundReachTheServerInOrder() throws Exception {
        Document document = new DocumentImpl("He opened the ____ and walked in.\n", true);
        StandInEditor editor = new StandInEditor(ide.project, document);
        EditorColorsManager.scheme = editor.scheme();
        RecordingView view = new RecordingView();
        open(view);
        run(() -> editor.moveTo(3));
        act(editor, new VisualizeAttentionAction());
        await(() -> view.loaded.size() == 1 && editor.inlays.size() == 1);
        CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        ApplicationManager.getApplication()
                                .runWriteAction(() -> CommandProcessor.getInstance()
                                        .runUndoTransparentAction(() -> document.insertString(0, "Oh, ")));
                    }
                })
                .get(30, TimeUnit.SECONDS);
        await(() -> view.ran.contains("headlight.open(2, \"\")"));
        await(() -> editor.inlays.size() == 1 && shownWords(editor).contains("door"));
        run(() -> editor.moveTo(editor.editor.getDocument().getText().indexOf("____")));
        assertThat(act(editor, new AcceptWordAction.First())).isTrue();
        assertThat(UserActions.text(editor)).isEqualTo("Oh, ".repeat(50) + "He opened the door and walked in.\n");
    }

    private AttentionPanel open(RecordingView view) {
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.of(view)));
        run(() -> {
            Disposer.register(panel, () -> ide.service.attention().closed(panel));
            panel.onVisibility(inSight -> ide.service.attention().visible(panel, inSight));
            ide.service.attention().showIn(panel);
        });
        Disposer.register(ide.service, panel);
        return panel;
    }

    /** Hides the tool window: its content is then no longer showing. */
    private static void hide(AttentionPanel panel) {
        JComponent content = panel.component();
        HierarchyEvent event = new HierarchyEvent(
                content, HierarchyEvent.HIERARCHY_CHANGED, content, null, HierarchyEvent.SHOWING_CHANGED);
        List.of(content.getHierarchyListeners()).forEach(listener -> listener.hierarchyChanged(event));
    }

    @Test
    void withoutABuiltInBrowserThePageOpensInTheDefaultOne() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.empty()));
        Disposer.register(ide.service, panel);
        run(() -> ide.service.attention().showIn(panel));
        act(editor, new VisualizeAttentionAction());
        await(() -> BrowserUtil.OPENED.size() == 1);
        assertThat(BrowserUtil.OPENED.get(0)).matches("http://127\\.0\\.0\\.1:\\d+/open/[0-9a-f]{32}");
        List<JComponent> parts = onUi(() -> parts(panel.component()));
        assertThat(parts.stream().filter(JLabel.class::isInstance).map(part -> ((JLabel) part).getText()))
                .containsExactly("This IDE has no built-in browser. Attention opens in your default one.");
        run(() -> parts.stream().filter(JButton.class::isInstance).forEach(part -> ((JButton) part).doClick()));
        await(() -> BrowserUtil.OPENED.size() == 2);
        assertThat(BrowserUtil.OPENED.get(1)).isNotEqualTo(BrowserUtil.OPENED.get(0));
        run(() -> change(editor, 3, 6, "shut"));
        await(() -> panel.url().endsWith("#inspection=2"));
        assertThat(BrowserUtil.OPENED).as("an edit opens no browser").hasSize(2);
    }

    @Test
    void aMissingModelIsReportedWithALinkToTheSettings() throws Exception {
        HeadlightSettings.Values settings = new HeadlightSettings.Values();
        settings.model = "/no/such/model";
        HeadlightSettings.instance().change(settings);
        ide.open("note.md", TEXT);
        Notification shown = Notification.SHOWN.poll(60, TimeUnit.SECONDS);
        assertThat(shown.content).contains("There is no model");
        assertThat(shown.actions).extracting(action -> action.text).containsExactly("Open Settings");
    }

    @Test
    void theRunningServerSwitchesModelsAndShowsTheNewAttention() throws Exception {
        StandInEditor editor = blanks(ide);
        List<String> before = onUi(() -> shownWords(editor));
        RecordingView view = new RecordingView();
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.of(view)));
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
        await(() -> !view.ran.isEmpty()); // the page is asked to show a new inspection, by the new model
        await(() -> editor.inlays.size() == 2 && !shownWords(editor).equals(before));
        assertThat(ProcessHandle.current().descendants().toList()).containsExactlyElementsOf(servers);
        assertThat(view.loaded).hasSize(1);
    }

    @Test
    void thePageFollowsTheCaret() throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        RecordingView view = new RecordingView();
        AttentionPanel panel =
                onUi(() -> new AttentionPanel(ide.service.attention()::openInBrowser, parent -> Optional.of(view)));
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
            event(lines, "model"); // from here on the page receives events
            run(() -> editor.moveTo(4));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":1,\"token\":2}");
        }
    }

    @Test
    void aRestartedServerKnowsTheSameTexts() throws Exception {
        StandInEditor editor = blanks(ide);
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        run(() -> new RestartAction().actionPerformed(new AnActionEvent(editor.editor)));
        run(() -> change(editor, TEXT.length(), 0, "Another ____ here.\n"));
        await(() -> editor.inlays.size() == 3);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(before);
    }

    @Test
    void theFirstBlankStartsTheServerAndAClosedTextIsForgotten() throws Exception {
        StandInEditor program = ide.open("A.java", "// a comment\n");
        StandInEditor prose = ide.open("a.txt", "It is here.\n");
        TimeUnit.MILLISECONDS.sleep(3L * UiScheduler.QUIET_MS);
        run(() -> {});
        assertThat(ide.service.client().state()).isEqualTo(State.STOPPED);
        run(() -> change(program, 5, 0, "____ "));
        await(() -> program.inlays.size() == 1);
        run(() -> change(prose, 5, 0, " a ____"));
        await(() -> prose.inlays.size() == 1);
        run(() -> new EditorWatcher().editorReleased(new EditorFactoryEvent(prose.editor)));
        assertThat(prose.inlays).isEmpty();
        assertThat(ide.service.find(prose.editor.getDocument())).isEmpty();
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

    private static List<String> shownWords(StandInEditor editor) {
        return HeadlightService.of(editor.editor.getProject())
                .find(editor.editor.getDocument())
                .orElseThrow()
                .words(editor.editor)
                .choices()
                .stream()
                .flatMap(offer -> offer.words().stream())
                .toList();
    }

    /** The data of the next event of a kind. */
    private static String event(BufferedReader lines, String kind) throws IOException {
        String line = lines.readLine();
        while (!line.equals("event: " + kind)) {
            line = lines.readLine();
        }
        return lines.readLine().replaceFirst("data: ", "");
    }

    private static String http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    /** A browser that records what it should show. */
    private static final class RecordingView implements PageView {
        final List<String> loaded = new ArrayList<>();
        final List<String> ran = new ArrayList<>();
        Runnable whenLoaded;
        boolean slow;

        @Override
        public JComponent component() {
            return new JLabel("page");
        }

        @Override
        public void load(String html, Runnable ready) {
            loaded.add(html);
            whenLoaded = ready;
            if (!slow) {
                ready.run();
            }
        }

        @Override
        public void run(String script) {
            ran.add(script);
        }
    }
}
