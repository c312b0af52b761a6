package dev.headlight.inspect;

import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The tokens of an encoded text to give to a model that can't take all: a run of each text around a token that must be
 * kept, extended by whole sentences, the nearest first.
 *
 * @param kept indices of the kept tokens, in order; those that the tokenizer added are always kept
 * @param cuts what was left out of each text
 */
record Window(List<Integer> kept, List<Inspection.Cut> cuts) {

    /**
     * Chooses tokens.
     *
     * @param tokens all tokens, their spans in the texts as they were encoded
     * @param sentences the sentences of each text
     * @param focus the index of a token to keep, -1 for the start
     * @param limit how many tokens may be kept
     */
    static Window around(List<Token> tokens, List<List<Span>> sentences, int focus, int limit) {
        if (tokens.size() <= limit) {
            return new Window(indices(tokens), List.of());
        }
        List<List<Integer>> segments = List.of(ofSegment(tokens, 0), ofSegment(tokens, 1));
        int room = limit
                - (tokens.size() - segments.get(0).size() - segments.get(1).size());
        int second = Math.min(
                segments.get(1).size(),
                Math.max(room / 2, room - segments.get(0).size()));
        int[] rooms = {room - second, second};
        List<Integer> kept = new ArrayList<>();
        List<Inspection.Cut> cuts = new ArrayList<>();
        for (int segment = 0; segment < sentences.size(); segment++) {
            List<Integer> all = segments.get(segment);
            int center = Math.max(0, all.indexOf(focus));
            Span run = run(all, tokens, sentences.get(segment), center, rooms[segment]);
            kept.addAll(all.subList(run.start(), run.end()));
            if (run.length() < all.size()) {
                cuts.add(new Inspection.Cut(segment, run.start(), run.length(), all.size() - run.end()));
            }
        }
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).added()) {
                kept.add(i);
            }
        }
        kept.sort(null);
        return new Window(kept, cuts);
    }

    private static List<Integer> indices(List<Token> tokens) {
        return IntStream.range(0, tokens.size()).boxed().toList();
    }

    private static List<Integer> ofSegment(List<Token> tokens, int segment) {
        return indices(tokens).stream()
                .filter(i -> !tokens.get(i).added() && tokens.get(i).segment() == segment)
                .toList();
    }

    /** A run of at most {@code room} of a text's tokens that holds the one at {@code center}. */
    private static Span run(List<Integer> all, List<Token> tokens, List<Span> sentences, int center, int room) {
        if (all.size() <= room) {
            return new Span(0, all.size());
        }
        IntUnaryOperator sentenceOf = sentenceOf(all, tokens, sentences);
        int from = center;
        int to = center + 1;
        while (from > 0 && sentenceOf.applyAsInt(from - 1) == sentenceOf.applyAsInt(center)) {
            from--;
        }
        while (to < all.size() && sentenceOf.applyAsInt(to) == sentenceOf.applyAsInt(center)) {
            to++;
        }
        if (to - from > room) {
            int start = Math.max(from, Math.min(center - room / 2, to - room));
            return wholeWords(all, tokens, new Span(start, start + room), center);
        }
        return widened(all.size(), sentenceOf, new Span(from, to), center, room);
    }

    /** Adds whole sentences before and after, the nearer first, while there is room. */
    private static Span widened(int size, IntUnaryOperator sentenceOf, Span start, int center, int room) {
        Span run = start;
        while (true) {
            int from = run.start();
            while (from > 0 && sentenceOf.applyAsInt(from - 1) == sentenceOf.applyAsInt(run.start() - 1)) {
                from--;
            }
            int to = run.end();
            while (to < size && sentenceOf.applyAsInt(to) == sentenceOf.applyAsInt(run.end())) {
                to++;
            }
            boolean fitsBefore = from < run.start() && run.end() - from <= room;
            boolean fitsBehind = to > run.end() && to - run.start() <= room;
            boolean nearerBefore = center - run.start() <= run.end() - center;
            if (fitsBefore && (nearerBefore || !fitsBehind)) {
                run = new Span(from, run.end());
            } else if (fitsBehind) {
                run = new Span(run.start(), to);
            } else {
                return run;
            }
        }
    }

    /** The run without partial words at its ends; a very long word is cut. */
    private static Span wholeWords(List<Integer> all, List<Token> tokens, Span run, int center) {
        int most = run.length() / 4;
        int from = run.start();
        while (from > 0 && from < center && sameWord(all, tokens, from - 1, from)) {
            from++;
        }
        int to = run.end();
        while (to < all.size() && to - 1 > center && sameWord(all, tokens, to - 1, to)) {
            to--;
        }
        return new Span(from - run.start() > most ? run.start() : from, run.end() - to > most ? run.end() : to);
    }

    private static boolean sameWord(List<Integer> all, List<Token> tokens, int a, int b) {
        return tokens.get(all.get(a)).word() == tokens.get(all.get(b)).word();
    }

    private static IntUnaryOperator sentenceOf(List<Integer> all, List<Token> tokens, List<Span> sentences) {
        int[] sentence = new int[all.size()];
        int at = 0;
        for (int i = 0; i < sentence.length; i++) {
            int start = tokens.get(all.get(i)).span().start();
            while (at + 1 < sentences.size() && sentences.get(at + 1).start() <= start) {
                at++;
            }
            sentence[i] = at;
        }
        return i -> sentence[i];
    }
}
