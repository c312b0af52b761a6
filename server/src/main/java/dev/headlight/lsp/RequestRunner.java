package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.lsp4j.jsonrpc.JsonRpcException;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requests on its own threads, so that the server keeps reading messages. Those that need the model wait in a
 * queue of their own: however many there are, they take a few threads, and others overtake them. A cancelled request is
 * answered at once and its work is cancelled. Every failure becomes an error response with a short message.
 */
final class RequestRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);
    private static final int THREADS = 4;

    private final ThreadPoolExecutor quick = threads("headlight-lsp");
    private final ThreadPoolExecutor model = threads("headlight-lsp-model");
    private final Map<String, Pending<?>> latest = new ConcurrentHashMap<>();
    private volatile Stage stage = Stage.BEFORE_INITIALIZE;

    /** The stage of the LSP lifecycle, which decides the requests that are allowed. */
    enum Stage {
        BEFORE_INITIALIZE,
        RUNNING,
        AFTER_SHUTDOWN
    }

    /** The latest request for a thing. */
    private static final class Pending<T> {
        private final CompletableFuture<T> answer;
        private final Consumer<CompletableFuture<T>> outdated;
        private volatile boolean started;

        Pending(CompletableFuture<T> answer, Consumer<CompletableFuture<T>> outdated) {
            this.answer = answer;
            this.outdated = outdated;
        }

        void supersede() {
            outdated.accept(answer);
        }
    }

    private static ThreadPoolExecutor threads(String name) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    void enter(Stage next) {
        stage = next;
    }

    Stage stage() {
        return stage;
    }

    /**
     * Answers a request that needs no model.
     *
     * @param work checks its cancellation regularly
     */
    <T> CompletableFuture<T> ask(Function<Cancellation, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        run(quick, answer, work);
        return answer;
    }

    /** Answers a request that needs the model. */
    <T> CompletableFuture<T> askModel(Function<Cancellation, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        run(model, answer, work);
        return answer;
    }

    /** Answers a request and cancels an earlier one for the same thing with {@code ServerCancelled}. */
    <T> CompletableFuture<T> askOnly(String thing, Function<Cancellation, T> work) {
        return only(quick, thing, work);
    }

    /** The same for a request that needs the model. */
    <T> CompletableFuture<T> askModelOnly(String thing, Function<Cancellation, T> work) {
        return only(model, thing, work);
    }

    /** The earlier one is answered before the work begins, which may end it in another way. */
    private <T> CompletableFuture<T> only(ThreadPoolExecutor threads, String thing, Function<Cancellation, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        put(thing, new Pending<>(answer, RequestRunner::refuse));
        run(threads, answer, work);
        return answer;
    }

    /**
     * Answers a request that needs the model. An earlier one for the same thing is answered with nothing if it still
     * waits; one that has begun goes on, or somebody who types without a pause would never see an answer.
     *
     * @param outdated answers a request that was superseded
     */
    <T> CompletableFuture<T> askModelLatest(
            String thing, Function<Cancellation, T> work, Consumer<CompletableFuture<T>> outdated) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Pending<T> pending = new Pending<>(answer, outdated);
        put(thing, pending);
        run(model, answer, cancellation -> {
            pending.started = true;
            return work.apply(cancellation);
        });
        return answer;
    }

    private void put(String thing, Pending<?> pending) {
        Pending<?> earlier = latest.put(thing, pending);
        if (earlier != null && !earlier.started) {
            earlier.supersede();
        }
        pending.answer.whenComplete((value, failure) -> latest.remove(thing, pending));
    }

    /** Answers a superseded request of a client that knows the error. */
    static <T> void refuse(CompletableFuture<T> answer) {
        answer.completeExceptionally(
                error(ResponseErrorCode.ServerCancelled, "A newer request of this kind was made."));
    }

    private static <T> void run(
            ThreadPoolExecutor threads, CompletableFuture<T> answer, Function<Cancellation, T> work) {
        Cancellation cancellation = () -> {
            if (answer.isDone()) {
                throw new CancellationException();
            }
        };
        try {
            threads.execute(() -> complete(answer, work, cancellation));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(error(ResponseErrorCode.InvalidRequest, "The server was shut down."));
        }
    }

    private static <T> void complete(
            CompletableFuture<T> answer, Function<Cancellation, T> work, Cancellation cancellation) {
        try {
            cancellation.check();
            answer.complete(work.apply(cancellation));
        } catch (CancellationException e) {
            answer.cancel(true);
        } catch (JsonRpcException e) {
            // the editor has gone, so the answer could not be written
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(new ResponseErrorException(failure(e)));
        }
    }

    /** The error response for a failure. Only unexpected ones are logged. */
    static ResponseError failure(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause.getCause() instanceof InvocationTargetException
                        || cause instanceof InvocationTargetException)) {
            cause = cause.getCause();
        }
        if (cause instanceof ResponseErrorException error) {
            return error.getResponseError();
        }
        if (cause instanceof UserException) {
            return new ResponseError(ResponseErrorCode.RequestFailed, cause.getMessage(), null);
        }
        if (cause instanceof CancellationException) {
            return new ResponseError(ResponseErrorCode.RequestCancelled, "The request was cancelled.", null);
        }
        if (!(cause instanceof JsonRpcException)) { // which only says that the editor has gone
            LOG.error("a request failed", cause);
        }
        return new ResponseError(ResponseErrorCode.InternalError, "Unexpected error: see Headlight's log.", null);
    }

    static ResponseErrorException error(ResponseErrorCode code, String sentence) {
        return new ResponseErrorException(new ResponseError(code, sentence, null));
    }

    @Override
    public void close() {
        quick.shutdownNow();
        model.shutdownNow();
    }
}
