package dev.headlight.corpus;

import dev.headlight.AttentionKind;
import dev.headlight.corpus.Quantities.Mass;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Passage;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is measured of a text's attention of one kind, found once for all heads. T tokens; a diagonal holds the pairs of a
 * query and a key that are equally far apart, and is counted by key − query + T − 1.
 */
final class Along {
    private final Passage passage;
    private final AttentionKind kind;
    private final boolean causal;
    private final boolean own; // whether tokens attend to tokens of the same sequence
    private final int[] special;
    private final int[] punctuation;
    private final boolean[] written; // whether a token is of the text
    private final int[] pairs; // [diagonal]: how many pairs of tokens of the text there are
    private final Map<Relation, Related> relations = new HashMap<>();

    /**
     * Pairs of tokens.
     *
     * @param at of each its place in the matrix, query · T + key
     * @param factor of each, so that they add up to the mean over links
     * @param all places of the relation's pairs, each once
     * @param others how many pairs are left on each diagonal
     */
    private record Related(int[] at, double[] factor, int[] all, int[] others, int links) {}

    Along(Piece piece, AttentionShape shape) {
        this.passage = piece.passage();
        this.kind = shape.kind();
        this.causal = shape.causal();
        this.own = shape.kind() != AttentionKind.CROSS;
        List<Token> keys = shape.keysOf(passage.tokens());
        this.special = places(keys, true);
        this.punctuation = places(keys, false);
        this.written = new boolean[keys.size()];
        this.pairs = new int[2 * keys.size() - 1];
        if (own) {
            for (int at = 0; at < written.length; at++) {
                written[at] = !keys.get(at).added() && !keys.get(at).special();
            }
            countPairs();
            relate(piece.links(), keys);
        }
    }

    private static int[] places(List<Token> tokens, boolean special) {
        return IntStream.range(0, tokens.size())
                .filter(at -> special ? tokens.get(at).special() : isPunctuation(tokens.get(at)))
                .toArray();
    }

    private static boolean isPunctuation(Token token) {
        return !token.special() && token.name().codePoints().noneMatch(Character::isLetterOrDigit);
    }

    private void countPairs() {
        int tokens = written.length;
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < (causal ? query + 1 : tokens); key++) {
                pairs[key - query + tokens - 1] += written[query] && written[key] ? 1 : 0;
            }
        }
    }

    private void relate(List<Link> links, List<Token> tokens) {
        Map<Relation, List<int[]>> byRelation = new HashMap<>();
        for (Link link : links) {
            int[] from = tokensOf(link.from(), tokens);
            int[] to = tokensOf(link.to(), tokens);
            int[] places = pairs(from, to);
            if (places.length > 0) {
                byRelation
                        .computeIfAbsent(link.relation(), same -> new ArrayList<>())
                        .add(places);
            }
        }
        byRelation.forEach(this::relate);
    }

    private int[] tokensOf(Span span, List<Token> tokens) {
        return IntStream.range(0, tokens.size())
                .filter(at -> written[at] && tokens.get(at).span().overlaps(span))
                .toArray();
    }

    /** The places of the pairs of a link; none if a token would attend to itself or to one that it doesn't see. */
    private int[] pairs(int[] from, int[] to) {
        int[] places = new int[from.length * to.length];
        int count = 0;
        for (int query : from) {
            for (int key : to) {
                if (query == key || causal && key > query) {
                    return new int[0];
                }
                places[count++] = query * written.length + key;
            }
        }
        return places;
    }

    /** Keeps the links whose pairs have others to be compared with. */
    private void relate(Relation relation, List<int[]> links) {
        Set<Integer> all = new HashSet<>();
        links.forEach(link -> Arrays.stream(link).forEach(all::add));
        int[] others = pairs.clone();
        all.forEach(at -> others[diagonal(at)]--);
        List<int[]> kept = links.stream()
                .filter(link -> Arrays.stream(link).allMatch(at -> others[diagonal(at)] > 0))
                .toList();
        if (kept.isEmpty()) {
            return;
        }
        int count = kept.stream().mapToInt(link -> link.length).sum();
        int[] at = new int[count];
        double[] factor = new double[count];
        int next = 0;
        for (int[] link : kept) {
            long queries = Arrays.stream(link)
                    .map(place -> place / written.length)
                    .distinct()
                    .count();
            for (int place : link) {
                at[next] = place;
                factor[next++] = 1.0 / queries / kept.size(); // from a word: the mean; to a word: the sum
            }
        }
        relations.put(
                relation, new Related(at, factor, all.stream().mapToInt(i -> i).toArray(), others, kept.size()));
    }

    private int diagonal(int place) {
        return place % written.length - place / written.length + written.length - 1;
    }

    /** How many links of a relation are measured. */
    int links(Relation relation) {
        return relations.containsKey(relation) ? relations.get(relation).links() : 0;
    }

    /**
     * Measures a head.
     *
     * @param attention [Q, K]
     * @return each of the {@link Quantities}; NaN for those that the text can't show
     */
    double[] measure(int layer, Matrix attention) {
        double[] values = new double[Quantities.COUNT];
        Arrays.fill(values, Double.NaN);
        double[] patterns = passage.patterns(kind, layer, attention);
        System.arraycopy(patterns, 0, values, 0, patterns.length);
        values[Quantities.of(Mass.SPECIAL)] = mass(attention, special);
        values[Quantities.of(Mass.PUNCTUATION)] = mass(attention, punctuation);
        if (own) {
            int tokens = written.length;
            float[] weights = attention.values();
            double[] all = new double[2 * tokens - 1];
            for (int query = 0; query < tokens; query++) {
                add(weights, query, all);
            }
            offsets(values, all);
            if (!relations.isEmpty()) {
                double[] between = new double[2 * tokens - 1]; // tokens of the text
                for (int query = 0; query < tokens; query++) {
                    if (written[query]) {
                        addWritten(weights, query, between);
                    }
                }
                relations.forEach((relation, related) -> along(values, relation, related, weights, between));
            }
        }
        return values;
    }

    /** Adds the weights of a query to the diagonals. */
    private void add(float[] weights, int query, double[] diagonals) {
        int tokens = written.length;
        int row = query * tokens;
        int diagonal = tokens - 1 - query;
        for (int key = 0; key < tokens; key++) {
            diagonals[diagonal + key] += weights[row + key];
        }
    }

    /** The same of those on tokens of the text. */
    private void addWritten(float[] weights, int query, double[] diagonals) {
        int tokens = written.length;
        int row = query * tokens;
        int diagonal = tokens - 1 - query;
        for (int key = 0; key < tokens; key++) {
            if (written[key]) {
                diagonals[diagonal + key] += weights[row + key];
            }
        }
    }

    private static double mass(Matrix attention, int[] keys) {
        double sum = 0;
        for (int query = 0; query < attention.rows(); query++) {
            for (int key : keys) {
                sum += attention.at(query, key);
            }
        }
        return sum / attention.rows();
    }

    /** The mean over the queries that have such a key. */
    private void offsets(double[] values, double[] diagonals) {
        int tokens = written.length;
        int far = Quantities.FARTHEST + 1;
        for (int offset = -far; offset <= (causal ? 0 : far); offset++) {
            int queries = tokens - Math.abs(offset);
            if (queries > 0) {
                double sum = 0;
                int last = offset == far ? tokens - 1 : offset;
                for (int at = offset == -far ? 1 - tokens : offset; at <= last; at++) {
                    sum += diagonals[at + tokens - 1];
                }
                values[Quantities.ofOffset(offset)] = sum / queries;
            }
        }
    }

    private void along(double[] values, Relation relation, Related related, float[] weights, double[] between) {
        double[] rest = new double[between.length];
        for (int place : related.all()) {
            rest[diagonal(place)] -= weights[place];
        }
        double weight = 0;
        double baseline = 0;
        for (int i = 0; i < related.at().length; i++) {
            int place = related.at()[i];
            int diagonal = diagonal(place);
            double others = Math.max(0, between[diagonal] + rest[diagonal]) / related.others()[diagonal];
            weight += related.factor()[i] * weights[place];
            baseline += related.factor()[i] * others;
        }
        values[Quantities.of(relation, Part.WEIGHT)] = weight;
        values[Quantities.of(relation, Part.BASELINE)] = baseline;
        values[Quantities.of(relation, Part.DIFFERENCE)] = weight - baseline;
    }
}
