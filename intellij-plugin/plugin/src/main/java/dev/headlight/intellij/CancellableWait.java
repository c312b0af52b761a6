package dev.headlight.intellij;

import com.intellij.openapi.progress.ProgressManager;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an answer on a background thread until it arrives or the user cancels. Nothing else in the plugin waits. */
final class CancellableWait {
    private static final int POLL_MS = 30;

    private CancellableWait() {}

    /** The answer, or nothing if the request was superseded or failed. */
    static <T> Optional<T> forAnswer(CompletableFuture<T> answer) {
        while (true) {
            try {
                return Optional.ofNullable(answer.get(POLL_MS, TimeUnit.MILLISECONDS));
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
}
