package dev.headlight.client;

import com.google.gson.JsonObject;
import dev.headlight.protocol.Messages;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.WindowClientCapabilities;
import org.eclipse.lsp4j.WorkDoneProgressCancelParams;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceEditCapabilities;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/**
 * The life of the server's process: started, initialized, restarted when it dies, ended; and the state of its model.
 * Confined to the outbox's thread, except where noted.
 */
final class ServerLifecycle {
    private static final System.Logger LOG = System.getLogger(ServerLifecycle.class.getName());

    private final ClientListener listener;
    private final Supplier<Launch> launch;
    private final Backoff backoff;
    private final Outbox outbox;
    private final OpenDocuments documents;
    private Runnable onInitialized = () -> {};
    private Consumer<String> onUnavailable = sentence -> {};

    private volatile State state = State.STOPPED;
    private volatile Connection connection;
    private Incoming incoming;
    private boolean initialized;
    private Future<?> restart;

    /** Whether a model has been loaded; it stays in use until another is. */
    private boolean modelLoaded;
    /** Whether the user cancelled loading. */
    private boolean cancelled;
    /** Whether the model is being downloaded. */
    private boolean downloading;
    /** The failure that was reported last: a server may report the same one twice. */
    private String reported = "";

    ServerLifecycle(
            ClientListener listener, Supplier<Launch> launch, Backoff backoff, Outbox outbox, OpenDocuments documents) {
        this.listener = listener;
        this.launch = launch;
        this.backoff = backoff;
        this.outbox = outbox;
        this.documents = documents;
    }

    /**
     * @param initialized called whenever a server takes requests
     * @param unavailable called with a sentence when there will be no server for now
     */
    void onChange(Runnable initialized, Consumer<String> unavailable) {
        onInitialized = initialized;
        onUnavailable = unavailable;
    }

    /** From any thread. */
    State state() {
        return state;
    }

    boolean isRunning() {
        return connection != null;
    }

    /** The server, once it takes requests. */
    Optional<Connection> ready() {
        return initialized ? Optional.of(connection) : Optional.empty();
    }

    /** Starts the server, unless it runs. */
    void start() {
        if (outbox.isClosed() || connection != null) {
            return;
        }
        cancelRestart();
        become(State.STARTING);
        Launch how;
        incoming = new Incoming(this, documents, outbox);
        Connection started;
        try {
            how = launch.get();
            started = Connection.open(how, incoming);
        } catch (HeadlightException e) {
            notStarted(e);
            return;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The server could not be started", e);
            notStarted(new HeadlightException("Headlight’s server could not be started: see the IDE’s log."));
            return;
        }
        connection = started;
        started.ended().thenRun(() -> outbox.run(() -> died(started)));
        if (outbox.isClosed()) {
            started.end();
            return;
        }
        started.track(started.server.initialize(initializeParams(how)))
                .thenRun(() -> outbox.run(() -> initialized(started)))
                .exceptionally(problem -> {
                    started.end();
                    return null;
                });
    }

    /** Starts the server, unless it runs or is about to be restarted. */
    void startUnlessRestarting() {
        if (restart == null) {
            start();
        }
    }

    /** Restarts the server with the current settings, and forgets earlier deaths. */
    void restart() {
        backoff.forgive();
        stop();
        start();
    }

    /** Asks the process to end, even if the outbox waits for a server that doesn't read. From any thread. */
    void end() {
        Connection now = connection;
        if (now != null) {
            now.end();
        }
    }

    void stop() {
        cancelRestart();
        if (connection != null) {
            connection.end();
            forget();
        }
        become(State.STOPPED);
    }

    /** Cancels loading a model; the previous one, if any, stays in use. */
    void cancelLoading() {
        if (initialized && state == State.LOADING) {
            cancelled = true;
            connection.server.cancelProgress(new WorkDoneProgressCancelParams(Either.forLeft(Messages.LOADING)));
        }
    }

    private static InitializeParams initializeParams(Launch how) {
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

    private void initialized(Connection which) {
        if (which != connection) {
            return;
        }
        initialized = true;
        which.server.initialized(new InitializedParams());
        documents.connect(which.server);
        if (state == State.STARTING) {
            become(State.LOADING);
        }
        onInitialized.run();
    }

    private void notStarted(HeadlightException why) {
        become(State.STOPPED);
        onUnavailable.accept(why.getMessage());
        listener.failed(why.getMessage(), why.remedy());
    }

    private void died(Connection which) {
        if (which != connection) {
            return;
        }
        forget();
        Optional<Duration> wait = backoff.died(which.lived());
        become(State.STOPPED);
        if (wait.isPresent()) {
            restart = outbox.runAfter(wait.get(), this::start);
        } else {
            String sentence = "Headlight’s server ended " + Backoff.MOST_DEATHS
                    + " times and will not be restarted: see its log.";
            onUnavailable.accept(sentence);
            listener.failed(sentence, ClientListener.Remedy.SHOW_LOG);
        }
    }

    private void forget() {
        connection = null;
        incoming = null;
        initialized = false;
        documents.disconnect();
        modelLoaded = false;
        reported = "";
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
            listener.stateChanged(now);
        }
    }

    // ---- what the server reports; ignored if it is from a previous server

    /** @param percent how far loading is, or null if unknown */
    void loading(Incoming from, String message, Integer percent) {
        if (from == incoming) {
            if (state != State.LOADING) {
                cancelled = false;
                reported = "";
            }
            become(State.LOADING);
            downloading = percent != null;
            listener.loading(message == null ? "" : message, percent == null ? -1 : percent);
        }
    }

    /** @param failure why the model was not loaded, as a sentence; empty if it was */
    void loaded(Incoming from, Optional<String> failure) {
        if (from == incoming) {
            modelLoaded |= failure.isEmpty();
            become(modelLoaded ? State.READY : State.FAILED);
            failure.ifPresent(this::report);
        }
    }

    void failed(Incoming from, String sentence) {
        if (from == incoming) {
            report(sentence);
        }
    }

    void warned(Incoming from, String sentence) {
        if (from == incoming) {
            listener.failed(sentence, ClientListener.Remedy.NONE);
        }
    }

    private void report(String sentence) {
        if (!sentence.equals(reported)) {
            reported = sentence;
            // no setting mends a network or a full disk
            listener.failed(
                    sentence,
                    cancelled || downloading ? ClientListener.Remedy.TRY_AGAIN : ClientListener.Remedy.OPEN_SETTINGS);
        }
    }
}
