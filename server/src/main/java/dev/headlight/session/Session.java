package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model, and the inspections now open.
 *
 * <p>The thread rule: every touch of the model and of {@link Heads} happens on one thread, the engine thread, in the
 * order of the calls. Only loading does not: a model is fetched and read on a thread of its own, and handed to the
 * engine thread, which gives the one before back. Every method here may be called on any thread and blocks until its
 * answer is there. An entry's {@code heads} is read and written on the engine thread alone.
 *
 * <p>Inspections of a model that was replaced keep their text and words; their attention is gone, and who asks for it is
 * told so, unless that model is back.
 *
 * <p>Queries and keys of open inspections may take {@code budget} bytes of native memory. Beyond that, those that were
 * not looked at for longest are given back; who looks at one again waits for another pass.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Texts and predictions of so many inspections are remembered; what is older must be looked at anew. */
    private static final int MOST_OPEN = 256;

    private static final int MOST_PREDICTIONS = 256;
    private final ExecutorService engine = oneThread("headlight-engine");
    /** Loads one model after another, so that never more than two are in memory. */
    private final ExecutorService models = oneThread("headlight-loader");

    private final long budget;
    private final Loader loader;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Object, List<Blank>> predictions =
            Collections.synchronizedMap(new RecentlyUsed<>(MOST_PREDICTIONS));
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    /** Those with heads in memory, the one looked at last at the end; engine thread only. */
    private final Map<Integer, Entry> recent = new LinkedHashMap<>(16, 0.75f, true);

    private volatile ModelState state;
    private volatile Optional<ModelState> next = Optional.empty();
    private Load latest; // guarded by this; null before the first
    private boolean closed; // guarded by this
    private Inspector inspector; // engine thread only

    /** A model on its way. It is given up when its future is cancelled. */
    private static final class Load {
        private final String model;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int wanting; // how many wait for it; guarded by the session

        Load(String model) {
            this.model = model;
        }

        /** One that nobody waits for any more. */
        static Load over(String model) {
            Load load = new Load(model);
            load.done.complete(null);
            return load;
        }

        void check() {
            if (done.isDone()) {
                throw new CancellationException();
            }
        }
    }

    /** An open inspection, what it was made of, and its heads while they are in memory. */
    private static final class Entry {
        private final OpenInspection opened;
        private final Request request;
        private final Options options;
        private Heads heads;

        Entry(OpenInspection opened, Request request, Options options, Heads heads) {
            this.opened = opened;
            this.request = request;
            this.options = options;
            this.heads = heads;
        }

        void close() {
            heads.close();
            heads = null;
        }
    }

    /**
     * A session whose model is not touched yet.
     *
     * @param model its name
     * @param loader loads it, and those chosen later; called on a thread of its own, one after the other
     * @param budget native memory for queries and keys, in bytes
     */
    public Session(String model, Loader loader, long budget) {
        this.budget = budget;
        this.loader = loader;
        this.state = new ModelState.Loading(model);
    }

    private static ExecutorService oneThread(String name) {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to load the model, if it wasn't begun; returns at once. The first question does so too. */
    public synchronized void start() {
        if (latest == null && !closed) {
            begin(state.model()).wanting++;
        }
    }

    /** Begins to load a model; the one that was on its way is given up. */
    private Load begin(String model) {
        giveUp();
        Load load = new Load(model);
        latest = load;
        tell(new ModelState.Loading(model));
        models.execute(() -> load(load));
        return load;
    }

    private void giveUp() {
        if (latest != null) {
            latest.done.cancel(false);
        }
    }

    private void load(Load load) {
        long begun = System.nanoTime();
        try {
            load.check();
            Inspector loaded = loader.load(load.model, fetching -> fetching(load, fetching), load::check);
            hand(load, loaded);
            LOG.info("{} loaded in {} ms", load.model, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        } catch (CancellationException e) {
            failed(load, "Loading " + load.model + " was cancelled: choose it again to go on.", e);
        } catch (UserException e) {
            failed(load, e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            LOG.error("loading {} failed", load.model, e);
            String what = e instanceof OutOfMemoryError ? "memory ran out" : "an unexpected error happened";
            failed(load, "The model " + load.model + " can't be loaded: " + what + "; see the log.", e);
        }
    }

    private synchronized void fetching(Load load, ModelState.Fetching fetching) {
        if (load == latest && !load.done.isDone()) {
            tell(new ModelState.Loading(load.model, Optional.of(fetching)));
        }
    }

    private synchronized void failed(Load load, String sentence, Throwable cause) {
        if (load == latest) {
            tell(new ModelState.Failed(load.model, sentence));
        }
        load.done.completeExceptionally(new UserException(sentence, cause));
    }

    /** Gives a loaded model to the engine thread, and waits until it answers. */
    private void hand(Load load, Inspector loaded) {
        try {
            boolean another = engine.submit(() -> replace(load, loaded)).get();
            if (another) {
                Memory.giveBack();
            }
        } catch (RejectedExecutionException e) {
            loaded.close();
            throw new CancellationException("the session is closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CancellationException given) {
                throw given;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Runs on the engine thread; returns whether there was a model before. */
    private synchronized boolean replace(Load load, Inspector loaded) {
        if (load != latest || load.done.isDone() || closed) {
            loaded.close();
            throw new CancellationException();
        }
        recent.values().forEach(Entry::close);
        recent.clear();
        predictions.clear();
        Inspector before = inspector;
        inspector = loaded;
        if (before != null) {
            before.close();
        }
        next = Optional.empty();
        change(new ModelState.Ready(load.model));
        load.done.complete(null);
        return before != null;
    }

    /** Tells of a model on its way: the model itself, or the next one while another answers. */
    private void tell(ModelState of) {
        if (state instanceof ModelState.Ready) {
            next = Optional.of(of);
            listeners.forEach(listener -> listener.nextModelChanged(of));
        } else {
            change(of);
        }
    }

    private void change(ModelState to) {
        state = to;
        notifyAll();
        listeners.forEach(listener -> listener.modelChanged(to));
    }

    /**
     * Takes another model, and waits until it answers. The one before answers until then; one that is still on its way
     * is given up.
     *
     * @param cancellation asked now and then; throws {@link CancellationException} to give it up
     * @throws UserException where it is not to be had; the one before stays
     * @throws CancellationException where another one was chosen since
     */
    public void use(String model, Cancellation cancellation) {
        Load load;
        synchronized (this) {
            boolean onItsWay = latest != null && !latest.done.isDone();
            if (!onItsWay || !latest.model.equals(model)) {
                if (closed) {
                    throw new CancellationException("the session is closed");
                }
                if (state instanceof ModelState.Ready && state.model().equals(model)) {
                    giveUp();
                    latest = Load.over(model);
                    next = Optional.empty();
                    change(state);
                    return;
                }
                begin(model);
            }
            load = latest;
            load.wanting++;
        }
        try {
            await(load, cancellation);
        } finally {
            synchronized (this) {
                load.wanting--;
                if (load.wanting == 0) {
                    load.done.cancel(false); // nothing, where it is done
                }
            }
        }
    }

    private static void await(Load load, Cancellation cancellation) {
        while (true) {
            cancellation.check();
            try {
                load.done.get(Cancellation.POLL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                // not yet
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                throw (UserException) e.getCause();
            }
        }
    }

    /** Gives up the model that is on its way, if one is. */
    public synchronized void cancelLoading() {
        giveUp();
    }

    /** The model that is being loaded while another answers, or that failed to. */
    public Optional<ModelState> next() {
        return next;
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
     * @param cancellation asked now and then; throws {@link CancellationException} to end the work
     * @throws UserException where the text can't be looked at, or the model failed to load
     */
    public OpenInspection open(Request request, Options options, boolean linked, Cancellation cancellation) {
        return onEngine(cancellation, () -> {
            Inspected inspected = inspector.inspect(request, options, cancellation);
            OpenInspection opened = new OpenInspection(lastId.incrementAndGet(), inspected.inspection(), linked);
            Entry entry = new Entry(opened, request, options, inspected.heads());
            entries.put(opened.id(), entry);
            recent.put(opened.id(), entry);
            keep(Set.of(entry));
            return opened;
        });
    }

    /** The words for a text's blanks; what was asked lately is answered from memory. */
    public List<Blank> predict(Request request, Options options, Cancellation cancellation) {
        Object question = List.of(request, options);
        List<Blank> known = predictions.get(question);
        if (known != null) {
            return known;
        }
        return onEngine(cancellation, () -> {
            List<Blank> found = inspector.predict(request, options, cancellation);
            predictions.put(question, found);
            return found;
        });
    }

    /** An open inspection; none where the number is not, or no longer, one. */
    public Optional<OpenInspection> find(int id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.opened);
    }

    /**
     * Reads from an open inspection's heads.
     *
     * @param reader runs on the engine thread; what it returns must not hold on to the heads
     * @throws UserException where the inspection is not open
     */
    public <T> T read(int id, Function<Heads, T> reader, Cancellation cancellation) {
        Entry entry = entry(id);
        return onEngine(cancellation, () -> {
            recall(entry, cancellation);
            keep(Set.of(entry));
            return reader.apply(entry.heads);
        });
    }

    /** The same of two at once; both stay in memory for it, whatever the budget. */
    public <T> T read(int id, int other, BiFunction<Heads, Heads, T> reader, Cancellation cancellation) {
        Entry first = entry(id);
        Entry second = entry(other);
        return onEngine(cancellation, () -> {
            recall(first, cancellation);
            recall(second, cancellation);
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
    private void recall(Entry entry, Cancellation cancellation) {
        if (entry.heads == null) {
            entry.heads = again(entry, cancellation);
        }
        recent.put(entry.opened.id(), entry);
    }

    /** The heads of an inspection, by another pass of the model that it is of. */
    private Heads again(Entry entry, Cancellation cancellation) {
        Inspection before = entry.opened.inspection();
        if (before.model().equals(inspector.name())) {
            Inspected now = inspector.inspect(entry.request, entry.options, cancellation);
            Inspection after = now.inspection();
            if (after.tokens().equals(before.tokens())
                    && after.layers() == before.layers()
                    && after.heads() == before.heads()) {
                return now.heads();
            }
            now.close(); // another checkpoint under the same name
        }
        throw new UserException("This was looked at with the model " + before.model()
                + ", which is not the one that answers now: look at the text again.");
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
                old.close();
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
            entry.close();
        }
    }

    /** Lets listeners know what somebody points at in a view; nothing, where there is no pointer. */
    public void point(int id, Optional<Pointer> pointer) {
        List<Float> weights = pointer.map(at -> read(id, heads -> weights(heads, at), () -> {}))
                .orElse(List.of());
        listeners.forEach(listener -> listener.pointed(id, weights));
    }

    private static List<Float> weights(Heads heads, Pointer at) {
        at.heads().forEach(head -> heads.checkHead(at.layer(), head));
        float[] weights = new float[heads.tokens()];
        for (int token : at.tokens()) {
            Matrix byHead = at.incoming() ? heads.to(at.layer(), token) : heads.from(at.layer(), token);
            float share =
                    1f / (at.heads().size() * (at.incoming() ? 1 : at.tokens().size()));
            for (int head : at.heads()) {
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

    private <T> T onEngine(Cancellation cancellation, Callable<T> work) {
        try {
            awaitAny(cancellation);
            Future<T> answer = engine.submit(() -> {
                cancellation.check();
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

    /** Waits until a model answers. */
    private synchronized void awaitAny(Cancellation cancellation) throws InterruptedException {
        start();
        while (!(state instanceof ModelState.Ready)) {
            cancellation.check();
            if (state instanceof ModelState.Failed failed) {
                throw new UserException(failed.sentence());
            }
            if (closed) {
                throw new CancellationException("the session is closed");
            }
            wait(Cancellation.POLL_MILLIS);
        }
    }

    /** Gives all native memory back, once the work at hand is done. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            giveUp();
            models.shutdown();
        }
        try {
            engine.execute(() -> {
                recent.values().forEach(Entry::close);
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
