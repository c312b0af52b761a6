package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Which token of one text stands where which of another does: the longest common subsequence of their tokens, and what
 * was replaced between two of them, where that is equally many tokens on both sides. Tokens of different segments never
 * stand for each other.
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

    /** The second matrix less the first one, [m, m], where both are about aligned tokens. */
    Matrix difference(Matrix first, Matrix second) {
        int size = pairs.size();
        int[] columns = pairs.stream().mapToInt(Pair::first).toArray();
        int[] others = pairs.stream().mapToInt(Pair::second).toArray();
        float[] values = new float[size * size];
        for (int row = 0; row < size; row++) {
            int of = columns[row] * first.columns();
            int ofOther = others[row] * second.columns();
            for (int column = 0; column < size; column++) {
                values[row * size + column] =
                        second.values()[ofOther + others[column]] - first.values()[of + columns[column]];
            }
        }
        return new Matrix(size, size, values);
    }
}
