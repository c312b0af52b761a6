package dev.headlight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.ModelState.Failed;
import dev.headlight.session.ModelState.Fetching;
import dev.headlight.session.ModelState.Loading;
import dev.headlight.session.ModelState.Ready;
import dev.headlight.testing.Golden;
import dev.headlight.testing.RandomCheckpoint;
import dev.headlight.testing.StubModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Other models in a running session. */
@Tag("slow")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SwitchingTest {
    private static Path folder;

    @TempDir
    Path temp;

    @BeforeAll
    static void write(@TempDir Path shared) throws IOException {
        folder = StubModel.in(shared);
    }

    /** Loads the stub under any name; a "slow" one waits until it is released, a "broken" one fails. */
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
    private final List<String> given = new CopyOnWriteArrayList<>();

    private Inspector load(String model, java.util.function.Consumer<Fetching> progress, Cancellation cancellation) {
        begun(model).countDown();
        if (model.startsWith("slow")) {
            progress.accept(new Fetching(10, 100, 5, "10 of 100"));
            while (gate(model).getCount() > 0) {
                try {
                    cancellation.check();
                    gate(model).await(10, TimeUnit.MILLISECONDS);
                } catch (CancellationException e) {
                    given.add(model);
                    throw e;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        if (model.equals("broken")) {
            throw new UserException("The model is broken: mend it.");
        }
        return Inspector.load(model, folder);
    }

    private CountDownLatch gate(String model) {
        return gates.computeIfAbsent(model, m -> new CountDownLatch(1));
    }

    private CountDownLatch begun(String model) {
        return begun.computeIfAbsent(model, m -> new CountDownLatch(1));
    }

    private Session session(String model) {
        return new Session(model, this::load, 1 << 20);
    }

    private static OpenInspection open(Session session, String text) {
        return session.open(Request.of(text), Options.standard(), false, Cancellation.NEVER);
    }

    private CompletableFuture<Void> use(Session session, String model) throws InterruptedException {
        CompletableFuture<Void> use = CompletableFuture.runAsync(() -> session.use(model, Cancellation.NEVER));
        assertThat(begun(model).await(30, TimeUnit.SECONDS)).isTrue();
        return use;
    }

    @Test
    void theOldModelAnswersUntilTheNewOneDoes() throws Exception {
        try (Session session = session("embedded")) {
            open(session, "one");
            CompletableFuture<Void> use = use(session, "slow");
            assertThat(open(session, "two").inspection().model()).isEqualTo("embedded");
            assertThat(session.state()).isEqualTo(new Ready("embedded"));
            assertThat(session.next())
                    .hasValueSatisfying(next -> assertThat(next).isInstanceOf(Loading.class));
            gate("slow").countDown();
            use.get(60, TimeUnit.SECONDS);
            assertThat(open(session, "three").inspection().model()).isEqualTo("slow");
            assertThat(session.state()).isEqualTo(new Ready("slow"));
            assertThat(session.next()).isEmpty();
        }
    }

    @Test
    void listenersFollowADownloadToItsOutcome() throws Exception {
        List<ModelState> states = new CopyOnWriteArrayList<>();
        List<ModelState> nexts = new CopyOnWriteArrayList<>();
        try (Session session = session("slow first")) {
            session.listen(new Listener() {
                @Override
                public void modelChanged(ModelState state) {
                    states.add(state);
                }

                @Override
                public void nextModelChanged(ModelState state) {
                    nexts.add(state);
                }
            });
            gate("slow first").countDown();
            session.awaitModel();
            awaitLast(states, new Ready("slow first"));
            assertThat(states)
                    .contains(new Loading("slow first", java.util.Optional.of(new Fetching(10, 100, 5, "10 of 100"))))
                    .endsWith(new Ready("slow first"));
            assertThatThrownBy(() -> session.use("broken", Cancellation.NEVER))
                    .hasMessage("The model is broken: mend it.");
            awaitLast(nexts, new Failed("broken", "The model is broken: mend it."));
            assertThat(states).endsWith(new Ready("slow first"));
        }
    }

    /** Listeners hear on threads of their own. */
    private static void awaitLast(List<ModelState> heard, ModelState last) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (heard.isEmpty() || !heard.get(heard.size() - 1).equals(last)) {
            assertThat(System.nanoTime()).as("%s after %s", last, heard).isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void aModelThatFailsKeepsTheOldOneAndItsInspections() {
        try (Session session = session("embedded")) {
            int id = open(session, "The cat sat.").id();
            assertThatThrownBy(() -> session.use("broken", Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The model is broken: mend it.");
            assertThat(session.read(id, Heads::tokens, Cancellation.NEVER)).isEqualTo(6);
            assertThat(open(session, "more").inspection().model()).isEqualTo("embedded");
        }
    }

    @Test
    void aSessionWhoseFirstModelFailedCanSwitchToAnother() {
        try (Session session = session("broken")) {
            assertThatThrownBy(session::awaitModel).isInstanceOf(UserException.class);
            session.use("embedded", Cancellation.NEVER);
            assertThat(open(session, "text").inspection().model()).isEqualTo("embedded");
        }
    }

    @Test
    void aThirdModelReplacesTheSecondWhileItLoads() throws Exception {
        try (Session session = session("embedded")) {
            session.awaitModel();
            CompletableFuture<Void> second = use(session, "slow second");
            session.use("third", Cancellation.NEVER);
            assertThat(session.state()).isEqualTo(new Ready("third"));
            assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CancellationException.class);
            while (given.isEmpty()) {
                Thread.sleep(5); // its loader polls
            }
            assertThat(given).containsExactly("slow second");
            gate("slow second").countDown();
            assertThat(open(session, "text").inspection().model()).isEqualTo("third");
        }
    }

    @Test
    void choosingTheCurrentModelCancelsTheOther() throws Exception {
        try (Session session = session("embedded")) {
            session.awaitModel();
            CompletableFuture<Void> other = use(session, "slow");
            session.use("embedded", Cancellation.NEVER);
            assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
            assertThat(session.next()).isEmpty();
            assertThat(session.state()).isEqualTo(new Ready("embedded"));
        }
    }

    @Test
    void requestsForTheSameModelShareOneLoad() throws Exception {
        try (Session session = session("embedded")) {
            session.awaitModel();
            CompletableFuture<Void> first = use(session, "slow");
            AtomicBoolean wanted = new AtomicBoolean(true);
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> session.use("slow", () -> {
                if (!wanted.get()) {
                    throw new CancellationException();
                }
            }));
            wanted.set(false);
            assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
            gate("slow").countDown();
            first.get(60, TimeUnit.SECONDS);
            assertThat(session.state()).isEqualTo(new Ready("slow"));
        }
    }

    @Test
    void cancellingALoadNotifiesThoseWaiting() throws Exception {
        try (Session session = session("slow")) {
            CompletableFuture<OpenInspection> waiting = CompletableFuture.supplyAsync(() -> open(session, "text"));
            assertThat(begun("slow").await(30, TimeUnit.SECONDS)).isTrue();
            session.cancelLoading();
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .hasRootCauseMessage("Loading slow was cancelled: choose it again to resume.");
            gate("slow").countDown();
            session.use("slow", Cancellation.NEVER);
            assertThat(open(session, "text").inspection().model()).isEqualTo("slow");
        }
    }

    @Test
    void inspectionsOfTheOldModelKeepTheirWordsButLoseTheirAttention() {
        try (Session session = session("embedded")) {
            OpenInspection old = open(session, "The ____ sat.");
            session.use("other", Cancellation.NEVER);
            assertThat(session.find(old.id())).contains(old);
            assertThatThrownBy(() -> session.read(old.id(), Heads::tokens, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessage("This text was inspected with the model embedded, which is no longer in use:"
                            + " inspect the text again.");
            session.use("embedded", Cancellation.NEVER);
            assertThat(session.read(old.id(), Heads::tokens, Cancellation.NEVER))
                    .isEqualTo(6);
        }
    }

    @Test
    void wordsOfTheOldModelAreNotReused() {
        try (Session session = session("embedded")) {
            Request request = Request.of("The ____ sat.");
            var before = session.predict(request, Options.standard(), Cancellation.NEVER);
            assertThat(session.predict(request, Options.standard(), Cancellation.NEVER))
                    .isSameAs(before);
            session.use("other", Cancellation.NEVER);
            assertThat(session.predict(request, Options.standard(), Cancellation.NEVER))
                    .isNotSameAs(before);
        }
    }

    @Test
    void closingASessionCancelsLoading() throws Exception {
        Session session = session("slow");
        session.start();
        assertThat(begun("slow").await(30, TimeUnit.SECONDS)).isTrue();
        session.close();
        while (given.isEmpty()) {
            Thread.sleep(5);
        }
        assertThatThrownBy(() -> open(session, "text"))
                .isInstanceOfAny(CancellationException.class, UserException.class);
    }

    /** The heap is touched as a whole before (pom.xml), so that what resident memory grows by is native. */
    @Tag("slow")
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads resident memory from /proc")
    void memoryOfOldModelsIsFreed() throws Exception {
        // 160 MB of float32, mapped, and 75 MB of its layers again as packed weights
        Path folder = new RandomCheckpoint(6, 8, 512, 32_000).in(temp.resolve("large"));
        Loader loader = (model, progress, wanted) ->
                Inspector.load(model, model.equals("large") ? folder : Golden.folder("bert"));
        try (Session session = new Session("small", loader, 1 << 20)) {
            open(session, "The cat sat on the mat.");
            List<Long> peaks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                session.use("large", Cancellation.NEVER);
                open(session, "The cat sat on the mat.");
                long large = residentMegabytes();
                peaks.add(large);
                session.use("small", Cancellation.NEVER);
                while (large - residentMegabytes() < 60) {
                    Thread.sleep(20); // it is given back after the new model answers
                }
            }
            assertThat(peaks.get(2) - peaks.get(0)).as("megabytes kept").isLessThan(50);
        }
    }

    /** Without files that are mapped: when their pages go is the system's business. */
    private static long residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1000)
                .findFirst()
                .orElseThrow();
    }
}
