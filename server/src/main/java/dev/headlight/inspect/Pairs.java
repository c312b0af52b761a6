package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Dimensions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /** A layer and the mean effects of its two parts; cross-attention has no feed-forward part. */
    public record LayerMean(AttentionKind kind, int layer, Mean attention, Optional<Mean> feedForward) {}

    /** The mean effect of the words at a place: −1 is the word before the blank, 1 the one after it. */
    public record PlaceMean(int place, int sentences, Mean effect) {}

    /**
     * A word of a sentence.
     *
     * @param place how many words after the blank; negative before it
     * @param effect on log p(right) − log p(wrong), in nats
     */
    public record Word(int place, String text, double effect) {}

    /**
     * What was measured of one pair.
     *
     * @param quantity log p(right) − log p(wrong), in nats
     * @param words in the order of the sentence
     * @param heads in the order of layers and heads
     * @param layers in their order
     */
    public record Measured(
            Pair pair, double quantity, List<Word> words, List<HeadEffect> heads, List<LayerEffect> layers) {
        public Measured {
            words = List.copyOf(words);
            heads = List.copyOf(heads);
            layers = List.copyOf(layers);
        }

        public boolean right() {
            return quantity > 0;
        }

        /** The word of the sentence that speaks most for the right one. */
        public Optional<Word> strongest() {
            return words.stream().max(Comparator.comparingDouble(Word::effect));
        }
    }

    /**
     * How to measure.
     *
     * @param hide whether words are hidden, even if they could be blanked out
     * @param ablation how heads are taken out
     */
    public record How(boolean hide, Why.Ablation ablation) {}

    /** So many logits of a batch are held at once, at most, if it is of several sentences. */
    private static final int MOST_LOGITS = 8_000_000;

    /** So many rows of hidden states of a layer's heads. */
    private static final int MOST_ROWS = 2048;

    /**
     * Measures pairs. All are checked first; then those of one length run together.
     *
     * @param done is told of each when it is measured, with its number among the pairs, from 0
     * @return in the order of the pairs
     * @throws UserException if a sentence has no blank, or a word is not one token; the sentence is named
     */
    public static List<Measured> measure(
            Inspector inspector,
            List<Pair> pairs,
            How how,
            BiConsumer<Integer, Measured> done,
            Cancellation cancellation) {
        Measured[] all = new Measured[pairs.size()];
        for (List<Integer> group : groups(inspector, pairs, cancellation)) {
            cancellation.check();
            List<Measured> measured =
                    measure(inspector, group.stream().map(pairs::get).toList(), how, cancellation);
            for (int i = 0; i < group.size(); i++) {
                all[group.get(i)] = measured.get(i);
                done.accept(group.get(i), measured.get(i));
            }
        }
        return List.of(all);
    }

    /**
     * The numbers of pairs that run together, the short ones first. All are checked.
     *
     * @throws UserException if a sentence has no blank, or a word is not one token; the sentence is named
     */
    public static List<List<Integer>> groups(Inspector inspector, List<Pair> pairs, Cancellation cancellation) {
        Map<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            cancellation.check();
            Pair pair = pairs.get(i);
            int tokens = named(
                    pair,
                    () -> inspector.askable(
                            Request.of(pair.text()), List.of(pair.right(), pair.wrong()), cancellation));
            byLength.computeIfAbsent(tokens, length -> new ArrayList<>()).add(i);
        }
        Dimensions of = inspector.dimensions();
        List<List<Integer>> groups = new ArrayList<>();
        byLength.forEach((tokens, numbers) -> {
            int rows = Math.min(MOST_ROWS / tokens, MOST_LOGITS / of.vocabulary()) / of.heads();
            int most = Math.max(1, rows);
            for (int from = 0; from < numbers.size(); from += most) {
                groups.add(numbers.subList(from, Math.min(numbers.size(), from + most)));
            }
        });
        return groups;
    }

    private static <T> T named(Pair pair, Supplier<T> work) {
        try {
            return work.get();
        } catch (UserException e) {
            throw new UserException("“" + pair.text() + "”: " + e.getMessage(), e);
        }
    }

    /** Measures pairs that run together, as one of {@link #groups}. */
    public static List<Measured> measure(Inspector inspector, List<Pair> pairs, How how, Cancellation cancellation) {
        List<Why.Asked> asked = new ArrayList<>();
        try {
            for (Pair pair : pairs) {
                asked.add(named(pair, () -> ask(inspector, pair, cancellation)));
            }
            Why first = asked.get(0).why();
            List<List<HeadEffect>> heads = lists(pairs.size());
            List<List<LayerEffect>> layers = lists(pairs.size());
            for (TakenOut.Layer at : first.layers()) {
                List<List<HeadEffect>> ofLayer = Why.heads(asked, at.kind(), at.layer(), how.ablation(), cancellation);
                List<LayerEffect> whole = Why.layer(asked, at.kind(), at.layer(), cancellation);
                for (int i = 0; i < pairs.size(); i++) {
                    heads.get(i).addAll(ofLayer.get(i));
                    layers.get(i).add(whole.get(i));
                }
            }
            Why.Removal removal = how.hide() ? Why.Removal.HIDE : first.usualRemoval();
            List<List<WordEffect>> words = Why.words(asked, removal, cancellation);
            return IntStream.range(0, pairs.size())
                    .mapToObj(i -> new Measured(
                            pairs.get(i),
                            asked.get(i).question().quantity(),
                            words(words.get(i), asked.get(i).why().blank()),
                            heads.get(i),
                            layers.get(i)))
                    .toList();
        } finally {
            asked.forEach(each -> each.why().close());
        }
    }

    private static <T> List<List<T>> lists(int count) {
        return Stream.<List<T>>generate(ArrayList::new).limit(count).toList();
    }

    private static Why.Asked ask(Inspector inspector, Pair pair, Cancellation cancellation) {
        Request request = Request.of(pair.text());
        Options options = Options.standard();
        Why why;
        try (Inspected inspected = inspector.inspect(request, options, cancellation)) {
            why = inspector.why(request, options, inspected.inspection(), 0, cancellation);
        }
        try {
            return new Why.Asked(why, why.question(Optional.of(pair.right()), Optional.of(pair.wrong())));
        } catch (RuntimeException e) {
            why.close();
            throw e;
        }
    }

    private static List<Word> words(List<WordEffect> words, Blank blank) {
        int before = (int) words.stream().filter(word -> isBefore(word, blank)).count();
        return IntStream.range(0, words.size())
                .mapToObj(i -> new Word(
                        i < before ? i - before : i - before + 1,
                        words.get(i).text(),
                        words.get(i).effect().value()))
                .toList();
    }

    private static boolean isBefore(WordEffect word, Blank blank) {
        return word.segment() < blank.segment()
                || word.segment() == blank.segment()
                        && word.span().start() < blank.span().end();
    }

    /** The mean effect of each layer's parts. */
    public static List<LayerMean> layers(List<Measured> all) {
        List<LayerEffect> first = all.get(0).layers();
        return IntStream.range(0, first.size())
                .mapToObj(i -> {
                    List<LayerEffect> layer = all.stream()
                            .map(measured -> measured.layers().get(i))
                            .toList();
                    return new LayerMean(
                            first.get(i).kind(),
                            first.get(i).layer(),
                            mean(layer, of -> of.attention().value()),
                            first.get(i)
                                    .feedForward()
                                    .map(there -> mean(
                                            layer,
                                            of -> of.feedForward().orElseThrow().value())));
                })
                .toList();
    }

    private static Mean mean(List<LayerEffect> layers, ToDoubleFunction<LayerEffect> effect) {
        return Mean.of(layers.stream().map(effect::applyAsDouble).toList());
    }

    /** The mean effects of words by their place relative to the blank, in the order of places. */
    public static List<PlaceMean> places(List<Measured> all) {
        Map<Integer, List<Double>> effects = new TreeMap<>();
        all.forEach(measured -> measured.words()
                .forEach(word -> effects.computeIfAbsent(word.place(), place -> new ArrayList<>())
                        .add(word.effect())));
        return effects.entrySet().stream()
                .map(of -> new PlaceMean(of.getKey(), of.getValue().size(), Mean.of(of.getValue())))
                .toList();
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
