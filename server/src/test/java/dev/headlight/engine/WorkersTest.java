package dev.headlight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private static final List<Integer> TASKS = IntStream.range(0, 100).boxed().toList();

    private int usual;

    @BeforeEach
    void haveThreeThreads() {
        Torch.start();
        usual = JniUtils.getNumThreads();
        JniUtils.setNumThreads(3);
    }

    @AfterEach
    void haveAsManyAsBefore() {
        JniUtils.setNumThreads(usual);
    }

    @Test
    void eachTaskIsDoneOnceAndAllThreadsWork() throws InterruptedException {
        CountDownLatch atOnce = new CountDownLatch(3);
        Queue<Integer> done = new ConcurrentLinkedQueue<>();
        Set<Integer> threads = ConcurrentHashMap.newKeySet();
        Workers.run(TASKS, () -> {
            atOnce.countDown();
            await(atOnce);
            return task -> {
                done.add(task);
                threads.add(JniUtils.getNumThreads());
            };
        });
        assertThat(atOnce.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(done).containsExactlyInAnyOrderElementsOf(TASKS);
        assertThat(threads).as("threads of an operation").containsExactly(1);
        assertThat(Workers.count()).as("afterwards").isEqualTo(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFailureIsThrownWhenNoOtherTaskRunsAnyMore() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> Workers.run(TASKS, () -> task -> {
                    begun.incrementAndGet();
                    if (task == 5) {
                        throw new IllegalStateException("five");
                    }
                    running.incrementAndGet();
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    running.decrementAndGet();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("five");
        assertThat(running).hasValue(0);
        assertThat(begun).hasValueLessThan(20);
        assertThat(Workers.count()).isEqualTo(3);
    }

    @Test
    void threadsAreUsedAgain() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            Workers.run(TASKS, () -> task -> threads.add(Thread.currentThread()));
        }
        assertThat(threads)
                .as("of 101, were they new each time")
                .hasSizeLessThan(20); // other tests may have asked for more
    }

    @Test
    void anInterruptDoesNotEndTheWaitForOthers() {
        AtomicInteger done = new AtomicInteger();
        Thread.currentThread().interrupt();
        Workers.run(TASKS, () -> task -> done.incrementAndGet());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasValue(TASKS.size());
    }
}
