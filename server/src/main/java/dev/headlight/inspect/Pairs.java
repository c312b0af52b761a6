package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Minimal pairs: sentences with a blank, each with a word that is right and one that is wrong. What the model prefers, and
 * which heads carry it, over all of them.
 */
public final class Pairs {
    private Pairs() {}

    /**
     * A sentence.
     *
     * @param text with one blank
     * @param right the word that belongs there
     * @param wrong one that does not
     */
    public record Pair(String text, String right, String wrong) {}

    /**
     * Reads a file of pairs: a line each, sentence, right word and wrong word with tabs between them. Empty lines and those
     * that begin with # are left out.
     *
     * @throws UserException where a line is not like that
     */
    public static List<Pair> parse(String content) {
        List<Pair> pairs = new ArrayList<>();
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\t", -1);
            if (parts.length != 3 || parts[0].isBlank() || parts[1].isBlank() || parts[2].isBlank()) {
                throw new UserException(
                        "Line " + number + " is no pair: write a sentence with a blank, the right word and"
                                + " the wrong word, with tabs between them.");
            }
            pairs.add(new Pair(parts[0].strip(), parts[1].strip(), parts[2].strip()));
        }
        if (pairs.isEmpty()) {
            throw new UserException(
                    "The file holds no pairs: write a sentence with a blank, the right word and the wrong"
                            + " word on each line, with tabs between them.");
        }
        return pairs;
    }

    /**
     * A mean over sentences.
     *
     * @param error its standard error: the sample's standard deviation by √n; 0 for one sentence
     */
    public record Mean(double value, double error) {
        static Mean of(List<Double> values) {
            double mean = values.stream().mapToDouble(v -> v).average().orElse(0);
            int n = values.size();
            double squares =
                    values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            return new Mean(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
        }
    }

    /** A head and its mean effect on log p(right) − log p(wrong), in nats. */
    public record HeadMean(AttentionKind kind, int layer, int head, Mean effect) {}

    /**
     * What was measured of one pair.
     *
     * @param quantity log p(right) − log p(wrong), in nats
     * @param strongest the word of the sentence that speaks most for the right one
     * @param heads in the order of layers and heads
     */
    public record Measured(Pair pair, double quantity, Optional<WordEffect> strongest, List<HeadEffect> heads) {
        public Measured {
            heads = List.copyOf(heads);
        }

        public boolean right() {
            return quantity > 0;
        }
    }

    /**
     * Measures pairs, one after another.
     *
     * @param done is told of each, with its number from 1
     * @throws UserException where a sentence has no blank, or a word is not one token; the sentence is named
     */
    public static List<Measured> measure(
            Inspector inspector,
            List<Pair> pairs,
            Why.Ablation ablation,
            BiConsumer<Integer, Measured> done,
            Cancellation cancellation) {
        List<Measured> all = new ArrayList<>();
        for (Pair pair : pairs) {
            cancellation.check();
            Measured measured = measure(inspector, pair, ablation, cancellation);
            all.add(measured);
            done.accept(all.size(), measured);
        }
        return all;
    }

    private static Measured measure(Inspector inspector, Pair pair, Why.Ablation ablation, Cancellation cancellation) {
        Request request = Request.of(pair.text());
        Options options = Options.standard();
        try (Inspected inspected = inspector.inspect(request, options, cancellation);
                Why why = inspector.why(request, options, inspected.inspection(), 0, cancellation)) {
            Why.Question question = why.question(Optional.of(pair.right()), Optional.of(pair.wrong()));
            List<HeadEffect> heads = new ArrayList<>();
            for (Map.Entry<AttentionKind, Integer> kind : why.layers().entrySet()) {
                for (int layer = 0; layer < kind.getValue(); layer++) {
                    heads.addAll(why.heads(question, kind.getKey(), layer, ablation, cancellation));
                }
            }
            Optional<WordEffect> strongest = why.words(question, why.usualRemoval(), cancellation).stream()
                    .max(Comparator.comparingDouble(word -> word.effect().value()));
            return new Measured(pair, question.quantity(), strongest, heads);
        } catch (UserException e) {
            throw new UserException("“" + pair.text() + "”: " + e.getMessage(), e);
        }
    }

    /** The mean effect of each head, the strongest first. */
    public static List<HeadMean> heads(List<Measured> all) {
        record Place(AttentionKind kind, int layer, int head) {}
        Map<Place, List<Double>> effects = new LinkedHashMap<>();
        for (Measured measured : all) {
            for (HeadEffect head : measured.heads()) {
                effects.computeIfAbsent(new Place(head.kind(), head.layer(), head.head()), place -> new ArrayList<>())
                        .add(head.effect().value());
            }
        }
        return effects.entrySet().stream()
                .map(of -> new HeadMean(
                        of.getKey().kind(), of.getKey().layer(), of.getKey().head(), Mean.of(of.getValue())))
                .sorted(Comparator.comparingDouble(head -> -head.effect().value()))
                .toList();
    }

    /** The mean of log p(right) − log p(wrong), in nats. */
    public static Mean quantity(List<Measured> all) {
        return Mean.of(all.stream().map(Measured::quantity).toList());
    }
}
