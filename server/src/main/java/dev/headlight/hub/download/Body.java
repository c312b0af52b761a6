package dev.headlight.hub.download;

import dev.headlight.Cancellation;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A response body, read by one thread as it arrives. Reading ends on a stall or a cancellation. */
final class Body implements BodySubscriber<Body>, AutoCloseable {
    private static final Object END = new Object();
    /** Lists of buffers, then {@link #END} or the failure. */
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

    private volatile Subscription subscription;

    /**
     * The next bytes; none at the end.
     *
     * @param stall the longest wait for them
     * @param cancellation checked while waiting; throws {@link CancellationException} to end the wait
     */
    List<ByteBuffer> next(Duration stall, Cancellation cancellation) throws IOException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < stall.toNanos()) {
            cancellation.check();
            Object next = poll();
            if (next == END) {
                arrived.add(END);
                return List.of();
            }
            if (next instanceof Buffers came) {
                subscription.request(1);
                return came.buffers();
            }
            if (next instanceof Throwable failure) {
                throw new EOFException("the connection broke: " + failure.getMessage());
            }
        }
        throw new HttpTimeoutException("no data for " + stall.toMillis() / 1000.0 + " s");
    }

    private Object poll() {
        try {
            return arrived.poll(Cancellation.POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private record Buffers(List<ByteBuffer> buffers) {}

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        arrived.add(new Buffers(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        arrived.add(failure);
    }

    @Override
    public void onComplete() {
        arrived.add(END);
    }

    /** Closes the connection if the body was not read to its end. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
