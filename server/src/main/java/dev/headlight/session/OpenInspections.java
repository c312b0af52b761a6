package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Why;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The open inspections. Their queries and keys may take {@code budget} bytes of native memory; beyond that, the least
 * recently used are closed, and computed again when needed. Engine thread only, except for {@link #find} and {@link
 * #entry}.
 */
final class OpenInspections {
    /** Texts and predictions of this many inspections are kept; an older text must be inspected again. */
    private static final int MOST_OPEN = 256;
    /** And no more of Java's heap, of which it is a sixth; 256 texts of the usual length take a third of that. */
    static final long MOST_BYTES = 64L << 20;

    /** So many files are open at a time. */
    private static final int MOST_GIVEN = 16;

    private final long budget;
    private final long mostBytes;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();
    /** Those with heads in memory, the most recently used last. */
    private final Map<Integer, Entry> recent = new LinkedHashMap<>(16, 0.75f, true);

    /** An open inspection, its request, and its heads while they are in memory. */
    static final class Entry {
        private final OpenInspection opened;
        private final Request request;
        private final Options options;
        private Heads heads; // engine thread only

        private Entry(OpenInspection opened, Request request, Options options, Heads heads) {
            this.opened = opened;
            this.request = request;
            this.options = options;
            this.heads = heads;
        }

        /**
         * What was inspected.
         *
         * @throws UserException if it was opened from a file
         */
        Request request() {
            if (isGiven()) {
                throw given();
            }
            return request;
        }

        Options options() {
            return options;
        }

        /** Whether it was opened from a file, which holds all that there is. */
        boolean isGiven() {
            return opened.given();
        }

        private static UserException given() {
            return new UserException("This attention was opened from a file, and only the model that computed it could"
                    + " answer that: visualize the text with a model.");
        }

        /** The name of the model that it was inspected with. */
        String model() {
            return opened.inspection().model();
        }

        UserException otherModel() {
            return new UserException("This text was inspected with the model " + model() + ", which is no longer"
                    + " in use: inspect the text again.");
        }

        OpenInspection opened() {
            return opened;
        }

        /** About what its texts, tokens and words take of Java's heap. */
        private long bytes() {
            Inspection inspection = opened.inspection();
            long words = inspection.blanks().stream()
                    .mapToLong(blank -> blank.predictions().size())
                    .sum();
            long text = inspection.text().length()
                    + inspection.pair().map(String::length).orElse(0);
            return 2 * text + 200L * inspection.tokens().size() + 150 * words;
        }

        private void close() {
            heads.close();
            heads = null;
        }
    }

    /** Whose texts and words take so many bytes of Java's heap, at most. */
    OpenInspections(long budget, long mostBytes) {
        this.budget = budget;
        this.mostBytes = mostBytes;
    }

    /** An open inspection; empty if the number is not that of one, or no longer. Any thread. */
    Optional<OpenInspection> find(int id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.opened);
    }

    /**
     * The entry for {@link #heads}. Any thread.
     *
     * @throws UserException if the inspection is not open
     */
    Entry entry(int id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw gone();
        }
        return entry;
    }

    private static UserException gone() {
        return new UserException("This inspection is no longer open: inspect the text again.");
    }

    /**
     * Inspects a text, and keeps the inspection open.
     *
     * @param origin what an editor knows the text by, from the inspection's own number
     */
    OpenInspection open(
            Inspector inspector,
            Request request,
            Options options,
            IntFunction<OptionalInt> origin,
            Cancellation cancellation) {
        Inspected inspected = inspector.inspect(request, options, cancellation);
        int id = lastId.incrementAndGet();
        OpenInspection opened = new OpenInspection(id, inspected.inspection(), origin.apply(id), false);
        Entry entry = new Entry(opened, request, options, inspected.heads());
        entries.put(opened.id(), entry);
        recent.put(opened.id(), entry);
        keep(Set.of(entry));
        return opened;
    }

    /**
     * Goes on with an inspection's text by a token, and keeps the longer one open, too.
     *
     * @return empty if the model ends the text there
     */
    Optional<OpenWritten> goOn(Entry entry, Inspector inspector, Cancellation cancellation) {
        Inspected before = new Inspected(entry.opened.inspection(), heads(entry, inspector, cancellation));
        return inspector
                .goOn(entry.request(), entry.options, before, cancellation)
                .map(written -> {
                    Inspected now = written.inspected();
                    OpenInspection opened =
                            new OpenInspection(lastId.incrementAndGet(), now.inspection(), OptionalInt.empty(), false);
                    Entry longer = new Entry(opened, written.request(), entry.options, now.heads());
                    entries.put(opened.id(), longer);
                    recent.put(opened.id(), longer);
                    keep(Set.of(longer));
                    return new OpenWritten(opened, written.added(), written.asWritten());
                });
    }

    /** Keeps attention open that no model here can compute again; of more than a few, the oldest is forgotten. */
    OpenInspection add(Inspected inspected) {
        OpenInspection opened =
                new OpenInspection(lastId.incrementAndGet(), inspected.inspection(), OptionalInt.empty(), true);
        Entry entry = new Entry(opened, null, null, inspected.heads());
        entries.put(opened.id(), entry);
        List<Integer> given = entries.values().stream()
                .filter(Entry::isGiven)
                .map(each -> each.opened.id())
                .sorted()
                .toList();
        given.stream().limit(Math.max(0, given.size() - MOST_GIVEN)).forEach(this::forget);
        keep(Set.of(entry));
        return opened;
    }

    /** An inspection's heads, computed again if they were closed. */
    Heads heads(Entry entry, Inspector inspector, Cancellation cancellation) {
        recall(entry, inspector, cancellation);
        keep(Set.of(entry));
        return entry.heads;
    }

    /** Asks about a place of an inspection; to be closed. */
    Why why(Entry entry, Inspector inspector, int place, Cancellation cancellation) {
        return inspector.why(entry.request(), entry.options, entry.opened.inspection(), place, cancellation);
    }

    /** Brings two inspections' heads into memory; both stay until the next call, regardless of the budget. */
    void recall(Entry first, Inspector its, Entry second, Inspector others, Cancellation cancellation) {
        recall(first, its, cancellation);
        recall(second, others, cancellation);
        keep(first == second ? Set.of(first) : Set.of(first, second));
    }

    /** An inspection's heads, just recalled. */
    Heads heads(Entry recalled) {
        if (recalled.heads == null) {
            throw gone();
        }
        return recalled.heads;
    }

    /** Marks an inspection as just used, and computes its heads again if they were closed. */
    private void recall(Entry entry, Inspector inspector, Cancellation cancellation) {
        if (entry.isGiven()) {
            return;
        }
        if (entry.heads == null) {
            entry.heads = computeAgain(entry, inspector, cancellation);
        }
        recent.put(entry.opened.id(), entry);
    }

    private static Heads computeAgain(Entry entry, Inspector inspector, Cancellation cancellation) {
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
        throw entry.otherModel();
    }

    /** Closes heads until the budget is met, except those needed now. */
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
        long kept = entries.values().stream().mapToLong(Entry::bytes).sum();
        for (int id : entries.keySet().stream().sorted().toList()) {
            Entry oldest = entries.get(id);
            if ((entries.size() > MOST_OPEN || kept > mostBytes) && !needed.contains(oldest)) {
                kept -= oldest.bytes();
                forget(id);
            }
        }
    }

    /** Closes an inspection, if it is open. */
    void forget(int id) {
        Entry entry = entries.remove(id);
        if (entry != null && (recent.remove(id) != null || entry.isGiven())) {
            entry.close();
        }
    }

    /** Closes everything. */
    void close() {
        List.copyOf(entries.keySet()).forEach(this::forget);
    }

    /** Closes the heads that a model computed; texts and words stay. */
    void closeHeads(String model) {
        recent.values().removeIf(entry -> {
            boolean its = entry.model().equals(model);
            if (its) {
                entry.close();
            }
            return its;
        });
    }

    /** The models that the open inspections were made with. Any thread. */
    Set<String> models() {
        return entries.values().stream()
                .filter(entry -> !entry.isGiven())
                .map(Entry::model)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
