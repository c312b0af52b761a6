package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.fileEditor.FileDocumentManager;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.util.Disposer;
import com.intellij.openapi.vfs.VirtualFile;
import dev.headlight.client.ClientListener;
import dev.headlight.client.Edit;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.Highlight;
import dev.headlight.client.Launch;
import dev.headlight.client.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Headlight in one project: its server, which ends with the project, and the open texts. */
@Service(Service.Level.PROJECT)
public final class HeadlightService implements Disposable, ClientListener {
    private final Project project;
    private final HeadlightClient client;
    private final Attention attention;
    private final Highlights highlights = new Highlights();
    private final Notices notices;
    /** The highlights of the page, shown or not. */
    private Highlight highlight;

    private final Map<Document, OpenText> texts = new ConcurrentHashMap<>();
    private volatile LoadingTask loading;

    /** The services of all open projects. */
    private static final Set<HeadlightService> OPEN = ConcurrentHashMap.newKeySet();

    public HeadlightService(Project project) {
        this(project, ServerHome::launch);
    }

    /** @param launch provides the launch parameters; called on a thread of the client */
    HeadlightService(Project project, Supplier<Launch> launch) {
        this.project = project;
        notices = new Notices(project);
        client = new HeadlightClient(this, launch);
        attention = new Attention(this);
        Disposer.register(this, attention);
        HeadlightSettings.instance().onChange(this, this::settingsChanged);
        OPEN.add(this);
    }

    /** The names of the models on this machine, from a running server of any project; empty if none runs. */
    static CompletableFuture<List<String>> models() {
        return OPEN.stream()
                .filter(service -> service.client.state() != State.STOPPED)
                .findFirst()
                .map(service -> service.client.models())
                .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
    }

    static HeadlightService of(Project project) {
        return project.getService(HeadlightService.class);
    }

    Project project() {
        return project;
    }

    HeadlightClient client() {
        return client;
    }

    Attention attention() {
        return attention;
    }

    Notices notices() {
        return notices;
    }

    private void settingsChanged(HeadlightSettings.Values before, HeadlightSettings.Values now) {
        if (client.state() != State.STOPPED && !now.needsNoRestart(before)) {
            client.restart();
        } else if (!now.model().equals(before.model())) {
            client.useModel(now.model());
        }
        texts.values().forEach(OpenText::refresh);
    }

    // ---- texts

    /** Starts to follow an editor's text if its language has blanks. */
    void opened(Editor editor) {
        text(editor).ifPresent(text -> text.add(editor));
    }

    /** The text of an editor, opened if necessary. */
    private Optional<OpenText> text(Editor editor) {
        Document document = editor.getDocument();
        VirtualFile file = FileDocumentManager.getInstance().getFile(document);
        if (file == null) {
            return Optional.empty();
        }
        return FileLanguages.of(file)
                .map(language -> texts.computeIfAbsent(document, key -> {
                    OpenText text = new OpenText(this, document, file.getUrl(), language);
                    Disposer.register(this, text);
                    return text;
                }));
    }

    /** The text of a document, if it is open. May be called from any thread. */
    Optional<OpenText> find(Document document) {
        return Optional.ofNullable(texts.get(document));
    }

    /** The text of an editor, opened even if its language has no blanks. */
    OpenText follow(Editor editor) {
        OpenText followed = texts.computeIfAbsent(editor.getDocument(), document -> {
            VirtualFile file = FileDocumentManager.getInstance().getFile(document);
            String uri = file == null ? "untitled:" + System.identityHashCode(document) : file.getUrl();
            String language =
                    Optional.ofNullable(file).flatMap(FileLanguages::of).orElse("plaintext");
            OpenText text = new OpenText(this, document, uri, language);
            Disposer.register(this, text);
            return text;
        });
        followed.add(editor);
        return followed;
    }

    void released(Editor editor) {
        OpenText text = texts.get(editor.getDocument());
        if (text != null && text.remove(editor)) {
            texts.remove(editor.getDocument());
            Disposer.dispose(text);
        }
    }

    private Optional<OpenText> byUri(String uri) {
        return texts.values().stream().filter(text -> text.uri.equals(uri)).findFirst();
    }

    // ---- events of the server, on a thread of the client

    @Override
    public void stateChanged(State state) {
        LoadingTask before = loading;
        if (state != State.LOADING && before != null) {
            loading = null;
            before.done();
        }
        if (state == State.READY) {
            UiScheduler.onUi(project, () -> {
                texts.values().forEach(OpenText::refresh);
                attention.serverIsReady();
            });
        } else if (state == State.STOPPED) {
            UiScheduler.onUi(project, () -> {
                highlight = null;
                highlights.clear();
            });
        }
    }

    @Override
    public void loading(String message, int percent) {
        if (loading == null) {
            loading = new LoadingTask(project, client);
            LoadingTask begun = loading;
            UiScheduler.onUi(project, begun::queue);
        }
        loading.step(message, percent);
    }

    @Override
    public void highlight(Highlight now) {
        UiScheduler.onUi(project, () -> {
            highlight = now;
            restoreHighlights();
        });
    }

    /** Removes the highlights, until the page is in sight again or shows others. */
    void clearHighlights() {
        highlights.clear();
    }

    /** Shows the highlights of the page, unless its text has changed. */
    void restoreHighlights() {
        if (highlight != null) {
            byUri(highlight.uri())
                    .filter(text -> text.version() == highlight.version())
                    .ifPresent(text -> highlights.show(text.editors(), highlight));
        }
    }

    @Override
    public CompletableFuture<Boolean> apply(Edit edit) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        UiScheduler.onUi(
                project,
                () -> done.complete(byUri(edit.uri())
                        .filter(text -> text.version() == edit.version())
                        .map(text -> Edits.replace(project, text.document(), edit.span(), edit.text()))
                        .orElse(false)));
        return done;
    }

    @Override
    public void failed(String message, Remedy remedy) {
        UiScheduler.onUi(project, () -> notices.failed(message, remedy, this::loadAgain));
    }

    private void loadAgain() {
        client.useModel(HeadlightSettings.get().model());
    }

    @Override
    public void dispose() {
        OPEN.remove(this);
        highlights.clear();
        client.close();
    }
}
