package dev.headlight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.testing.StubModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    private static Path folder;
    private static final Loader STUB = (model, progress, cancellation) -> Inspector.load("stub", folder);

    @BeforeAll
    static void write(@TempDir Path temp) throws IOException {
        folder = StubModel.in(temp);
    }

    private static OpenInspection open(Session session, String text) {
        return session.open(Request.of(text), Options.standard(), false, Cancellation.NEVER);
    }

    @Test
    void remembersNoMoreTextThanFitsIntoTheHeap() {
        assertThat(OpenInspections.MOST_BYTES).isLessThan(Runtime.getRuntime().maxMemory() / 4);
        try (Session session = new Session("stub", STUB, 1 << 20, 4 << 20)) {
            String text = "cat ".repeat(6_000);
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ids.add(session.open(
                                Request.of(text, Optional.of(text + i)), Options.standard(), false, Cancellation.NEVER)
                        .id());
            }
            assertThat(session.find(ids.get(0))).isEmpty();
            assertThat(session.find(ids.get(39))).isPresent();
            assertThat(ids.stream().filter(id -> session.find(id).isPresent())).hasSizeBetween(20, 39);
        }
    }

    @Test
    void anOpenInspectionIsFoundAndReadByItsNumber() {
        try (Session session = new Session("stub", STUB, 1 << 20)) {
            OpenInspection first = open(session, "The cat sat.");
            OpenInspection second = open(session, "The ____ sat.");
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(session.find(first.id())).contains(first);
            assertThat(session.read(first.id(), Heads::tokens, Cancellation.NEVER))
                    .isEqualTo(6);
        }
    }

    @Test
    void inspectionsOverTheBudgetAreEvictedAndComputedAgainOnAccess() {
        try (Session session = new Session("stub", STUB, 1)) {
            OpenInspection first = open(session, "The cat sat on the mat.");
            Matrix before = session.read(first.id(), heads -> heads.head(AttentionKind.SELF, 1, 2), Cancellation.NEVER);
            for (int i = 0; i < 5; i++) {
                open(session, "Another text " + i);
            }
            Matrix after = session.read(first.id(), heads -> heads.head(AttentionKind.SELF, 1, 2), Cancellation.NEVER);
            assertThat(after.values()).containsExactly(before.values(), within(1e-6f));
        }
    }

    @Test
    void twoInspectionsOverTheBudgetCanBeReadTogether() {
        try (Session session = new Session("stub", STUB, 1)) {
            OpenInspection first = open(session, "The cat sat.");
            OpenInspection second = open(session, "The old cat sat.");
            for (int i = 0; i < 2; i++) {
                List<Integer> tokens = session.read(
                        first.id(),
                        second.id(),
                        (a, b) -> List.of(
                                a.head(AttentionKind.SELF, 0, 0).rows(),
                                b.head(AttentionKind.SELF, 0, 0).rows()),
                        Cancellation.NEVER);
                assertThat(tokens).containsExactly(6, 7);
            }
            boolean same = session.read(first.id(), first.id(), (a, b) -> a == b, Cancellation.NEVER);
            assertThat(same).isTrue();
            assertThatThrownBy(() -> session.read(first.id(), 99, (a, b) -> 0, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no longer open");
        }
    }

    @Test
    void aForgottenInspectionIsAClearError() {
        try (Session session = new Session("stub", STUB, 1)) {
            int first = open(session, "one").id();
            for (int i = 0; i < 256; i++) {
                open(session, "text " + i);
            }
            assertThat(session.find(first)).isEmpty();
            assertThatThrownBy(() -> session.read(first, Heads::tokens, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no longer open");
        }
    }

    @Test
    void nothingIsLoadedBeforeTheFirstRequest() throws InterruptedException {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(1);
        Loader counting = (model, progress, wanted) -> {
            loads.incrementAndGet();
            return STUB.load(model, progress, wanted);
        };
        try (Session session = new Session("stub", counting, 1)) {
            session.listen(new Listener() {
                @Override
                public void modelChanged(ModelState state) {
                    if (state instanceof ModelState.Ready) {
                        ready.countDown();
                    }
                }
            });
            assertThat(loads).hasValue(0);
            assertThat(session.state()).isInstanceOf(ModelState.Loading.class);
            session.start();
            session.start();
            assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();
            open(session, "text");
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void everyRequestReportsWhyTheModelFailedToLoad() {
        Loader failing = (model, progress, wanted) -> {
            throw new UserException("The model is broken: mend it.");
        };
        try (Session session = new Session("broken", failing, 1)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> open(session, "text"))
                        .isInstanceOf(UserException.class)
                        .hasMessage("The model is broken: mend it.");
            }
            assertThat(session.state()).isEqualTo(new ModelState.Failed("broken", "The model is broken: mend it."));
        }
    }

    @Test
    void anUnexpectedLoadFailureIsAClearErrorToo() {
        Loader failing = (model, progress, wanted) -> {
            throw new IllegalStateException("secret detail");
        };
        try (Session session = new Session("broken", failing, 1)) {
            assertThatThrownBy(session::awaitModel)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("see the log")
                    .hasMessageNotContaining("secret detail");
        }
    }

    @Test
    void cancelledWorkIsDropped() throws Exception {
        AtomicBoolean wanted = new AtomicBoolean(true);
        Cancellation check = () -> {
            if (!wanted.get()) {
                throw new CancellationException();
            }
        };
        CountDownLatch loading = new CountDownLatch(1);
        Loader slow = (model, progress, cancellation) -> {
            await(loading);
            return STUB.load(model, progress, cancellation);
        };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Session session = new Session("stub", slow, 1)) {
            Future<?> waiting = pool.submit(() -> session.open(Request.of("text"), Options.standard(), false, check));
            wanted.set(false);
            loading.countDown();
            assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(CancellationException.class);
        } finally {
            pool.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void listenersReceivePointerEvents() throws Exception {
        BlockingQueue<List<Float>> heard = new LinkedBlockingQueue<>();
        try (Session session = new Session("stub", STUB, 1 << 20)) {
            OpenInspection opened =
                    session.open(Request.of("The cat sat."), Options.standard(), true, Cancellation.NEVER);
            session.listen(new Listener() {
                @Override
                public void pointed(int inspection, List<Float> weights) {
                    heard.add(weights);
                }
            });
            Matrix row = session.read(opened.id(), heads -> heads.from(AttentionKind.SELF, 1, 3), Cancellation.NEVER);
            List<Float> one =
                    pointed(session, heard, opened, new Pointer(AttentionKind.SELF, 1, List.of(2), List.of(3), false));
            assertThat(one).hasSize(6);
            assertThat(one.get(1)).isCloseTo(row.at(2, 1), within(1e-6f));

            session.point(opened.id(), Optional.empty(), () -> {});
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEmpty();

            Matrix second =
                    session.read(opened.id(), heads -> heads.head(AttentionKind.SELF, 1, 2), Cancellation.NEVER);
            Matrix third = session.read(opened.id(), heads -> heads.head(AttentionKind.SELF, 1, 3), Cancellation.NEVER);
            float from = (second.at(1, 4) + second.at(2, 4) + third.at(1, 4) + third.at(2, 4)) / 4;
            List<Float> word = pointed(
                    session, heard, opened, new Pointer(AttentionKind.SELF, 1, List.of(2, 3), List.of(1, 2), false));
            assertThat(word.get(4)).isCloseTo(from, within(1e-6f));
            List<Float> into = pointed(
                    session, heard, opened, new Pointer(AttentionKind.SELF, 1, List.of(2), List.of(1, 2), true));
            assertThat(into.get(4)).isCloseTo(second.at(4, 1) + second.at(4, 2), within(1e-6f));
            assertThatThrownBy(() -> session.point(
                            opened.id(),
                            Optional.of(new Pointer(AttentionKind.SELF, 1, List.of(99), List.of(3), false)),
                            Cancellation.NEVER))
                    .isInstanceOf(OutOfRangeException.class);
            List<Integer> many = Collections.nCopies(1_000_000, 3);
            assertThatThrownBy(() -> session.point(
                            opened.id(),
                            Optional.of(new Pointer(AttentionKind.SELF, 1, List.of(2), many, true)),
                            Cancellation.NEVER))
                    .isInstanceOf(OutOfRangeException.class);
            assertThat(pointed(session, heard, opened, new Pointer(AttentionKind.SELF, 1, List.of(2), List.of(), true)))
                    .containsOnly(0f);
        }
    }

    private static List<Float> pointed(
            Session session, BlockingQueue<List<Float>> heard, OpenInspection opened, Pointer pointer)
            throws InterruptedException {
        session.point(opened.id(), Optional.of(pointer), () -> {});
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void aStalledListenerBlocksNobodyAndMissesOnlyStaleEvents() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        List<OptionalInt> slow = Collections.synchronizedList(new ArrayList<>());
        BlockingQueue<OptionalInt> quick = new LinkedBlockingQueue<>();
        try (Session session = new Session("stub", STUB, 1 << 20)) {
            session.listen(new Listener() {
                @Override
                public void cursorMoved(int inspection, OptionalInt token) {
                    await(stalled);
                    slow.add(token);
                }
            });
            session.listen(new Listener() {
                @Override
                public void cursorMoved(int inspection, OptionalInt token) {
                    quick.add(token);
                }
            });
            for (int token = 0; token < 100; token++) {
                session.cursorMoved(1, OptionalInt.of(token));
            }
            OptionalInt heard = quick.poll(30, TimeUnit.SECONDS);
            while (heard != null && heard.getAsInt() < 99) {
                heard = quick.poll(30, TimeUnit.SECONDS);
            }
            assertThat(heard).isEqualTo(OptionalInt.of(99));
            assertThat(open(session, "The cat sat.").inspection().tokens()).hasSize(6);
            stalled.countDown();
            while (slow.isEmpty() || slow.get(slow.size() - 1).getAsInt() < 99) {
                Thread.sleep(5);
            }
            assertThat(slow).hasSizeLessThan(100);
        }
    }

    @Test
    void manyThreadsCanAskAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (Session session = new Session("stub", STUB, 200_000)) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String text = "text " + "word ".repeat(i % 9);
                answers.add(pool.submit(() -> {
                    OpenInspection opened = open(session, text);
                    return session.read(
                                    opened.id(),
                                    heads -> heads.layer(AttentionKind.SELF, 0)
                                            .get(0)
                                            .rows(),
                                    Cancellation.NEVER)
                            - opened.inspection().tokens().size();
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void closingTheSessionCancelsPendingRequests() {
        Session session = new Session("stub", STUB, 1);
        session.close();
        session.close();
        assertThatThrownBy(() -> open(session, "text")).isInstanceOf(CancellationException.class);
    }
}
