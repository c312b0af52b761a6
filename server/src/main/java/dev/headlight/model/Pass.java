package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headlight.AttentionKind;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What the layers of one kind of attention share in a pass. A pass may run C copies of a text at once, one after another
 * in the rows of its arrays, with something else taken out of each. T queries, K keys, H heads, D
 * hidden size, R rows.
 */
final class Pass {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager scope;
    private final AttentionKind kind;
    private final Optional<PassStack> stack;
    private final Rows all;
    private final int firstKey;
    private final List<Without> copies;
    private final Optional<PassStack> past;
    private final Optional<Watcher> watcher;
    private final Map<List<Object>, Optional<NDArray>> added = new HashMap<>(); // by masks and what is done to scores

    /**
     * A pass of copies.
     *
     * @param scope ends with it
     * @param stack where queries and keys are kept; none if they are not needed, as when there are several copies
     * @param tokens T
     * @param firstKey the number of the first key among the tokens that {@link Without#hidden} counts
     * @param copies what is taken out of each, [C]
     */
    Pass(
            NDManager scope,
            AttentionKind kind,
            Optional<PassStack> stack,
            int tokens,
            int firstKey,
            List<Without> copies) {
        this(scope, kind, stack, tokens, firstKey, copies, Optional.empty());
    }

    /**
     * A pass of a text that goes on: T tokens after those of another pass.
     *
     * @param past that pass, whose keys and values are looked at, too; what is kept begins with what it kept. None if the
     *     T tokens are all that there are
     */
    Pass(
            NDManager scope,
            AttentionKind kind,
            Optional<PassStack> stack,
            int tokens,
            int firstKey,
            List<Without> copies,
            Optional<PassStack> past) {
        this(scope, kind, stack, tokens, firstKey, copies, past, Optional.empty());
    }

    private Pass(
            NDManager scope,
            AttentionKind kind,
            Optional<PassStack> stack,
            int tokens,
            int firstKey,
            List<Without> copies,
            Optional<PassStack> past,
            Optional<Watcher> watcher) {
        this.scope = scope;
        this.kind = kind;
        this.stack = stack;
        this.all = Rows.all(tokens);
        this.firstKey = firstKey;
        this.copies = List.copyOf(copies);
        this.past = past;
        this.watcher = watcher;
    }

    /**
     * A pass of several texts whose attention somebody watches.
     *
     * @param tokens T, of each
     * @param texts C
     */
    static Pass watched(NDManager scope, AttentionKind kind, Watcher watcher, int tokens, int texts) {
        List<Without> whole = Collections.nCopies(texts, Without.NOTHING);
        return new Pass(scope, kind, Optional.empty(), tokens, 0, whole, Optional.empty(), Optional.of(watcher));
    }

    /** How many queries there were before, which is the position of the first of the T tokens. */
    int first() {
        return past.map(before -> before.queries(0)).orElse(0);
    }

    /** The rows of all tokens. */
    Rows all() {
        return all;
    }

    /** C. */
    int copies() {
        return copies.size();
    }

    /** T. */
    int tokens() {
        return all.numbers().length;
    }

    /** These rows of each copy: (C·T, D) to (C·R, D), in the scope of {@code x}. */
    NDArray rows(NDArray x, Rows rows) {
        return rows.of(x, copies(), tokens());
    }

    /** The pass at a layer. */
    Step step(int layer) {
        return new Step(layer);
    }

    /** One layer of the pass. */
    final class Step {
        private final int layer;

        private Step(int layer) {
            this.layer = layer;
        }

        Pass pass() {
            return Pass.this;
        }

        /** The position of the first token. */
        int first() {
            return Pass.this.first();
        }

        /** Keys and values (C, H, T, d), after those of the tokens before: (C, H, K, d). */
        Attention.Seen afterPast(Attention.Seen now) {
            return past.map(before -> new Attention.Seen(
                            joined(before.key(layer), now.key()), joined(before.value(layer), now.value())))
                    .orElse(now);
        }

        /** Of one text, along the tokens: (H, K, d) before (1, H, T, d). */
        private static NDArray joined(NDArray before, NDArray now) {
            NDArray shared = before.get(now.getManager(), ALL).expandDims(0);
            return NDArrays.concat(new NDList(shared, now), 2);
        }

        /** Keeps the layer's queries (C, H, T, d), keys, values and positions, if they are wanted. */
        void keep(NDArray query, Attention.Seen seen, Optional<Disentangled.Positions> positions, Attention attention) {
            stack.ifPresent(kept -> kept.keep(
                    past.map(before -> joined(before.query(layer), query))
                            .orElse(query)
                            .squeeze(0),
                    seen,
                    positions,
                    attention,
                    sight(attention.mask(), copies.get(0), seen.key().getShape().get(2))));
        }

        /** Whether somebody sees the layer's attention, so that its weights are needed. */
        boolean isWatched() {
            return watcher.isPresent();
        }

        /**
         * Shows the layer's attention.
         *
         * @param weights (C, H, T, T)
         * @return the same
         * @throws NotFiniteException if a weight is not finite
         */
        NDArray seen(NDArray weights) {
            Trace.requireFinite(weights);
            watcher.orElseThrow().see(kind, layer, 0, weights);
            return weights;
        }

        /** Added to the scores of these rows: float32, to be broadcast to (C, H, R, K); none if it is all zeros. */
        Optional<NDArray> scores(Attention attention, Rows rows, int keys) {
            Mask mask = attention.mask();
            DistanceBias bias = attention.scores().bias();
            long[] looking = placed(rows.numbers(), first());
            List<Sight> sights =
                    copies.stream().map(copy -> sight(mask, copy, keys)).toList();
            boolean byHead = sights.stream().anyMatch(sight -> !sight.edges().isEmpty());
            boolean plain = sights.stream().allMatch(Sight::isPlain);
            if (plain && (!rows.differ() || mask.hidesNothing(keys) && bias == null)) {
                Supplier<Optional<NDArray>> alike = () -> attention.added(Sight.of(mask), looking, keys, scope);
                return rows.all()
                        ? added.computeIfAbsent(List.of(mask, attention.scores()), same -> alike.get())
                        : alike.get();
            }
            int shown = byHead ? attention.heads() : 1;
            FloatBuffer scores = FloatBuffer.allocate(copies() * shown * rows.count() * keys);
            for (int copy = 0; copy < copies(); copy++) {
                sights.get(copy).write(scores, placed(rows.ofCopy(copy), first()), keys, shown);
            }
            NDArray masked = scope.create(scores.flip(), new Shape(copies(), shown, rows.count(), keys));
            if (bias == null) {
                return Optional.of(masked);
            }
            NDArray biases = bias.scores(looking, keys, scope); // (H, R, K), or (H, C, K) if rows differ
            return Optional.of(
                    masked.add(rows.differ() ? biases.transpose(1, 0, 2).expandDims(2) : biases));
        }

        /** Rows of the pass as positions of the text. */
        private static long[] placed(long[] rows, int first) {
            return first == 0
                    ? rows
                    : LongStream.of(rows).map(row -> row + first).toArray();
        }

        private Sight sight(Mask mask, Without copy, long keys) {
            Set<Integer> hidden = copy.hidden().stream()
                    .map(token -> token - firstKey)
                    .filter(key -> key >= 0 && key < keys)
                    .collect(Collectors.toUnmodifiableSet());
            Set<Sight.Edge> edges = copy.edges().stream()
                    .filter(edge -> edge.kind() == kind && edge.layer() == layer)
                    .map(edge -> new Sight.Edge(edge.head(), edge.query(), edge.key()))
                    .collect(Collectors.toUnmodifiableSet());
            return new Sight(mask, hidden, edges);
        }

        /** Whether a head's output is averaged, which takes the outputs of all rows. */
        boolean averages() {
            return copies.stream().anyMatch(copy -> copy.averaged().stream().anyMatch(this::isHere));
        }

        /** The output of the heads, (C·R, H·d): zeros for those taken out, means for those averaged. */
        NDArray heads(NDArray context, int heads) {
            NDArray averaged = averages() ? averaged(context, heads) : context;
            return scaled(averaged, heads, copy -> copy.heads().stream().filter(this::isHere));
        }

        private NDArray averaged(NDArray context, int heads) {
            NDArray byCopy = context.reshape(copies(), -1, context.getShape().get(1)); // (C, T, H·d)
            NDArray mean = byCopy.mean(new int[] {1}, true); // (C, 1, H·d)
            NDArray kept =
                    factors(context, heads, copy -> copy.averaged().stream().filter(this::isHere));
            return byCopy.mul(kept).add(mean.mul(kept.neg().add(1))).reshape(context.getShape());
        }

        private boolean isHere(Without.Head at) {
            return at.kind() == kind && at.layer() == layer;
        }

        private NDArray scaled(NDArray context, int heads, Function<Without, Stream<Without.Head>> out) {
            if (copies.stream().noneMatch(copy -> out.apply(copy).findAny().isPresent())) {
                return context;
            }
            NDArray byCopy = context.reshape(copies(), -1, context.getShape().get(1)); // (C, R, H·d)
            return byCopy.mul(factors(context, heads, out)).reshape(context.getShape());
        }

        /** 0 for the outputs of heads that are taken out, else 1: (C, 1, H·d). */
        private NDArray factors(NDArray context, int heads, Function<Without, Stream<Without.Head>> out) {
            int width = (int) context.getShape().get(1);
            int size = width / heads;
            float[] factors = new float[copies() * width];
            Arrays.fill(factors, 1);
            for (int copy = 0; copy < copies(); copy++) {
                int begin = copy * width;
                out.apply(copies.get(copy))
                        .forEach(at ->
                                Arrays.fill(factors, begin + at.head() * size, begin + (at.head() + 1) * size, 0));
            }
            return context.getManager().create(factors, new Shape(copies(), 1, width));
        }

        /** What attention adds, (C·R, D): zeros if it is taken out. */
        NDArray attention(NDArray added) {
            return unless(added, copy -> copy.attention().contains(new Without.Sublayer(kind, layer)));
        }

        /** What the feed-forward part adds, (C·R, D): zeros if it is taken out. */
        NDArray feedForward(NDArray added) {
            return unless(added, copy -> copy.feedForward().contains(new Without.Sublayer(kind, layer)));
        }

        private NDArray unless(NDArray added, Predicate<Without> out) {
            if (copies.stream().noneMatch(out)) {
                return added;
            }
            float[] factors = new float[copies()];
            for (int copy = 0; copy < factors.length; copy++) {
                factors[copy] = out.test(copies.get(copy)) ? 0 : 1;
            }
            NDArray kept = added.getManager().create(factors, new Shape(copies(), 1, 1));
            return added.reshape(copies(), -1, added.getShape().get(1))
                    .mul(kept)
                    .reshape(added.getShape());
        }
    }
}
