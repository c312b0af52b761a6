package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A text or a pair whose blanks are filled one after another, so that the words fit each other: the surest first, the
 * rest predicted again given those that stand.
 *
 * @param text with its words
 * @param pair the second text with its words
 * @param words in the order in which they were filled in
 */
public record Together(String text, Optional<String> pair, List<Filled> words) {
    public Together {
        words = List.copyOf(words);
    }

    /**
     * A word that was filled in.
     *
     * @param blank the number of its blank, from 0
     * @param probability given the words that were filled in before it
     */
    public record Filled(int blank, String word, double probability) {}

    /** The product of the words' probabilities, each given those before it. */
    public double probability() {
        return words.stream().mapToDouble(Filled::probability).reduce(1, (a, b) -> a * b);
    }

    /** At each step, all blanks that are left are predicted. */
    private static final int MOST_BLANKS = 32;

    /** The likeliest: one for each of the surest blank's words. */
    static List<Together> best(Request request, Function<Request, List<Blank>> predict) {
        List<Blank> blanks = predict.apply(request);
        if (blanks.size() > MOST_BLANKS) {
            throw new UserException("The text has " + blanks.size() + " blanks, and at most " + MOST_BLANKS
                    + " can be filled together: select less.");
        }
        if (blanks.isEmpty()
                || blanks.stream().anyMatch(blank -> blank.predictions().isEmpty())) {
            return List.of();
        }
        int surest = surest(blanks);
        return blanks.get(surest).predictions().stream()
                .map(word -> filled(request, blanks, surest, word, predict))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingDouble(together -> -together.probability()))
                .toList();
    }

    private static int surest(List<Blank> blanks) {
        return IntStream.range(0, blanks.size())
                .boxed()
                .max(Comparator.<Integer>comparingDouble(
                                i -> blanks.get(i).predictions().get(0).probability())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    private static Optional<Together> filled(
            Request request, List<Blank> all, int first, Prediction word, Function<Request, List<Blank>> predict) {
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
        List<Filled> words = new ArrayList<>();
        Request now = with(request, all.get(first), word);
        words.add(new Filled(left.remove(first), word.word(), word.probability()));
        while (!left.isEmpty()) {
            List<Blank> blanks = predict.apply(now);
            boolean fits = blanks.size() == left.size()
                    && blanks.stream().noneMatch(blank -> blank.predictions().isEmpty());
            if (!fits) {
                return Optional.empty();
            }
            int surest = surest(blanks);
            Prediction next = blanks.get(surest).predictions().get(0);
            now = with(now, blanks.get(surest), next);
            words.add(new Filled(left.remove(surest), next.word(), next.probability()));
        }
        return Optional.of(new Together(now.text(), now.pair(), words));
    }

    /** The request with a word in one of its blanks. */
    private static Request with(Request request, Blank blank, Prediction word) {
        Span at = blank.span();
        boolean inPair = blank.segment() == 1 && request.pair().isPresent();
        String text = inPair ? request.pair().orElseThrow() : request.text();
        String filled = text.substring(0, at.start()) + word.word() + text.substring(at.end());
        return inPair
                ? new Request(request.text(), Optional.of(filled), Optional.empty(), request.code())
                : new Request(filled, request.pair(), Optional.empty(), request.code());
    }
}
