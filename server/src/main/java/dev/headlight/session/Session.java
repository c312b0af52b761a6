package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.NamedWord;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Together;
import dev.headlight.inspect.Why;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The model and the open inspections.
 *
 * <p>The thread rule: the model and {@link Heads} are only used on the {@link Engine} thread, in the order of the
 * calls, except while loading ({@link ModelSwitch}). Every method here may be called on any thread and blocks until its
 * result is available. Listeners are called on threads of their own ({@link Listeners}).
 *
 * <p>A second model may be loaded beside, for texts that are shown under both ({@link SecondModel}). Inspections of a
 * model that is no longer loaded keep their text and words; when more is asked about them, it is loaded again beside, if
 * it is on this machine.
 */
public final class Session implements AutoCloseable {
    private static final int MOST_PREDICTIONS = 256;
    /** So often a model is loaded beside that another page replaces at once. */
    private static final int MOST_TRIES = 3;

    private final Engine engine = new Engine();
    private final Listeners listeners = new Listeners();
    private final OpenInspections inspections;
    private final ModelSwitch models;
    private final SecondModel second;
    private final Loader loader;
    private final Map<Object, List<Blank>> predictions =
            Collections.synchronizedMap(new RecentlyUsed<>(MOST_PREDICTIONS));

    /**
     * Does not start to load the model.
     *
     * @param model its name
     * @param loader loads it and later models, one at a time, on a thread of its own
     * @param budget native memory for queries and keys, in bytes
     */
    public Session(String model, Loader loader, long budget) {
        this(model, loader, budget, OpenInspections.MOST_BYTES);
    }

    /** The same with another limit of what texts and words may take of Java's heap, in bytes. */
    Session(String model, Loader loader, long budget, long mostBytes) {
        this.inspections = new OpenInspections(budget, mostBytes);
        this.loader = loader;
        this.models = new ModelSwitch(model, loader, engine, listeners, replaced -> {
            inspections.closeHeads(replaced);
            predictions.clear();
        });
        this.second = new SecondModel(loader, engine, inspections::closeHeads);
    }

    /** Starts to load the model, unless already started; returns at once. The first request does so too. */
    public void start() {
        models.start();
    }

    /**
     * Switches to another model, and waits until it is in use. The previous one stays in use until then; a load in
     * progress is cancelled.
     *
     * @throws UserException if it is unavailable; the previous one stays
     * @throws CancellationException if another one was chosen meanwhile
     */
    public void use(String model, Cancellation cancellation) {
        models.use(model, cancellation);
    }

    /** The models on this machine, and those that open inspections were made with, as far as they are here. */
    public List<Loader.Known> known() {
        Set<String> others = new LinkedHashSet<>(inspections.models());
        others.add(models.state().model());
        return loader.known(others);
    }

    /**
     * Switches to a model of this machine as {@link #use} does; downloads nothing. The one beside is closed first, so that
     * no more than two are in memory.
     *
     * @throws UserException if it isn't here, or can't be used; the previous one stays
     */
    public void choose(String model, Cancellation cancellation) {
        Optional<Loader.Known> known =
                known().stream().filter(one -> one.name().equals(model)).findFirst();
        if (known.isEmpty()) {
            throw absent(model);
        }
        known.get().problem().ifPresent(why -> {
            throw new UserException("The model " + model + " can't be used (" + why + "): choose another one.");
        });
        closeSecond();
        models.use(model, cancellation);
    }

    /**
     * Downloads a model of the hub, without loading it.
     *
     * @throws UserException if it is unavailable, or can't be used
     */
    public void download(String model, Consumer<ModelState.Fetching> progress, Cancellation cancellation) {
        loader.download(model, progress, cancellation);
    }

    /** Closes the model beside the current one, if there is one, and waits for that. */
    public void closeSecond() {
        try {
            second.close().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static UserException absent(String model) {
        return new UserException("There is no model " + model + " on this machine: download it first.");
    }

    /** Cancels a load in progress, if any. */
    public void cancelLoading() {
        models.cancelLoading();
    }

    /** The model that is loading while another is in use, or that failed to load. */
    public Optional<ModelState> next() {
        return models.next();
    }

    /** The model's current state. */
    public ModelState state() {
        return models.state();
    }

    /**
     * Waits until the model is loaded.
     *
     * @throws UserException if it can't be loaded
     */
    public void awaitModel() {
        models.awaitAny(Cancellation.NEVER);
    }

    /**
     * Whether the model is causal: it predicts what follows a text instead of filling blanks. Waits until it is loaded.
     *
     * @throws UserException if it can't be loaded
     */
    public boolean causal(Cancellation cancellation) {
        return onEngine(cancellation, () -> models.inspector().causal());
    }

    /** Adds a listener; its first event is the model's current state. */
    public void listen(Listener listener) {
        models.listen(listener);
    }

    /** Removes a listener. */
    public void ignore(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Inspects a text or a pair, and keeps the inspection open.
     *
     * @param linked whether an editor has the text open
     * @throws UserException if the text can't be inspected, or the model failed to load
     */
    public OpenInspection open(Request request, Options options, boolean linked, Cancellation cancellation) {
        return open(request, options, id -> linked ? OptionalInt.of(id) : OptionalInt.empty(), cancellation);
    }

    /**
     * Inspects the text of another inspection, with something taken out: an editor that has it open hears of both as of
     * one.
     *
     * @throws UserException if that is not open, or of another text
     */
    public OpenInspection openChanged(int whole, Request request, Options options, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(whole);
        Request known = entry.request();
        if (!known.text().equals(request.text()) || !known.pair().equals(request.pair())) {
            throw new UserException("This is not the text of inspection " + whole + ": inspect it by itself.");
        }
        return asked(
                entry,
                cancellation,
                inspector -> inspections.open(
                        inspector,
                        request.masking(known.masked()),
                        options,
                        id -> entry.opened().origin(),
                        cancellation));
    }

    /**
     * Inspects a text with a model of this machine, which is loaded beside the current one unless it is that; keeps the
     * inspection open.
     *
     * @throws UserException if the model isn't here, or the text can't be inspected
     */
    public OpenInspection openWith(String model, Request request, Options options, Cancellation cancellation) {
        boolean here = known().stream().anyMatch(known -> known.name().equals(model));
        if (!here) {
            throw absent(model);
        }
        return with(
                model,
                cancellation,
                inspector -> inspections.open(inspector, request, options, id -> OptionalInt.empty(), cancellation),
                () -> absent(model));
    }

    /**
     * Keeps attention open that was computed elsewhere; doesn't wait for the model.
     *
     * @param inspected closed with the session
     */
    public OpenInspection show(Inspected inspected) {
        return engine.call(Cancellation.NEVER, () -> inspections.add(inspected));
    }

    /** Closes an inspection, and frees what it takes; nothing happens if it is not open. */
    public void close(int id) {
        engine.call(Cancellation.NEVER, () -> {
            inspections.forget(id);
            return null;
        });
    }

    private OpenInspection open(
            Request request, Options options, IntFunction<OptionalInt> origin, Cancellation cancellation) {
        return onEngine(
                cancellation, () -> inspections.open(models.inspector(), request, options, origin, cancellation));
    }

    /**
     * Goes on with an open inspection's text by the likeliest token; both stay open.
     *
     * @return empty if the model ends the text there
     * @throws UserException if the inspection is not open, or its model does not write
     */
    public Optional<OpenWritten> goOn(int id, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return asked(entry, cancellation, inspector -> inspections.goOn(entry, inspector, cancellation));
    }

    /** The words for a text's blanks; recent results are cached. */
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

    /**
     * How probable words are at a place of an open inspection.
     *
     * @throws UserException if the model can't write one there, or is no longer the inspection's
     */
    public List<NamedWord> named(int id, int place, List<String> words, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return asked(entry, cancellation, inspector -> inspector.named(entry.request(), place, words, cancellation));
    }

    /** An open inspection's blanks, filled together. */
    public List<Together> together(int id, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return asked(
                entry, cancellation, inspector -> inspector.together(entry.request(), entry.options(), cancellation));
    }

    /** An open inspection; empty if the number is not that of one, or no longer. */
    public Optional<OpenInspection> find(int id) {
        return inspections.find(id);
    }

    /**
     * Reads from an open inspection's heads.
     *
     * @param reader runs on the engine thread; its result must not refer to the heads
     * @throws UserException if the inspection is not open
     */
    public <T> T read(int id, Function<Heads, T> reader, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return entry.isGiven()
                ? engine.call(cancellation, () -> reader.apply(inspections.heads(entry)))
                : asked(
                        entry,
                        cancellation,
                        inspector -> reader.apply(inspections.heads(entry, inspector, cancellation)));
    }

    /** Reads from two at once; both stay in memory meanwhile, regardless of the budget. */
    public <T> T read(int id, int other, BiFunction<Heads, Heads, T> reader, Cancellation cancellation) {
        OpenInspections.Entry first = inspections.entry(id);
        OpenInspections.Entry second = inspections.entry(other);
        for (OpenInspections.Entry entry : List.of(first, second)) {
            if (!entry.isGiven()) {
                asked(entry, cancellation, inspector -> inspector); // loads its model
            }
        }
        return engine.call(cancellation, () -> {
            inspections.recall(first, loaded(first), second, loaded(second), cancellation);
            return reader.apply(inspections.heads(first), inspections.heads(second));
        });
    }

    /** The model that an inspection was made with; null of one from a file. Engine thread only. */
    private Inspector loaded(OpenInspections.Entry entry) {
        return entry.isGiven()
                ? null
                : find(entry.model())
                        .orElseThrow(() -> new UserException("Neither of the two models is the one in use: choose one"
                                + " of them, and compare it with the other."));
    }

    /**
     * Asks why a word stands at a place of an open inspection.
     *
     * @param place counted from 0
     * @return to be closed
     * @throws UserException if the inspection is not open, or nothing can be asked about the place
     */
    public OpenWhy why(int id, int place, Cancellation cancellation) {
        OpenInspections.Entry entry = inspections.entry(id);
        return asked(entry, cancellation, inspector -> {
            inspections.heads(entry, inspector, cancellation); // of the same checkpoint still, or this fails
            return new OpenWhy(
                    engine,
                    () -> find(entry.model()).filter(now -> now == inspector).isPresent(),
                    () -> inspections.heads(entry, inspector, Cancellation.NEVER),
                    entry.opened(),
                    inspections.why(entry, inspector, place, cancellation));
        });
    }

    /** The name of the model in use, once it is loaded. */
    public String model() {
        return onEngine(Cancellation.NEVER, () -> models.inspector().name());
    }

    /**
     * Checks sentences, and says which of them are best measured together.
     *
     * @return their numbers, in groups
     * @throws UserException if a sentence can't be measured
     */
    public List<List<Integer>> groups(List<Pairs.Pair> pairs, Cancellation cancellation) {
        return onEngine(cancellation, () -> Pairs.groups(models.inspector(), pairs, cancellation));
    }

    /**
     * Measures some sentences.
     *
     * @param model the name of the model that must be in use
     * @throws UserException if another one is, or a sentence can't be measured
     */
    public List<Pairs.Measured> measure(
            String model, List<Pairs.Pair> pairs, Why.Ablation ablation, Cancellation cancellation) {
        return onEngine(cancellation, () -> {
            if (!models.inspector().name().equals(model)) {
                throw new UserException("Another model is in use now: measure the sentences again.");
            }
            Pairs.How how = new Pairs.How(false, ablation);
            return Pairs.measure(models.inspector(), pairs, how, cancellation);
        });
    }

    /** Tells listeners what the user points at in a view; an empty pointer means nothing. */
    public void point(int id, Optional<Pointer> pointer, Cancellation cancellation) {
        List<Float> weights =
                pointer.map(at -> read(id, at::weights, cancellation)).orElse(List.of());
        int known = origin(id);
        listeners.tellLatest(List.of("pointed", known), listener -> listener.pointed(known, weights));
    }

    /**
     * Tells listeners what the words of an inspection's text do to an answer.
     *
     * @param effects [T], in nats; 0 for a token that has no part in it
     */
    public void weigh(int id, List<Float> effects) {
        int known = origin(id);
        listeners.tellLatest(List.of("pointed", known), listener -> listener.weighed(known, effects));
    }

    /** Tells listeners the token at an editor's cursor; empty if the cursor left the inspection's text. */
    public void cursorMoved(int id, OptionalInt token) {
        listeners.tellLatest(List.of("cursor", id), listener -> listener.cursorMoved(id, token));
    }

    /** Tells listeners that the user chose words in a view, by the numbers of their blanks. */
    public void accept(int id, Map<Integer, String> words) {
        int known = origin(id);
        listeners.tell(listener -> listener.accepted(known, words));
    }

    /** The number that an editor knows an inspection's text by; its own if no editor has the text open. */
    private int origin(int id) {
        return find(id).map(OpenInspection::origin).orElse(OptionalInt.empty()).orElse(id);
    }

    private <T> T onEngine(Cancellation cancellation, Callable<T> work) {
        models.awaitAny(cancellation);
        return engine.call(cancellation, work);
    }

    /** Asks the model that an inspection was made with, which is loaded beside if it is no longer the current one. */
    private <T> T asked(OpenInspections.Entry entry, Cancellation cancellation, Function<Inspector, T> work) {
        if (entry.isGiven()) {
            entry.request(); // which says so
        }
        return with(entry.model(), cancellation, work, entry::otherModel);
    }

    /** @param absent what is thrown if the model is neither loaded nor on this machine */
    private <T> T with(
            String model, Cancellation cancellation, Function<Inspector, T> work, Supplier<UserException> absent) {
        if (models.state().model().equals(model)) {
            models.awaitAny(cancellation);
        }
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<T> answer = engine.call(cancellation, () -> find(model).map(inspector -> work.apply(inspector)));
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!second.load(model, cancellation)) {
                throw absent.get();
            }
        }
        throw new UserException("Other models are asked for at the same time: close other pages, and try again.");
    }

    /** A model, if it is loaded; engine thread only. */
    private Optional<Inspector> find(String model) {
        return models.find(model).or(() -> second.find(model));
    }

    /** Frees all native memory, after the work in progress. */
    @Override
    public void close() {
        models.close();
        second.end();
        listeners.close();
        engine.close(() -> {
            inspections.close();
            models.closeModel();
            second.closeModel();
        });
    }
}
