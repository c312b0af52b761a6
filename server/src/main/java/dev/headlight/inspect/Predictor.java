package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.text.LetterCase;
import dev.headlight.text.Reading;
import dev.headlight.tokens.Casing;
import dev.headlight.tokens.Vocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;

/** Turns logits into words, for a blank or to follow a text. */
final class Predictor {
    private final Vocabulary vocabulary;
    private final Casing casing;
    private final Options options;
    private final boolean causal;

    Predictor(Vocabulary vocabulary, Casing casing, Options options, boolean causal) {
        this.vocabulary = vocabulary;
        this.casing = casing;
        this.options = options;
        this.causal = causal;
    }

    /**
     * The likeliest words for a blank.
     *
     * @param logits the model's logits there, [V]
     */
    List<Prediction> words(float[] logits, Reading reading, EncodedRequest.Place place) {
        double logSum = logSum(logits);
        List<Prediction> words = new ArrayList<>();
        for (int id : largest(logits, id -> wanted(id, reading, place))) {
            double probability = Math.exp(logits[id] - logSum);
            words.add(new Prediction(word(id, reading, place), vocabulary.piece(id), id, probability));
        }
        return words;
    }

    /**
     * log Σ exp of logits: a logit less this is the log of its probability.
     *
     * @throws UserException if they are not numbers
     */
    static double logSum(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        if (!Double.isFinite(sum)) {
            throw new UserException(
                    "The model's logits are not numbers, so its weights are damaged: fetch the checkpoint again.");
        }
        return most + Math.log(sum);
    }

    /** Whether a token is offered at a place: one that fits there, and is not the word that stands there. */
    private boolean wanted(int id, Reading reading, EncodedRequest.Place place) {
        return fits(id, reading, place)
                && (options.raw()
                        || place.masked()
                                .filter(own -> vocabulary
                                        .word(id, spaced(reading, place))
                                        .filter(own::equalsIgnoreCase)
                                        .isPresent())
                                .isEmpty());
    }

    private boolean fits(int id, Reading reading, EncodedRequest.Place place) {
        if (options.raw()) {
            return true;
        }
        if (follows(place)) {
            Optional<String> text = vocabulary.text(id);
            return text.isPresent()
                    && text.get().codePoints().anyMatch(Predictor::visible)
                    && (text.get().startsWith(" ") || !spaced(reading, place));
        }
        return vocabulary.word(id, spaced(reading, place)).isPresent();
    }

    private static boolean visible(int character) {
        return !Character.isWhitespace(character) && !Character.isISOControl(character);
    }

    /**
     * Whether any continuation of the text is wanted, with its space, rather than only a whole word.
     */
    private boolean follows(EncodedRequest.Place place) {
        return causal && place.masked().isEmpty();
    }

    private boolean spaced(Reading reading, EncodedRequest.Place place) {
        int start = place.span().start();
        return start == 0
                ? vocabulary.spaceFirst()
                : Character.isWhitespace(reading.text().charAt(start - 1));
    }

    /** The token that is a word at a place: one that reads so there, else one that does but for its case. */
    OptionalInt id(String word, Reading reading, EncodedRequest.Place place) {
        OptionalInt other = OptionalInt.empty();
        for (int id = 0; id < vocabulary.size(); id++) {
            boolean alike = vocabulary.surface(id).equalsIgnoreCase(word); // asked first, for it is quick
            if (!alike || !fits(id, reading, place)) {
                continue;
            }
            String here = word(id, reading, place).strip();
            if (here.equals(word)) {
                return OptionalInt.of(id);
            }
            if (other.isEmpty() && here.equalsIgnoreCase(word)) {
                other = OptionalInt.of(id);
            }
        }
        return other;
    }

    /** A token as it would stand at a place. */
    String word(int id, Reading reading, EncodedRequest.Place place) {
        if (follows(place)) {
            String text = vocabulary.text(id).orElseGet(() -> vocabulary.piece(id));
            return spaced(reading, place) ? text.stripLeading() : text;
        }
        String word = vocabulary.surface(id);
        if (options.raw() || !vocabulary.uncased()) {
            return word;
        }
        String written = casing.written(word);
        return place.masked()
                .filter(masked -> !casing.isOwn(masked))
                .map(masked -> LetterCase.like(masked, written))
                .orElseGet(() -> LetterCase.inPlace(reading, place.span(), written));
    }

    /** The ids of the largest wanted logits, largest first; ties in the order of ids. */
    private List<Integer> largest(float[] logits, IntPredicate wanted) {
        Comparator<Integer> better =
                Comparator.<Integer>comparingDouble(id -> logits[id]).thenComparing(Comparator.<Integer>reverseOrder());
        PriorityQueue<Integer> best = new PriorityQueue<>(better);
        for (int id = 0; id < logits.length; id++) {
            boolean promising = best.size() < options.top() || logits[id] > logits[best.peek()];
            if (promising && wanted.test(id)) {
                best.add(id);
                if (best.size() > options.top()) {
                    best.remove();
                }
            }
        }
        return best.stream().sorted(better.reversed()).toList();
    }
}
