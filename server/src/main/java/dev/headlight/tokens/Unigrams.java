package dev.headlight.tokens;

import dev.headlight.text.Span;
import dev.headlight.tokens.SentencePieceModel.Piece;
import dev.headlight.tokens.Splitter.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Splits a normalized text into the likeliest pieces (Kudo 2018, section 3.2), as the library sentencepiece does: with
 * sums of 32 bits, which decide between ways that are as likely. The native library adds 64 bits.
 */
final class Unigrams {
    /** What an unknown character costs more than the least likely piece. */
    private static final float PENALTY = 10;

    private final Map<String, Integer> ids = new HashMap<>();
    private final float[] scores;
    private final int unknown;
    private final float scoreOfUnknown;
    private final int longest;

    /** Prepares the pieces of a model; {@code unknown} is the id of its piece for unknown characters. */
    Unigrams(SentencePieceModel model, int unknown) {
        this.unknown = unknown;
        this.scores = new float[model.pieces().size()];
        float least = Float.MAX_VALUE;
        int most = 0;
        for (int id = 0; id < scores.length; id++) {
            Piece piece = model.pieces().get(id);
            if (piece.isNormal() && !piece.text().isEmpty()) {
                scores[id] = piece.score();
                least = Math.min(least, piece.score());
                most = Math.max(most, piece.text().length());
                ids.putIfAbsent(piece.text(), id);
            }
        }
        this.scoreOfUnknown = least - PENALTY;
        this.longest = most;
    }

    /** The pieces of a text, each unknown character as one. */
    List<Part> split(String text) {
        float[] best = new float[text.length() + 1];
        int[] from = new int[text.length() + 1];
        int[] pieces = new int[text.length() + 1];
        Arrays.fill(from, -1);
        for (int start = 0; start < text.length(); ) {
            int next = start + Character.charCount(text.codePointAt(start));
            boolean single = false;
            for (int end = next; end <= Math.min(text.length(), start + longest); end++) {
                Integer id = ids.get(text.substring(start, end));
                if (id != null) {
                    take(best, from, pieces, start, end, id, scores[id]);
                    single |= end == next;
                }
            }
            if (!single) {
                take(best, from, pieces, start, next, unknown, scoreOfUnknown);
            }
            start = next;
        }
        List<Part> parts = new ArrayList<>();
        for (int end = text.length(); end > 0; end = from[end]) {
            parts.add(new Part(pieces[end], 0, 0, new Span(from[end], end)));
        }
        Collections.reverse(parts);
        return parts;
    }

    private static void take(float[] best, int[] from, int[] pieces, int start, int end, int id, float score) {
        float sum = score + best[start];
        if (from[end] < 0 || sum > best[end]) {
            best[end] = sum;
            from[end] = start;
            pieces[end] = id;
        }
    }
}
