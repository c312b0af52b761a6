package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requests on its own threads, so that the server keeps reading messages. A cancelled request, or one superseded
 * by a newer request for the same thing, is answered at once and its work is cancelled. Every failure becomes an error
 * response with a short message.
 */
final class RequestRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "headlight-lsp");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, CompletableFuture<?>> latest = new ConcurrentHashMap<>();
    private volatile Stage stage = Stage.BEFORE_INITIALIZE;

    /** The stage of the LSP lifecycle, which decides the requests that are allowed. */
    enum Stage {
        BEFORE_INITIALIZE,
        RUNNING,
        AFTER_SHUTDOWN
    }

    void enter(Stage next) {
        stage = next;
    }

    boolean running() {
        return stage == Stage.RUNNING;
    }

    /**
     * Answers a request.
     *
     * @param work checks its cancellation regularly
     */
    <T> CompletableFuture<T> ask(Function<Cancellation, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (stage != Stage.RUNNING) {
            answer.completeExceptionally(
                    stage == Stage.AFTER_SHUTDOWN
                            ? error(ResponseErrorCode.InvalidRequest, "The server was shut down.")
                            : error(
                                    ResponseErrorCode.ServerNotInitialized,
                                    "The server is not initialized: send initialize first."));
            return answer;
        }
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
        return answer;
    }

    /** Answers a request and cancels an earlier one for the same thing with {@code ServerCancelled}. */
    <T> CompletableFuture<T> askLatest(String thing, Function<Cancellation, T> work) {
        CompletableFuture<T> answer = ask(work);
        CompletableFuture<?> earlier = latest.put(thing, answer);
        if (earlier != null) {
            earlier.completeExceptionally(
                    error(ResponseErrorCode.ServerCancelled, "A newer request of this kind was made."));
        }
        answer.whenComplete((value, failure) -> latest.remove(thing, answer));
        return answer;
    }

    /** Runs background work on the same threads. */
    void later(Runnable work) {
        ask(cancellation -> {
            work.run();
            return null;
        });
    }

    private static <T> void complete(
            CompletableFuture<T> answer, Function<Cancellation, T> work, Cancellation cancellation) {
        try {
            cancellation.check();
            answer.complete(work.apply(cancellation));
        } catch (CancellationException e) {
            answer.cancel(true);
        } catch (UserException e) {
            answer.completeExceptionally(error(ResponseErrorCode.RequestFailed, e.getMessage()));
        } catch (ResponseErrorException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            LOG.error("a request failed", e);
            answer.completeExceptionally(
                    error(ResponseErrorCode.InternalError, "Unexpected error: see Headlight's log."));
        }
    }

    static ResponseErrorException error(ResponseErrorCode code, String sentence) {
        return new ResponseErrorException(new ResponseError(code, sentence, null));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
