package dev.headlight.lsp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RequestRunnerTest {
    /** As one model's load is ended by the choice of another: the newer request's work ends the older one's. */
    @Test
    void aSupersededRequestSaysSoEvenIfTheNewerOneEndsItsWork() {
        try (RequestRunner requests = new RequestRunner()) {
            for (int i = 0; i < 500; i++) {
                CountDownLatch begun = new CountDownLatch(1);
                CompletableFuture<String> first = requests.askOnly("model", cancellation -> {
                    await(begun);
                    throw new CancellationException();
                });
                CompletableFuture<String> second = requests.askOnly("model", cancellation -> {
                    begun.countDown();
                    return "second";
                });
                second.join();
                assertThatThrownBy(first::join)
                        .hasCauseInstanceOf(ResponseErrorException.class)
                        .hasMessageContaining("A newer request");
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
