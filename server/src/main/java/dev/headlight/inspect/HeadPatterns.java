package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.model.Mask;
import dev.headlight.tokens.Token;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How much a head shows each pattern.
 *
 * @param measures the share of attention that each pattern explains, 0 to 1, averaged over the tokens that could show
 *     it; for {@link HeadPattern#BROAD} the mean entropy of a row, in nats; for {@link HeadPattern#EVERYTHING_ALIKE} the
 *     mean of each row's entropy as a share of the largest possible. Patterns that no token of the text could show, such
 *     as "other sentence" without a second one, are left out.
 */
public record HeadPatterns(Map<HeadPattern, Double> measures) {
    public HeadPatterns {
        measures = Map.copyOf(measures);
    }

    /** The patterns that the head shows, the most pronounced first; a single token comes last, uniform attention first. */
    public List<HeadPattern> shown() {
        return measures.keySet().stream()
                .filter(pattern -> measures.get(pattern) > pattern.threshold())
                .sorted(Comparator.comparingInt(HeadPatterns::rank)
                        .thenComparing(p -> -measures.get(p) / p.threshold())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static int rank(HeadPattern pattern) {
        return switch (pattern) {
            case EVERYTHING_ALIKE -> 0;
            case ONE_TOKEN -> 2;
            default -> 1;
        };
    }

    /**
     * Which keys a pattern is about, found once for all heads: where attention is causal, only those that a query sees.
     * All patterns but the last three are a share of them.
     */
    static final class PatternKeys {
        /** Fewer tokens than these show a distant token, or one that attracts the others, by chance. */
        private static final int FEWEST = 3;

        private final List<Token> queries;
        private final List<Token> tokens;
        private final boolean causal;
        private static final HeadPattern[] PATTERNS = HeadPattern.values();
        private final int[][][] keys = new int[PATTERNS.length][][]; // [pattern][query]; null if it can't show it
        private final int[] offsets = new int[PATTERNS.length]; // key − query, of patterns of a single distance
        private final boolean[] distant = new boolean[PATTERNS.length]; // whether a pattern has one

        /**
         * The keys of patterns that any two sequences can show.
         *
         * @param queries the tokens that attend
         * @param tokens those that are attended to
         */
        private PatternKeys(List<Token> queries, List<Token> tokens, Set<Integer> separators, boolean causal) {
            this.queries = queries;
            this.tokens = tokens;
            this.causal = causal;
            int[] separator = where(token -> separators.contains(token.id()));
            int[] punctuation = where(token -> !token.special() && !wordlike(token));
            put(HeadPattern.SEPARATOR, query -> seen(separator, query));
            put(HeadPattern.PUNCTUATION, query -> seen(punctuation, query));
        }

        /** Of an attention. */
        static PatternKeys of(AttentionShape attention, List<Token> tokens, Set<Integer> separators) {
            List<Token> queries = attention.queriesOf(tokens);
            return attention.kind() == AttentionKind.CROSS
                    ? between(queries, attention.keysOf(tokens), separators)
                    : within(queries, separators, attention.causal());
        }

        /** Of tokens that attend to each other. */
        static PatternKeys within(List<Token> tokens, Set<Integer> separators, boolean causal) {
            PatternKeys patternKeys = new PatternKeys(tokens, tokens, separators, causal);
            patternKeys.putOwn();
            return patternKeys;
        }

        /** Of a target's tokens that attend to a source's. */
        static PatternKeys between(List<Token> target, List<Token> source, Set<Integer> separators) {
            PatternKeys patternKeys = new PatternKeys(target, source, separators, false);
            Map<String, int[]> words = new HashMap<>();
            patternKeys.put(HeadPattern.FIRST_TOKEN, query -> new int[] {0});
            patternKeys.put(HeadPattern.SAME_WORD, query -> {
                int[] same = patternKeys.same(target.get(query), words);
                return same.length == 0 ? null : same;
            });
            return patternKeys;
        }

        private void putOwn() {
            Map<String, int[]> words = new HashMap<>();
            List<int[]> sentences = List.of(
                    where(token -> token.segment() == 0 && !token.special()),
                    where(token -> token.segment() == 1 && !token.special()));
            boolean pair = tokens.stream().anyMatch(token -> token.segment() == 1);

            putDistant(HeadPattern.PREVIOUS_TOKEN, -1);
            putDistant(HeadPattern.NEXT_TOKEN, 1);
            putDistant(HeadPattern.SAME_TOKEN, 0);
            putDistant(HeadPattern.TWO_BEFORE, -2);
            putDistant(HeadPattern.THREE_BEFORE, -3);
            putDistant(HeadPattern.FOUR_BEFORE, -4);
            putDistant(HeadPattern.TWO_AFTER, 2);
            putDistant(HeadPattern.THREE_AFTER, 3);
            putDistant(HeadPattern.FOUR_AFTER, 4);
            put(HeadPattern.FIRST_TOKEN, query -> query == 0 ? null : new int[] {0});
            put(HeadPattern.SAME_WORD, query -> elsewhere(query, words));
            put(HeadPattern.OTHER_SENTENCE, query -> {
                Token token = tokens.get(query);
                int[] other = sentences.get(1 - token.segment());
                return pair && !token.special() && other.length > 0 ? other : null;
            });
        }

        /** So many tokens away; if not next to it, not of a text where so few tokens could show it that chance would. */
        private void putDistant(HeadPattern pattern, int distance) {
            boolean few = Math.abs(distance) > 1 && tokens.size() - Math.abs(distance) < FEWEST;
            distant[pattern.ordinal()] = !few && !(causal && distance > 0);
            offsets[pattern.ordinal()] = distance;
        }

        private void put(HeadPattern pattern, IntFunction<int[]> ofQuery) {
            keys[pattern.ordinal()] =
                    IntStream.range(0, queries.size()).mapToObj(ofQuery).toArray(int[][]::new);
        }

        /** Those keys that a query sees; null if there are none. */
        private int[] seen(int[] places, int query) {
            int[] seen =
                    causal ? Arrays.stream(places).filter(key -> key <= query).toArray() : places;
            return seen.length == 0 ? null : seen;
        }

        private int[] where(Predicate<Token> wanted) {
            return IntStream.range(0, tokens.size())
                    .filter(i -> wanted.test(tokens.get(i)))
                    .toArray();
        }

        private static boolean wordlike(Token token) {
            return token.name().codePoints().anyMatch(Character::isLetterOrDigit);
        }

        private int[] elsewhere(int query, Map<String, int[]> known) {
            int[] places = same(tokens.get(query), known);
            return places.length <= 1
                    ? null
                    : seen(Arrays.stream(places).filter(key -> key != query).toArray(), query);
        }

        /** The positions of a word among the keys; none if the token is not a word. */
        private int[] same(Token token, Map<String, int[]> known) {
            return token.special() || token.unknown() || !wordlike(token)
                    ? new int[0]
                    : known.computeIfAbsent(
                            lower(token),
                            word -> where(
                                    other -> !other.special() && lower(other).equals(word)));
        }

        private static String lower(Token token) {
            return token.name().toLowerCase(Locale.ROOT);
        }

        /**
         * Measures a head.
         *
         * @param mask what tokens see in its layer
         */
        HeadPatterns measure(Matrix attention, Mask mask) {
            double[] all = measures(attention, mask);
            Map<HeadPattern, Double> measures = new EnumMap<>(HeadPattern.class);
            for (HeadPattern pattern : PATTERNS) {
                if (!Double.isNaN(all[pattern.ordinal()])) {
                    measures.put(pattern, all[pattern.ordinal()]);
                }
            }
            return new HeadPatterns(measures);
        }

        /** The same, in the order of the patterns; NaN for those that no token could show. */
        double[] measures(Matrix attention, Mask mask) {
            double[] measures = new double[PATTERNS.length];
            Arrays.fill(measures, Double.NaN);
            for (int pattern = 0; pattern < PATTERNS.length; pattern++) {
                if (keys[pattern] != null) {
                    measures[pattern] = share(attention, keys[pattern]);
                } else if (distant[pattern]) {
                    measures[pattern] = share(attention, offsets[pattern]);
                }
            }
            putAttraction(measures, attention);
            putEntropies(measures, attention, mask);
            return measures;
        }

        /** The share that the token with the most attention has in what other tokens attend to. */
        private void putAttraction(double[] measures, Matrix attention) {
            boolean own = queries == tokens;
            int others = attention.rows() - (own ? 1 : 0);
            if (others < FEWEST) {
                return;
            }
            float[] sums = new float[attention.columns()];
            float[] weights = attention.values();
            for (int query = 0; query < attention.rows(); query++) {
                float before = own ? sums[query] : 0;
                int row = query * sums.length;
                for (int key = 0; key < sums.length; key++) {
                    sums[key] += weights[row + key];
                }
                if (own) {
                    sums[query] = before;
                }
            }
            double most = 0;
            for (float sum : sums) {
                most = Math.max(most, sum);
            }
            measures[HeadPattern.ONE_TOKEN.ordinal()] = most / others;
        }

        private static void putEntropies(double[] measures, Matrix attention, Mask mask) {
            double sum = 0;
            double evenness = 0;
            int rows = 0;
            int columns = attention.columns();
            for (int row = 0; row < attention.rows(); row++) {
                double entropy = Entropy.of(attention.values(), row * columns, (row + 1) * columns);
                int seen = mask.seenBy(row, columns);
                sum += entropy;
                if (seen > 1) {
                    evenness += entropy / Math.log(seen);
                    rows++;
                }
            }
            measures[HeadPattern.BROAD.ordinal()] = sum / attention.rows();
            if (rows > 0) {
                measures[HeadPattern.EVERYTHING_ALIKE.ordinal()] = evenness / rows;
            }
        }

        /** The same on the key so far from each query; NaN if no query has one. */
        private static double share(Matrix attention, int offset) {
            int first = Math.max(0, -offset);
            int end = attention.rows() - Math.max(0, offset);
            float[] weights = attention.values();
            double sum = 0;
            for (int query = first; query < end; query++) {
                sum += weights[query * attention.columns() + query + offset];
            }
            return sum / Math.max(0, end - first);
        }

        /**
         * How much of their attention queries spend on the keys given, on average; NaN if there is no such query.
         */
        private static double share(Matrix attention, int[][] ofQuery) {
            double sum = 0;
            int queries = 0;
            for (int query = 0; query < ofQuery.length; query++) {
                if (ofQuery[query] != null) {
                    for (int key : ofQuery[query]) {
                        sum += attention.at(query, key);
                    }
                    queries++;
                }
            }
            return sum / queries;
        }
    }
}
