package dev.headlight.client;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.text.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.ExecuteCommandParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintLabelPart;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WindowClientCapabilities;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceEditCapabilities;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/**
 * The language server, as one editor uses it: started when it is first asked, watched, started again when it dies, and
 * told anew which texts are open. All methods may be called from any thread and return at once, whatever the server does:
 * one thread of its own, the outbox, talks to it.
 */
public final class HeadlightClient implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HeadlightClient.class.getName());
    private static final Gson GSON = new Gson();

    private final ClientListener editor;
    private final Supplier<Launch> launch;
    private final ScheduledExecutorService outbox =
            Executors.newSingleThreadScheduledExecutor(work -> Connection.daemon("headlight-outbox", work));
    private volatile State state = State.STOPPED;
    private volatile boolean closed;
    private volatile Connection connection;

    // What follows is touched by the outbox alone.
    private final Backoff backoff;
    private final Map<String, OpenDocument> documents = new LinkedHashMap<>();
    private final List<Question> waiting = new ArrayList<>();
    private Incoming incoming;
    private boolean greeted;
    /** Whether a model has answered, which does so until another is loaded. */
    private boolean answers;
    /** Whether a person gave up what is being loaded. */
    private boolean givenUp;
    /** What was told last of a model that failed: a server may say it twice. */
    private String told = "";

    private Future<?> restart;

    /** What is asked as soon as there is a server. */
    private record Question(CompletableFuture<?> answer, Runnable ask) {}

    /**
     * @param editor is told what happens
     * @param launch asked at every start, on the client's own thread; may throw a {@link HeadlightException}
     */
    public HeadlightClient(ClientListener editor, Supplier<Launch> launch) {
        this(editor, launch, Duration.ofMillis(500));
    }

    /** @param firstWait before a server that died is started again */
    HeadlightClient(ClientListener editor, Supplier<Launch> launch, Duration firstWait) {
        this.editor = editor;
        this.launch = launch;
        this.backoff = new Backoff(firstWait);
    }

    public State state() {
        return state;
    }

    // ---- the server's life

    /** Starts the server where it doesn't run. */
    public void start() {
        run(this::startNow);
    }

    /** Starts it anew, as it is to be launched now; deaths before are forgiven. */
    public void restart() {
        run(() -> {
            backoff.forgive();
            stopNow();
            startNow();
        });
    }

    /** Ends the server, until it is started or asked again. */
    public void stop() {
        Connection now = connection;
        if (now != null) {
            now.end(); // even where the outbox waits for a server that doesn't read
        }
        run(() -> {
            stopNow();
            fail("Headlight’s server was stopped: ask again.");
        });
    }

    /**
     * Has a running server take another model; the one before answers until then. A server that doesn't run is not
     * started for it. What goes wrong is told as what is loaded is.
     */
    public void useModel(String model) {
        run(() -> {
            if (connection != null) {
                whenGreeted(new Question(
                        new CompletableFuture<>(),
                        () -> connection.track(connection.server.useModel(new Messages.UseModel(model)))));
            }
        });
    }

    /** Gives up the model that is being loaded; the one before, if there is one, stays. */
    public void cancelLoading() {
        run(() -> {
            if (greeted && state == State.LOADING) {
                givenUp = true;
                connection.server.cancelProgress(new WorkDoneProgressCancelParams(Incoming.LOADING));
            }
        });
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Connection now = connection;
        if (now != null) {
            now.end();
        }
        outbox.execute(() -> {
            stopNow();
            fail("Headlight was closed.");
            outbox.shutdown();
        });
    }

    private void run(Runnable work) {
        if (!closed) {
            outbox.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "The server could not be told", e);
                }
            });
        }
    }

    private void startNow() {
        if (closed || connection != null) {
            return;
        }
        cancelRestart();
        become(State.STARTING);
        Connection started;
        Launch how;
        incoming = new Incoming(this);
        try {
            how = launch.get();
            started = Connection.open(how, incoming);
        } catch (HeadlightException e) {
            notStarted(e.getMessage());
            return;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The server could not be started", e);
            notStarted("Headlight’s server could not be started: check Headlight’s settings.");
            return;
        }
        connection = started;
        started.ended().thenRun(() -> run(() -> died(started)));
        if (closed) {
            started.end();
            return;
        }
        started.track(started.server.initialize(greeting(how)))
                .thenRun(() -> run(() -> greeted(started)))
                .exceptionally(problem -> {
                    started.end();
                    return null;
                });
    }

    private void notStarted(String sentence) {
        become(State.STOPPED);
        fail(sentence);
        editor.failed(sentence, ClientListener.Remedy.OPEN_SETTINGS);
    }

    private InitializeParams greeting(Launch how) {
        WindowClientCapabilities window = new WindowClientCapabilities();
        window.setWorkDoneProgress(true);
        WorkspaceClientCapabilities workspace = new WorkspaceClientCapabilities();
        workspace.setApplyEdit(true);
        workspace.setWorkspaceEdit(new WorkspaceEditCapabilities());
        workspace.getWorkspaceEdit().setDocumentChanges(true);
        JsonObject headlight = new JsonObject();
        headlight.addProperty("panel", true);
        JsonObject experimental = new JsonObject();
        experimental.add("headlight", headlight);
        InitializeParams params = new InitializeParams();
        params.setProcessId((int) ProcessHandle.current().pid());
        params.setCapabilities(new ClientCapabilities(workspace, null, window, experimental));
        JsonObject options = new JsonObject();
        options.addProperty("top", how.top());
        params.setInitializationOptions(options);
        return params;
    }

    private void greeted(Connection by) {
        if (by != connection) {
            return;
        }
        greeted = true;
        by.server.initialized(new InitializedParams());
        documents.values().forEach(this::tellOpen);
        if (state == State.STARTING) {
            become(State.LOADING);
        }
        List<Question> asked = List.copyOf(waiting);
        waiting.clear();
        asked.forEach(question -> question.ask().run());
    }

    private void died(Connection which) {
        if (which != connection) {
            return;
        }
        forget();
        Optional<Duration> wait = backoff.died(which.lived());
        become(State.STOPPED);
        if (wait.isPresent()) {
            restart = outbox.schedule(this::startNow, wait.get().toMillis(), TimeUnit.MILLISECONDS);
        } else {
            String sentence =
                    "Headlight’s server ended " + Backoff.MOST_DEATHS + " times, and is left alone now: see its log.";
            fail(sentence);
            editor.failed(sentence, ClientListener.Remedy.SHOW_LOG);
        }
    }

    private void stopNow() {
        cancelRestart();
        if (connection != null) {
            connection.end();
            forget();
        }
        become(State.STOPPED);
    }

    private void forget() {
        connection = null;
        incoming = null;
        greeted = false;
        answers = false;
        told = "";
    }

    private void cancelRestart() {
        if (restart != null) {
            restart.cancel(false);
            restart = null;
        }
    }

    private void become(State now) {
        if (state != now) {
            state = now;
            editor.stateChanged(now);
        }
    }

    private void fail(String sentence) {
        List<Question> unanswered = List.copyOf(waiting);
        waiting.clear();
        unanswered.forEach(question -> question.answer().completeExceptionally(new HeadlightException(sentence)));
    }

    // ---- what the server tells

    void loading(Incoming from, String message, Integer percent) {
        run(() -> {
            if (from == incoming) {
                if (state != State.LOADING) {
                    givenUp = false;
                    told = "";
                }
                become(State.LOADING);
                editor.loading(message == null ? "" : message, percent == null ? -1 : percent);
            }
        });
    }

    /** @param failure why it is not, as one sentence */
    void loaded(Incoming from, Optional<String> failure) {
        run(() -> {
            if (from == incoming) {
                answers |= failure.isEmpty();
                become(answers ? State.READY : State.FAILED);
                failure.ifPresent(this::tell);
            }
        });
    }

    void failed(Incoming from, String sentence) {
        run(() -> {
            if (from == incoming) {
                tell(sentence);
            }
        });
    }

    private void tell(String sentence) {
        if (!sentence.equals(told)) {
            told = sentence;
            editor.failed(sentence, givenUp ? ClientListener.Remedy.TRY_AGAIN : ClientListener.Remedy.OPEN_SETTINGS);
        }
    }

    void highlighted(Messages.Highlight lit) {
        run(() -> {
            OpenDocument document = documents.get(lit.uri());
            if (document != null
                    && (document.version == lit.version() || lit.spans().isEmpty())) {
                List<Highlight.Light> lights = lit.spans().stream()
                        .map(light -> new Highlight.Light(document.span(light.range()), light.share()))
                        .toList();
                editor.highlight(new Highlight(lit.uri(), document.version, lights));
            }
        });
    }

    CompletableFuture<Boolean> edit(VersionedTextDocumentIdentifier id, TextEdit edit) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        run(() -> {
            OpenDocument document = documents.get(id.getUri());
            if (document == null || id.getVersion() != null && id.getVersion() != document.version) {
                done.complete(false);
                return;
            }
            Span span = document.span(edit.getRange());
            editor.apply(new Edit(document.uri, document.version, span, edit.getNewText()))
                    .whenComplete((applied, problem) -> done.complete(problem == null && applied));
        });
        return done;
    }

    // ---- what an editor tells

    /**
     * A text was opened.
     *
     * @param language as LSP calls it
     * @param version grows with every change
     * @param text with {@code \n} between lines
     */
    public void open(String uri, String language, int version, String text) {
        run(() -> {
            OpenDocument document = new OpenDocument(uri, language, version, text);
            documents.put(uri, document);
            if (greeted) {
                tellOpen(document);
            }
        });
    }

    private void tellOpen(OpenDocument document) {
        TextDocumentItem item = new TextDocumentItem(document.uri, document.language, document.version, document.text);
        connection.server.getTextDocumentService().didOpen(new DidOpenTextDocumentParams(item));
    }

    /**
     * A part of an open text was replaced.
     *
     * @param version of the text after it
     * @param span of the text before it
     */
    public void change(String uri, int version, Span span, String by) {
        run(() -> {
            OpenDocument before = documents.get(uri);
            if (before == null) {
                return;
            }
            documents.put(uri, before.replaced(version, span, by));
            if (greeted) {
                TextDocumentContentChangeEvent change = new TextDocumentContentChangeEvent(before.range(span), by);
                connection
                        .server
                        .getTextDocumentService()
                        .didChange(new DidChangeTextDocumentParams(
                                new VersionedTextDocumentIdentifier(uri, version), List.of(change)));
            }
        });
    }

    /** A text was closed. */
    public void closed(String uri) {
        run(() -> {
            if (documents.remove(uri) != null && greeted) {
                connection
                        .server
                        .getTextDocumentService()
                        .didClose(new DidCloseTextDocumentParams(new TextDocumentIdentifier(uri)));
            }
        });
    }

    /** The cursor is somewhere else. */
    public void cursor(String uri, int offset) {
        run(() -> {
            OpenDocument document = documents.get(uri);
            if (document != null && greeted) {
                connection.server.cursor(
                        new Messages.Cursor(new TextDocumentIdentifier(uri), document.position(offset)));
            }
        });
    }

    // ---- what an editor asks

    /** The blanks that touch a part of a text, and the words for them. */
    public CompletableFuture<List<Words>> words(String uri, Span span) {
        return ask(
                uri,
                (server, document) -> server.getTextDocumentService()
                        .inlayHint(new InlayHintParams(new TextDocumentIdentifier(uri), document.range(span))),
                (hints, document) -> hints.stream()
                        .flatMap(hint -> words(hint, document).stream())
                        .toList());
    }

    /** A hint's words: each part of its label that has a command is one, and the command says what it replaces. */
    private static Optional<Words> words(InlayHint hint, OpenDocument document) {
        if (!hint.getLabel().isRight()) {
            return Optional.empty();
        }
        Range place = null;
        List<Word> words = new ArrayList<>();
        for (InlayHintLabelPart part : hint.getLabel().getRight()) {
            if (part.getCommand() != null && part.getCommand().getCommand().equals(Messages.ACCEPT)) {
                JsonElement argument =
                        (JsonElement) part.getCommand().getArguments().get(0);
                Messages.AcceptWord accept = GSON.fromJson(argument, Messages.AcceptWord.class);
                place = accept.range();
                words.add(new Word(accept.word(), part.getTooltip().getLeft()));
            }
        }
        return place == null
                ? Optional.empty()
                : Optional.of(new Words(document.version, document.span(place), List.copyOf(words)));
    }

    /** The blank at a place of a text and the words for it, if there is one. */
    public CompletableFuture<Optional<Words>> complete(String uri, int offset) {
        return ask(
                uri,
                (server, document) -> server.getTextDocumentService()
                        .completion(new CompletionParams(new TextDocumentIdentifier(uri), document.position(offset))),
                HeadlightClient::completions);
    }

    private static Optional<Words> completions(
            Either<List<CompletionItem>, CompletionList> answer, OpenDocument document) {
        List<CompletionItem> items =
                answer.isLeft() ? answer.getLeft() : answer.getRight().getItems();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        Span place = document.span(items.get(0).getTextEdit().getLeft().getRange());
        List<Word> words = items.stream()
                .map(item -> new Word(item.getLabel(), item.getDetail()))
                .toList();
        return Optional.of(new Words(document.version, place, words));
    }

    /** Other words for a word of a text. */
    public CompletableFuture<Words> alternatives(String uri, Span word) {
        return ask(
                uri,
                (server, document) -> {
                    Object place =
                            new Messages.InspectParams(new TextDocumentIdentifier(uri), document.range(word), null);
                    return server.getWorkspaceService()
                            .executeCommand(new ExecuteCommandParams(Messages.SUGGEST, List.of(place)));
                },
                (result, document) -> {
                    Messages.BlankWords found = GSON.fromJson(GSON.toJsonTree(result), Messages.BlankWords.class);
                    List<Word> words = found.words().stream()
                            .map(one -> new Word(one.word(), percent(one.probability())))
                            .toList();
                    return new Words(document.version, document.span(found.range()), words);
                });
    }

    private static String percent(double probability) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * probability);
    }

    /**
     * Looks at parts of a text.
     *
     * @param spans one, or two for attention between the two; an empty one stands for the paragraph around it
     */
    public CompletableFuture<InspectionPage> inspect(String uri, List<Span> spans) {
        return ask(
                uri,
                (server, document) -> {
                    TextDocumentIdentifier id = new TextDocumentIdentifier(uri);
                    Messages.Place pair =
                            spans.size() > 1 ? new Messages.Place(id, document.range(spans.get(1))) : null;
                    return server.inspect(new Messages.InspectParams(id, document.range(spans.get(0)), pair));
                },
                (result, document) -> new InspectionPage(result.id(), result.url(), result.model(), result.leftOut()));
    }

    /** An address that leads to an inspection's page once, within a minute: what a browser may be started with. */
    public CompletableFuture<String> openingAddress(int inspection) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        run(() -> {
            if (!greeted) {
                answer.completeExceptionally(
                        new HeadlightException("This inspection is no longer open: look at the text again."));
                return;
            }
            connection
                    .track(connection.server.openingAddress(new Messages.OpenInspection(inspection)))
                    .whenComplete((found, problem) -> {
                        if (problem == null) {
                            answer.complete(found.url());
                        } else {
                            answer.completeExceptionally(said(problem));
                        }
                    });
        });
        return answer;
    }

    /** The names of the models that are on this machine, of a server that runs; nothing where none does. */
    public CompletableFuture<List<String>> models() {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        run(() -> {
            if (!greeted) {
                answer.complete(List.of());
                return;
            }
            connection.track(connection.server.models()).whenComplete((found, problem) -> {
                if (problem == null) {
                    answer.complete(found.models().stream()
                            .filter(model -> model.problem() == null)
                            .map(Messages.Model::name)
                            .toList());
                } else {
                    answer.completeExceptionally(said(problem));
                }
            });
        });
        return answer;
    }

    /** Asks the server about a text, as soon as there is one; whoever cancels the answer cancels the request. */
    private <T, R> CompletableFuture<R> ask(
            String uri,
            BiFunction<HeadlightLanguageServer, OpenDocument, CompletableFuture<T>> question,
            BiFunction<T, OpenDocument, R> decode) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        if (closed) {
            answer.completeExceptionally(new HeadlightException("Headlight was closed."));
        }
        run(() -> whenGreeted(new Question(answer, () -> {
            OpenDocument document = documents.get(uri);
            if (answer.isDone()) {
                return;
            }
            if (document == null) {
                answer.completeExceptionally(new HeadlightException("This text is not open any more."));
                return;
            }
            CompletableFuture<T> request = connection.track(question.apply(connection.server, document));
            request.thenApply(value -> decode.apply(value, document)).whenComplete((value, problem) -> {
                if (problem == null) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(said(problem));
                }
            });
            answer.whenComplete((value, problem) -> {
                if (answer.isCancelled()) {
                    run(() -> request.cancel(true));
                }
            });
        })));
        return answer;
    }

    private void whenGreeted(Question question) {
        if (greeted) {
            question.ask().run();
            return;
        }
        waiting.add(question);
        if (restart == null) {
            startNow();
        }
    }

    /** A problem as its asker is told it: superseded and cancelled are the same, all else is one sentence. */
    private static RuntimeException said(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof ResponseErrorException error) {
            int code = error.getResponseError().getCode();
            boolean superseded = code == ResponseErrorCode.ServerCancelled.getValue()
                    || code == ResponseErrorCode.RequestCancelled.getValue();
            return superseded
                    ? new CancellationException()
                    : new HeadlightException(error.getResponseError().getMessage());
        }
        if (cause instanceof CancellationException || cause instanceof HeadlightException) {
            return (RuntimeException) cause;
        }
        return new HeadlightException("Headlight’s answer could not be read: see its log.");
    }
}
