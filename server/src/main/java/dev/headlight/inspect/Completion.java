package dev.headlight.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A text or a pair with a word in each blank.
 *
 * @param text the text
 * @param pair the second text, if there is one
 * @param probability the product of its words' probabilities, each given all blanks
 */
public record Completion(String text, Optional<String> pair, double probability) {

    /**
     * The likeliest completions of a text, likeliest first; only the text itself if it has no blank, and none if no
     * word fits one of its blanks.
     */
    public static List<Completion> best(String text, Optional<String> pair, List<Blank> blanks, int count) {
        List<Blank> ofText = of(0, blanks);
        List<Blank> ofPair = pair.isPresent() ? of(1, blanks) : List.of();
        List<Blank> fillable = Stream.concat(ofText.stream(), ofPair.stream()).toList();
        if (fillable.stream().anyMatch(blank -> blank.predictions().isEmpty())) {
            return List.of();
        }
        List<Chosen> best = List.of(new Chosen(null, null, 1));
        for (Blank blank : fillable) {
            best = best(best, blank.predictions(), count);
        }
        return best.stream()
                .map(chosen -> {
                    Deque<String> words = words(chosen);
                    String first = filled(text, ofText, words);
                    return new Completion(first, pair.map(second -> filled(second, ofPair, words)), chosen.probability);
                })
                .toList();
    }

    /** Those of a text alone. */
    public static List<Completion> best(String text, List<Blank> blanks, int count) {
        return best(text, Optional.empty(), blanks, count);
    }

    private static List<Blank> of(int segment, List<Blank> blanks) {
        return blanks.stream().filter(blank -> blank.segment() == segment).toList();
    }

    /**
     * Words of some blanks.
     *
     * @param before those of the blanks before the last; null if there are none
     * @param word of the last
     */
    private record Chosen(Chosen before, Prediction word, double probability) {}

    /** The likeliest of some choices, each with one more word; both are in order, and so is the result. */
    private static List<Chosen> best(List<Chosen> choices, List<Prediction> words, int count) {
        List<Chosen> all = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            // all before it in both orders are as likely, so no later ones are among the likeliest
            for (int j = 0; j < words.size() && (i + 1) * (j + 1) <= count; j++) {
                Chosen before = choices.get(i);
                Prediction word = words.get(j);
                all.add(new Chosen(before, word, before.probability * word.probability()));
            }
        }
        all.sort(Comparator.comparingDouble(chosen -> -chosen.probability));
        return all.size() <= count ? all : List.copyOf(all.subList(0, count));
    }

    private static Deque<String> words(Chosen chosen) {
        Deque<String> words = new ArrayDeque<>();
        for (Chosen one = chosen; one.before != null; one = one.before) {
            words.addFirst(one.word.word());
        }
        return words;
    }

    /** Takes as many words as there are blanks. */
    private static String filled(String text, List<Blank> blanks, Deque<String> words) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (Blank blank : blanks) {
            filled.append(text, at, blank.span().start()).append(words.removeFirst());
            at = blank.span().end();
        }
        return filled.append(text.substring(at)).toString();
    }
}
