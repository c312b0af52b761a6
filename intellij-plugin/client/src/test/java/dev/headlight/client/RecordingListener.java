package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An editor that records events. */
public final class RecordingListener implements ClientListener {
    /** A failure. */
    public record Failure(String sentence, Remedy remedy) {}

    /** Progress of loading. */
    public record Loading(String message, int percent) {}

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    /** Waits for the next event of a type, discarding earlier ones. */
    public <T> T next(Class<T> kind, Predicate<T> wanted) throws InterruptedException {
        while (true) {
            Object message = heard.poll(60, TimeUnit.SECONDS);
            assertThat(message).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(message) && wanted.test(kind.cast(message))) {
                return kind.cast(message);
            }
        }
    }

    public <T> T next(Class<T> kind) throws InterruptedException {
        return next(kind, any -> true);
    }

    public void becomes(State state) throws InterruptedException {
        next(State.class, state::equals);
    }

    @Override
    public void stateChanged(State state) {
        heard.add(state);
    }

    @Override
    public void loading(String message, int percent) {
        heard.add(new Loading(message, percent));
    }

    @Override
    public void highlight(Highlight highlight) {
        heard.add(highlight);
    }

    @Override
    public CompletableFuture<Boolean> apply(Edit edit) {
        heard.add(edit);
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public void failed(String sentence, Remedy remedy) {
        heard.add(new Failure(sentence, remedy));
    }
}
