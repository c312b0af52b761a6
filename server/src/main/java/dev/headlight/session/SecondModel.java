package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model beside the current one, for a text that is shown under both. There is one at most: the one before is closed
 * before another is loaded, and loaded again when it is asked about. It is loaded from this machine, never downloaded.
 */
final class SecondModel {
    private static final Logger LOG = LoggerFactory.getLogger(SecondModel.class);

    private final Loader loader;
    private final Engine engine;
    private final Consumer<String> whenClosed;
    private final ExecutorService thread = Engine.thread("headlight-second");
    private Inspector inspector; // engine thread only; null if none is loaded

    /** @param whenClosed run on the engine thread before the model of that name is closed */
    SecondModel(Loader loader, Engine engine, Consumer<String> whenClosed) {
        this.loader = loader;
        this.engine = engine;
        this.whenClosed = whenClosed;
    }

    /** The model, if it is loaded; engine thread only. */
    Optional<Inspector> find(String model) {
        return Optional.ofNullable(inspector).filter(loaded -> loaded.name().equals(model));
    }

    /**
     * Loads a model unless it is loaded, and waits for it.
     *
     * @return whether it is on this machine
     * @throws UserException if it can't be used
     */
    boolean load(String model, Cancellation cancellation) {
        Future<Boolean> loading;
        try {
            loading = thread.submit(() -> loadNow(model, cancellation));
        } catch (RejectedExecutionException e) {
            throw new Engine.ClosedException();
        }
        try {
            return cancellation.await(loading);
        } catch (CancellationException e) {
            loading.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw failure(model, e.getCause());
        }
    }

    private static RuntimeException failure(String model, Throwable cause) {
        if (cause instanceof UserException || cause instanceof CancellationException) {
            return (RuntimeException) cause;
        }
        LOG.error("loading {} failed", model, cause);
        return new UserException(ModelSwitch.unloadable(model, cause), cause);
    }

    private boolean loadNow(String model, Cancellation cancellation) {
        cancellation.check();
        if (engine.call(Cancellation.NEVER, () -> find(model).isPresent())) {
            return true;
        }
        closeNow();
        long begun = System.nanoTime();
        Optional<Inspector> loaded = loader.loadHere(model, cancellation);
        if (loaded.isEmpty()) {
            return false;
        }
        try {
            engine.call(Cancellation.NEVER, () -> inspector = loaded.get());
        } catch (Engine.ClosedException e) {
            loaded.get().close();
            throw e;
        }
        LOG.info("{} loaded beside in {} ms", model, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        return true;
    }

    private void closeNow() {
        if (engine.call(Cancellation.NEVER, this::closeModel)) {
            Memory.trim();
        }
    }

    /** Closes it, if there is one, after it was loaded; returns at once. */
    Future<?> close() {
        try {
            return thread.submit(this::closeNow);
        } catch (RejectedExecutionException e) {
            throw new Engine.ClosedException();
        }
    }

    /** Loads no more; the model stays until {@link #closeModel}. */
    void end() {
        thread.shutdown();
    }

    /** Engine thread only; returns whether there was one. */
    boolean closeModel() {
        if (inspector == null) {
            return false;
        }
        whenClosed.accept(inspector.name());
        inspector.close();
        inspector = null;
        return true;
    }
}
