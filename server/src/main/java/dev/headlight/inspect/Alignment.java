package dev.headlight.inspect;

import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens of two texts correspond: the longest common subsequence of their tokens, and what was replaced between two
 * of them, if that is equally many tokens on both sides. Tokens of different segments never correspond.
 *
 * @param pairs in the order of both texts
 */
public record Alignment(List<Pair> pairs) {
    public Alignment {
        pairs = List.copyOf(pairs);
    }

    /**
     * Two tokens, by their indices.
     *
     * @param first in the first text
     * @param second in the second
     */
    public record Pair(int first, int second) {}

    public static Alignment of(List<Token> first, List<Token> second) {
        List<Pair> pairs = new ArrayList<>();
        List<Pair> matches = common(first, second);
        matches.add(new Pair(first.size(), second.size()));
        int a = 0;
        int b = 0;
        for (Pair match : matches) {
            int gap = match.first() - a == match.second() - b ? match.first() - a : 0;
            for (int i = 0; i < gap; i++) {
                if (first.get(a + i).segment() == second.get(b + i).segment()) {
                    pairs.add(new Pair(a + i, b + i));
                }
            }
            pairs.add(match);
            a = match.first() + 1;
            b = match.second() + 1;
        }
        return new Alignment(pairs.subList(0, pairs.size() - 1));
    }

    /**
     * The same text, as two models read it: each token and the one at its place, if both have as many, of the same letters.
     * Otherwise as {@link #of}.
     */
    public static Alignment ofModels(List<Token> first, List<Token> second) {
        boolean same = first.size() == second.size()
                && IntStream.range(0, first.size()).allMatch(i -> samePlace(first.get(i), second.get(i)));
        return same
                ? new Alignment(IntStream.range(0, first.size())
                        .mapToObj(i -> new Pair(i, i))
                        .toList())
                : of(first, second);
    }

    private static boolean samePlace(Token one, Token other) {
        return one.segment() == other.segment()
                && one.added() == other.added()
                && (one.added() || one.span().equals(other.span()));
    }

    /** The longest common subsequence. */
    private static List<Pair> common(List<Token> first, List<Token> second) {
        int[][] longest = lengths(first, second);
        List<Pair> pairs = new ArrayList<>();
        int a = 0;
        int b = 0;
        while (a < first.size() && b < second.size()) {
            if (same(first.get(a), second.get(b))) {
                pairs.add(new Pair(a++, b++));
            } else if (longest[a + 1][b] >= longest[a][b + 1]) {
                a++;
            } else {
                b++;
            }
        }
        return pairs;
    }

    /** For each two places, how long the longest common subsequence is of what follows them. */
    private static int[][] lengths(List<Token> first, List<Token> second) {
        int[][] longest = new int[first.size() + 1][second.size() + 1];
        for (int a = first.size() - 1; a >= 0; a--) {
            for (int b = second.size() - 1; b >= 0; b--) {
                longest[a][b] = same(first.get(a), second.get(b))
                        ? longest[a + 1][b + 1] + 1
                        : Math.max(longest[a + 1][b], longest[a][b + 1]);
            }
        }
        return longest;
    }

    private static boolean same(Token first, Token second) {
        return first.segment() == second.segment() && first.name().equals(second.name());
    }

    /** The pairs in a range of each text's tokens, counted from where the ranges begin. */
    List<Pair> within(Span first, Span second) {
        return pairs.stream()
                .filter(pair -> first.contains(pair.first()) && second.contains(pair.second()))
                .map(pair -> new Pair(pair.first() - first.start(), pair.second() - second.start()))
                .toList();
    }

    /** The second matrix minus the first one, at aligned rows and columns: [rows, columns]. */
    static Matrix difference(Matrix first, Matrix second, List<Pair> rows, List<Pair> columns) {
        int[] here = columns.stream().mapToInt(Pair::first).toArray();
        int[] there = columns.stream().mapToInt(Pair::second).toArray();
        float[] values = new float[rows.size() * here.length];
        for (int row = 0; row < rows.size(); row++) {
            int of = rows.get(row).first() * first.columns();
            int ofOther = rows.get(row).second() * second.columns();
            for (int column = 0; column < here.length; column++) {
                values[row * here.length + column] =
                        second.values()[ofOther + there[column]] - first.values()[of + here[column]];
            }
        }
        return new Matrix(rows.size(), here.length, values);
    }
}
