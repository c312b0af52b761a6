package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current model and the one being loaded. A model is downloaded and loaded on a thread of its own and handed to the
 * engine thread, which closes the previous one; until then the previous one stays in use. Models load one at a time, so
 * that never more than two are in memory.
 */
final class ModelSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSwitch.class);

    private final Loader loader;
    private final Engine engine;
    private final Listeners listeners;
    private final Consumer<String> whenReplaced;
    private final ExecutorService thread = Engine.thread("headlight-loader");

    private volatile ModelState state;
    private volatile Optional<ModelState> next = Optional.empty();
    private Load latest; // guarded by this; null before the first
    private boolean closed; // guarded by this
    private Inspector inspector; // engine thread only; null before the first

    /** A model being loaded. Cancelling its future cancels the load. */
    private static final class Load {
        private final String model;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int waiting; // number of waiting callers; guarded by the switch

        Load(String model) {
            this.model = model;
        }

        /** A load that is already over. */
        static Load over(String model) {
            Load load = new Load(model);
            load.done.complete(null);
            return load;
        }

        void check() {
            if (done.isDone()) {
                throw new CancellationException();
            }
        }
    }

    /**
     * Does not start to load the first model.
     *
     * @param model its name
     * @param loader loads it and later models, on the loader's thread
     * @param whenReplaced run on the engine thread before a new model replaces the one of that name
     */
    ModelSwitch(String model, Loader loader, Engine engine, Listeners listeners, Consumer<String> whenReplaced) {
        this.state = new ModelState.Loading(model);
        this.loader = loader;
        this.engine = engine;
        this.listeners = listeners;
        this.whenReplaced = whenReplaced;
    }

    ModelState state() {
        return state;
    }

    /** The model that is loading while another is in use, or that failed to load. */
    Optional<ModelState> next() {
        return next;
    }

    /** The current model; engine thread only. */
    Inspector inspector() {
        return inspector;
    }

    /** The current model if it has this name; engine thread only. */
    Optional<Inspector> find(String model) {
        return Optional.ofNullable(inspector).filter(loaded -> loaded.name().equals(model));
    }

    /** Adds a listener; its first event is the current state. */
    synchronized void listen(Listener listener) {
        ModelState now = state;
        listeners.add(listener, added -> added.modelChanged(now));
    }

    /** Starts to load the first model, unless already started; returns at once. */
    synchronized void start() {
        if (latest == null && !closed) {
            begin(state.model()).waiting++;
        }
    }

    /** Starts to load a model; cancels a load in progress. */
    private Load begin(String model) {
        cancelLoading();
        Load load = new Load(model);
        latest = load;
        tell(new ModelState.Loading(model));
        thread.execute(() -> load(load));
        return load;
    }

    /** Cancels a load in progress, if any. */
    synchronized void cancelLoading() {
        if (latest != null) {
            latest.done.cancel(false);
        }
    }

    private void load(Load load) {
        long begun = System.nanoTime();
        try {
            load.check();
            Inspector loaded = loader.load(load.model, fetching -> fetching(load, fetching), load::check);
            hand(load, loaded);
            LOG.info("{} loaded in {} ms", load.model, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        } catch (CancellationException e) {
            failed(load, "Loading " + load.model + " was cancelled: choose it again to resume.", e);
        } catch (UserException e) {
            failed(load, e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            LOG.error("loading {} failed", load.model, e);
            failed(load, unloadable(load.model, e), e);
        }
    }

    /** The message for a failure that no message was made for. */
    static String unloadable(String model, Throwable cause) {
        String what = cause instanceof OutOfMemoryError ? "out of memory" : "unexpected error";
        return "The model " + model + " can't be loaded: " + what + "; see the log.";
    }

    private synchronized void fetching(Load load, ModelState.Fetching fetching) {
        if (load == latest && !load.done.isDone()) {
            tell(new ModelState.Loading(load.model, Optional.of(fetching)));
        }
    }

    private synchronized void failed(Load load, String sentence, Throwable cause) {
        if (load == latest) {
            tell(new ModelState.Failed(load.model, sentence));
        }
        load.done.completeExceptionally(new UserException(sentence, cause));
    }

    /** Hands a loaded model to the engine thread, and waits until it is in use. */
    private void hand(Load load, Inspector loaded) {
        try {
            boolean replaced = engine.call(Cancellation.NEVER, () -> replace(load, loaded));
            if (replaced) {
                Memory.trim();
            }
        } catch (Engine.ClosedException e) {
            loaded.close();
            throw e;
        }
    }

    /** Runs on the engine thread; returns whether it replaced a model. */
    private synchronized boolean replace(Load load, Inspector loaded) {
        if (load != latest || load.done.isDone() || closed) {
            loaded.close();
            throw new CancellationException();
        }
        Inspector previous = inspector;
        if (previous != null) {
            whenReplaced.accept(previous.name());
            previous.close();
        }
        inspector = loaded;
        next = Optional.empty();
        change(new ModelState.Ready(load.model));
        load.done.complete(null);
        return previous != null;
    }

    /** Reports a load in progress: as the model itself, or as the next one while another is in use. */
    private void tell(ModelState of) {
        if (state instanceof ModelState.Ready) {
            next = Optional.of(of);
            listeners.tell(listener -> listener.nextModelChanged(of));
        } else {
            change(of);
        }
    }

    private void change(ModelState to) {
        state = to;
        notifyAll();
        listeners.tell(listener -> listener.modelChanged(to));
    }

    /**
     * Switches to another model, and waits until it is in use.
     *
     * @throws UserException if it is unavailable; the previous one stays
     * @throws CancellationException if another one was chosen meanwhile
     */
    void use(String model, Cancellation cancellation) {
        Load load;
        synchronized (this) {
            boolean onItsWay = latest != null && !latest.done.isDone();
            if (!onItsWay || !latest.model.equals(model)) {
                if (closed) {
                    throw new Engine.ClosedException();
                }
                if (state instanceof ModelState.Ready && state.model().equals(model)) {
                    cancelLoading();
                    latest = Load.over(model);
                    next = Optional.empty();
                    change(state);
                    return;
                }
                begin(model);
            }
            load = latest;
            load.waiting++;
        }
        try {
            await(load, cancellation);
        } finally {
            synchronized (this) {
                load.waiting--;
                if (load.waiting == 0) {
                    load.done.cancel(false); // does nothing if it is done
                }
            }
        }
    }

    private static void await(Load load, Cancellation cancellation) {
        try {
            cancellation.await(load.done);
        } catch (ExecutionException e) {
            throw (UserException) e.getCause();
        }
    }

    /**
     * Waits until a model is in use; starts to load the first one.
     *
     * @throws UserException if it can't be loaded
     */
    synchronized void awaitAny(Cancellation cancellation) {
        start();
        while (!(state instanceof ModelState.Ready)) {
            cancellation.check();
            if (state instanceof ModelState.Failed failed) {
                throw new UserException(failed.sentence());
            }
            if (closed) {
                throw new Engine.ClosedException();
            }
            try {
                wait(Cancellation.POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
    }

    /** Accepts no more models; the current one stays until {@link #closeModel}. */
    synchronized void close() {
        closed = true;
        cancelLoading();
        thread.shutdown();
    }

    /** Engine thread only. */
    void closeModel() {
        if (inspector != null) {
            inspector.close();
        }
    }
}
