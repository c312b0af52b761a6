package dev.headlight.tokens;

import com.google.gson.JsonArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Derives the merges of a SentencePiece vocabulary, which its file doesn't list: every way to split a piece into two
 * others, in the order of the pieces.
 */
final class SentencePieceMerges {
    private SentencePieceMerges() {}

    private record Merge(String left, String right, int lengths) {}

    /** The merges, in tokenizer.json's format. */
    static JsonArray of(Map<String, Integer> ids) {
        Comparator<Map.Entry<String, Integer>> byId = Map.Entry.comparingByValue();
        JsonArray merges = new JsonArray();
        ids.entrySet().stream()
                .sorted(byId)
                .forEach(piece -> splits(piece.getKey(), ids).forEach(merge -> {
                    JsonArray pair = new JsonArray(2);
                    pair.add(merge.left());
                    pair.add(merge.right());
                    merges.add(pair);
                }));
        return merges;
    }

    /** The ways to split a piece: by the length of the left part, in characters. */
    private static List<Merge> splits(String piece, Map<String, Integer> ids) {
        List<Merge> splits = new ArrayList<>();
        for (int at = 0, left = 1; !piece.isEmpty() && (at = next(piece, at)) < piece.length(); left++) {
            boolean both = ids.containsKey(piece.substring(0, at)) && ids.containsKey(piece.substring(at));
            if (both) {
                splits.add(new Merge(piece.substring(0, at), piece.substring(at), left));
            }
        }
        splits.sort(Comparator.comparingInt(Merge::lengths));
        return splits;
    }

    private static int next(String piece, int at) {
        return piece.offsetByCodePoints(at, 1);
    }
}
