package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The model, and the inspections now open.
 *
 * <p>The thread rule: every touch of the model and of {@link Heads} happens on the {@link Engine} thread, in the order of
 * the calls. Only loading does not ({@link ModelSwitch}). Every method here may be called on any thread and blocks until
 * its answer is there. Listeners are told on threads of their own ({@link Listeners}).
 *
 * <p>Inspections of a model that was replaced keep their text and words; their attention is gone, and whoever asks for it
 * is told so, unless that model is back.
 */
public final class Session implements AutoCloseable {
    private static final int MOST_PREDICTIONS = 256;

    private final Engine engine = new Engine();
    private final Listeners listeners = new Listeners();
    private final OpenInspections inspections;
    private final ModelSwitch models;
    private final Map<Object, List<Blank>> predictions =
            Collections.synchronizedMap(new RecentlyUsed<>(MOST_PREDICTIONS));

    /**
     * A session whose model is not touched yet.
     *
     * @param model its name
     * @param loader loads it, and those chosen later; called on a thread of its own, one after the other
     * @param budget native memory for queries and keys, in bytes
     */
    public Session(String model, Loader loader, long budget) {
        this.inspections = new OpenInspections(budget);
        this.models = new ModelSwitch(model, loader, engine, listeners, () -> {
            inspections.closeHeads();
            predictions.clear();
        });
    }

    /** Begins to load the model, if that was not begun; returns at once. The first question does so too. */
    public void start() {
        models.start();
    }

    /**
     * Takes another model, and waits until it answers. The previous one answers until then; one that is still on its way
     * is given up.
     *
     * @throws UserException where it is unavailable; the previous one stays
     * @throws CancellationException where another one was chosen since
     */
    public void use(String model, Cancellation cancellation) {
        models.use(model, cancellation);
    }

    /** Gives up the model that is on its way, if there is one. */
    public void cancelLoading() {
        models.cancelLoading();
    }

    /** The model that is being loaded while another answers, or that failed to load. */
    public Optional<ModelState> next() {
        return models.next();
    }

    /** Where the model is now. */
    public ModelState state() {
        return models.state();
    }

    /**
     * Waits until the model is loaded.
     *
     * @throws UserException where it can't be
     */
    public void awaitModel() {
        models.awaitAny(Cancellation.NEVER);
    }

    /**
     * Whether the model predicts what follows a text, instead of what is missing in it; waits until it is loaded.
     *
     * @throws UserException where it can't be
     */
    public boolean causal() {
        return onEngine(Cancellation.NEVER, () -> models.inspector().causal());
    }

    /** Tells a listener of the model's state as it is, and of what happens from now on. */
    public void listen(Listener listener) {
        models.listen(listener);
    }

    /** Tells a listener nothing more. */
    public void ignore(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Looks at a text or a pair, and keeps the result open.
     *
     * @param linked whether an editor has the text open
     * @throws UserException where the text can't be looked at, or the model failed to load
     */
    public OpenInspection open(Request request, Options options, boolean linked, Cancellation cancellation) {
        return onEngine(
                cancellation, () -> inspections.open(models.inspector(), request, options, linked, cancellation));
    }

    /** The words for a text's blanks; what was asked recently is answered from memory. */
    public List<Blank> predict(Request request, Options options, Cancellation cancellation) {
        Object question = List.of(request, options);
        List<Blank> known = predictions.get(question);
        if (known != null) {
            return known;
        }
        return onEngine(cancellation, () -> {
            List<Blank> found = models.inspector().predict(request, options, cancellation);
            predictions.put(question, found);
            return found;
        });
    }

    /** An open inspection; none where the number is not, or no longer, one. */
    public Optional<OpenInspection> find(int id) {
        return inspections.find(id);
    }

    /**
     * Reads from an open inspection's heads.
     *
     * @param reader runs on the engine thread; what it returns must not hold on to the heads
     * @throws UserException where the inspection is not open
     */
    public <T> T read(int id, Function<Heads, T> reader, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return onEngine(cancellation, () -> reader.apply(inspections.heads(entry, models.inspector(), cancellation)));
    }

    /** The same of two at once; both stay in memory for it, whatever the budget. */
    public <T> T read(int id, int other, BiFunction<Heads, Heads, T> reader, Cancellation cancellation) {
        OpenInspections.Entry first = inspections.entry(id);
        OpenInspections.Entry second = inspections.entry(other);
        return onEngine(cancellation, () -> {
            inspections.recall(first, second, models.inspector(), cancellation);
            return reader.apply(inspections.heads(first), inspections.heads(second));
        });
    }

    /** Lets listeners know what somebody points at in a view; nothing, where there is no pointer. */
    public void point(int id, Optional<Pointer> pointer) {
        List<Float> weights =
                pointer.map(at -> read(id, at::weights, Cancellation.NEVER)).orElse(List.of());
        listeners.tellLatest(List.of("pointed", id), listener -> listener.pointed(id, weights));
    }

    /** Lets listeners know where an editor's cursor stands in the text of an inspection; at no token where it left. */
    public void cursorMoved(int id, OptionalInt token) {
        listeners.tellLatest(List.of("cursor", id), listener -> listener.cursorMoved(id, token));
    }

    /** Lets listeners know that somebody took a word for a blank in a view. */
    public void accept(int id, int blank, int word) {
        listeners.tell(listener -> listener.accepted(id, blank, word));
    }

    private <T> T onEngine(Cancellation cancellation, Callable<T> work) {
        models.awaitAny(cancellation);
        return engine.call(cancellation, work);
    }

    /** Frees all native memory, once the work at hand is done. */
    @Override
    public void close() {
        models.close();
        listeners.close();
        engine.close(() -> {
            inspections.closeHeads();
            models.closeModel();
        });
    }
}
