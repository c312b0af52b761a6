package dev.headlight.intellij;

import com.intellij.openapi.progress.ProgressManager;
import dev.headlight.client.HeadlightException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one place that waits: for background threads, and only as long as nobody cancels what they do. */
final class Waiting {
    private static final int LOOK_EVERY_MS = 30;

    private Waiting() {}

    /** What was asked for, or nothing where it was superseded or failed. */
    static <T> Optional<T> forAnswer(CompletableFuture<T> answer) {
        while (true) {
            try {
                return Optional.ofNullable(answer.get(LOOK_EVERY_MS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                checkCanceled(answer);
            } catch (ExecutionException | CancellationException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private static void checkCanceled(CompletableFuture<?> answer) {
        try {
            ProgressManager.checkCanceled();
        } catch (RuntimeException cancelled) {
            answer.cancel(true);
            throw cancelled;
        }
    }

    /** What a person is to be told of a failure; nothing where the question was only superseded. */
    static Optional<String> sentence(Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return cause instanceof HeadlightException ? Optional.of(cause.getMessage()) : Optional.empty();
    }
}
