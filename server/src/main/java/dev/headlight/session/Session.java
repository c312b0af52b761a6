package dev.headlight.session;

import dev.headlight.UserException;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model, and the inspections now open.
 *
 * <p>The thread rule: every touch of the model and of {@link Heads} happens on one thread, the engine thread, in the
 * order of the calls; loading the model is the first of them. Every method here may be called on any thread and blocks
 * until its answer is there. An entry's {@code heads} is read and written on the engine thread alone.
 *
 * <p>Queries and keys of open inspections may take {@code budget} bytes of native memory. Beyond that, those that were
 * not looked at for longest are given back; who looks at one again waits for another pass.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Texts and predictions of so many inspections are remembered; what is older must be looked at anew. */
    private static final int MOST_OPEN = 256;

    private static final int MOST_PREDICTIONS = 256;

    private final ExecutorService engine = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "headlight-engine");
        thread.setDaemon(true);
        return thread;
    });
    private final long budget;
    private final Supplier<Inspector> loader;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Object, List<Blank>> predictions = Collections.synchronizedMap(new Recent<>(MOST_PREDICTIONS));
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** Those with heads in memory, the one looked at last at the end; engine thread only. */
    private final Map<Integer, Entry> recent = new LinkedHashMap<>(16, 0.75f, true);

    private volatile ModelState state;
    private Inspector inspector; // engine thread only

    /** An open inspection, what it was made of, and its heads while they are in memory. */
    private static final class Entry {
        private final Opened opened;
        private final Request request;
        private final Options options;
        private Heads heads;

        Entry(Opened opened, Request request, Options options, Heads heads) {
            this.opened = opened;
            this.request = request;
            this.options = options;
            this.heads = heads;
        }
    }

    /**
     * A session whose model is not touched yet.
     *
     * @param model its name
     * @param loader loads it; called on the engine thread
     * @param budget native memory for queries and keys, in bytes
     */
    public Session(String model, Supplier<Inspector> loader, long budget) {
        this.budget = budget;
        this.loader = loader;
        this.state = new ModelState.Loading(model);
    }

    /** Begins to load the model, if it wasn't begun; returns at once. The first question does so too. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            engine.execute(this::load);
        }
    }

    private void load() {
        String model = state.model();
        long begun = System.nanoTime();
        try {
            inspector = loader.get();
            LOG.info("{} loaded in {} ms", model, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            change(new ModelState.Ready(model));
        } catch (UserException e) {
            change(new ModelState.Failed(model, e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("loading {} failed", model, e);
            String what = e instanceof OutOfMemoryError ? "memory ran out" : "an unexpected error happened";
            change(new ModelState.Failed(model, "The model " + model + " can't be loaded: " + what + "; see the log."));
        }
    }

    private void change(ModelState next) {
        state = next;
        listeners.forEach(listener -> listener.modelChanged(next));
    }

    /** Where the model is now. */
    public ModelState state() {
        return state;
    }

    /**
     * Waits until the model is loaded.
     *
     * @throws UserException where it can't be
     */
    public void awaitModel() {
        onEngine(() -> {}, () -> null);
    }

    /**
     * Whether the model predicts what follows a text, instead of what is missing in it; waits until it is loaded.
     *
     * @throws UserException where it can't be
     */
    public boolean causal() {
        return onEngine(() -> {}, () -> inspector.causal());
    }

    /** Tells a listener what happens from now on, and of the model's state as it is. */
    public void listen(Listener listener) {
        listeners.add(listener);
        listener.modelChanged(state);
    }

    /** Tells a listener nothing more. */
    public void ignore(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Looks at a text or a pair, and keeps the result open.
     *
     * @param linked whether an editor has the text open
     * @param stillWanted called now and then; throws {@link CancellationException} to end the work
     * @throws UserException where the text can't be looked at, or the model failed to load
     */
    public Opened open(Request request, Options options, boolean linked, Runnable stillWanted) {
        return onEngine(stillWanted, () -> {
            Inspected inspected = inspector.inspect(request, options, stillWanted);
            Opened opened = new Opened(lastId.incrementAndGet(), inspected.inspection(), linked);
            Entry entry = new Entry(opened, request, options, inspected.heads());
            entries.put(opened.id(), entry);
            recent.put(opened.id(), entry);
            keep(Set.of(entry));
            return opened;
        });
    }

    /** The words for a text's blanks; what was asked lately is answered from memory. */
    public List<Blank> predict(Request request, Options options, Runnable stillWanted) {
        Object question = List.of(request, options);
        List<Blank> known = predictions.get(question);
        if (known != null) {
            return known;
        }
        List<Blank> found = onEngine(stillWanted, () -> inspector.predict(request, options, stillWanted));
        predictions.put(question, found);
        return found;
    }

    /** An open inspection; none where the number is not, or no longer, one. */
    public Optional<Opened> find(int id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.opened);
    }

    /**
     * Reads from an open inspection's heads.
     *
     * @param reader runs on the engine thread; what it returns must not hold on to the heads
     * @throws UserException where the inspection is not open
     */
    public <T> T read(int id, Function<Heads, T> reader, Runnable stillWanted) {
        Entry entry = entry(id);
        return onEngine(stillWanted, () -> {
            recall(entry, stillWanted);
            keep(Set.of(entry));
            return reader.apply(entry.heads);
        });
    }

    /** The same of two at once; both stay in memory for it, whatever the budget. */
    public <T> T read(int id, int other, BiFunction<Heads, Heads, T> reader, Runnable stillWanted) {
        Entry first = entry(id);
        Entry second = entry(other);
        return onEngine(stillWanted, () -> {
            recall(first, stillWanted);
            recall(second, stillWanted);
            keep(new HashSet<>(List.of(first, second)));
            return reader.apply(first.heads, second.heads);
        });
    }

    private Entry entry(int id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new UserException("This inspection is no longer open: look at the text again.");
        }
        return entry;
    }

    /** Marks an inspection as looked at just now, with its heads computed again where they were given back. */
    private void recall(Entry entry, Runnable stillWanted) {
        if (entry.heads == null) {
            entry.heads =
                    inspector.inspect(entry.request, entry.options, stillWanted).heads();
        }
        recent.put(entry.opened.id(), entry);
    }

    /** Gives back what is over the budget, but not what is needed now. */
    private void keep(Set<Entry> needed) {
        long bytes = 0;
        for (Entry entry : recent.values()) {
            bytes += entry.heads.bytes();
        }
        for (Entry old : new ArrayList<>(recent.values())) {
            if (bytes > budget && !needed.contains(old)) {
                bytes -= old.heads.bytes();
                old.heads.close();
                old.heads = null;
                recent.remove(old.opened.id());
            }
        }
        entries.keySet().stream()
                .sorted()
                .limit(Math.max(0, entries.size() - MOST_OPEN))
                .toList()
                .forEach(this::forget);
    }

    private void forget(int id) {
        Entry entry = entries.remove(id);
        if (entry != null && recent.remove(id) != null) {
            entry.heads.close();
            entry.heads = null;
        }
    }

    /** Lets listeners know what somebody points at in a view; nothing, where there is no pointer. */
    public void point(int id, Optional<Pointer> pointer) {
        List<Float> weights = pointer.map(at -> read(id, heads -> weights(heads, at), () -> {}))
                .orElse(List.of());
        listeners.forEach(listener -> listener.pointed(id, weights));
    }

    private static List<Float> weights(Heads heads, Pointer at) {
        float[] weights = new float[heads.tokens()];
        for (int token : at.tokens()) {
            Matrix byHead = at.incoming() ? heads.to(at.layer(), token) : heads.from(at.layer(), token);
            float share =
                    1f / (at.heads().size() * (at.incoming() ? 1 : at.tokens().size()));
            for (int head : at.heads()) {
                Objects.checkIndex(head, heads.heads());
                for (int other = 0; other < weights.length; other++) {
                    weights[other] += share * byHead.at(head, other);
                }
            }
        }
        List<Float> all = new ArrayList<>();
        for (float weight : weights) {
            all.add(weight);
        }
        return all;
    }

    /** Lets listeners know where an editor's cursor stands in the text of an inspection; at no token where it left. */
    public void cursorMoved(int id, OptionalInt token) {
        listeners.forEach(listener -> listener.cursorMoved(id, token));
    }

    /** Lets listeners know that somebody took a word for a blank in a view. */
    public void accept(int id, int blank, int word) {
        listeners.forEach(listener -> listener.accepted(id, blank, word));
    }

    private <T> T onEngine(Runnable stillWanted, Callable<T> work) {
        try {
            start();
            Future<T> answer = engine.submit(() -> {
                stillWanted.run();
                if (state instanceof ModelState.Failed failed) {
                    throw new UserException(failed.sentence());
                }
                return work.call();
            });
            return answer.get();
        } catch (RejectedExecutionException e) {
            throw new CancellationException("the session is closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof OutOfMemoryError) {
                throw new UserException("Memory ran out: select less text, or give Java more (-Xmx).", e);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Gives all native memory back, once the work at hand is done. */
    @Override
    public void close() {
        try {
            engine.execute(() -> {
                recent.values().forEach(entry -> entry.heads.close());
                recent.clear();
                if (inspector != null) {
                    inspector.close();
                }
            });
        } catch (RejectedExecutionException e) {
            return; // closed before
        }
        engine.shutdown();
    }
}
