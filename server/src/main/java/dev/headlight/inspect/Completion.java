package dev.headlight.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * A text with a word in each blank.
 *
 * @param text the text
 * @param probability the product of its words' probabilities, each given all blanks
 */
public record Completion(String text, double probability) {

    /**
     * The likeliest completions of a text, likeliest first; only the text itself if it has no blank, and none if no
     * word fits one of its blanks.
     */
    public static List<Completion> best(String text, List<Blank> blanks, int count) {
        List<Blank> fillable =
                blanks.stream().filter(blank -> blank.segment() == 0).toList();
        if (fillable.stream().anyMatch(blank -> blank.predictions().isEmpty())) {
            return List.of();
        }
        PriorityQueue<List<Integer>> next = new PriorityQueue<>(
                Comparator.<List<Integer>>comparingDouble(choice -> -probability(fillable, choice)));
        Set<List<Integer>> seen = new HashSet<>();
        next.add(fillable.stream().map(blank -> 0).toList());
        List<Completion> best = new ArrayList<>();
        while (best.size() < count && !next.isEmpty()) {
            List<Integer> choice = next.remove();
            best.add(new Completion(filled(text, fillable, choice), probability(fillable, choice)));
            for (int i = 0; i < fillable.size(); i++) {
                List<Integer> worse = new ArrayList<>(choice);
                worse.set(i, choice.get(i) + 1);
                if (worse.get(i) < fillable.get(i).predictions().size() && seen.add(worse)) {
                    next.add(worse);
                }
            }
        }
        return best;
    }

    private static double probability(List<Blank> blanks, List<Integer> choice) {
        double product = 1;
        for (int i = 0; i < blanks.size(); i++) {
            product *= blanks.get(i).predictions().get(choice.get(i)).probability();
        }
        return product;
    }

    private static String filled(String text, List<Blank> blanks, List<Integer> choice) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (int i = 0; i < blanks.size(); i++) {
            Blank blank = blanks.get(i);
            filled.append(text, at, blank.span().start())
                    .append(blank.predictions().get(choice.get(i)).word());
            at = blank.span().end();
        }
        return filled.append(text.substring(at)).toString();
    }
}
