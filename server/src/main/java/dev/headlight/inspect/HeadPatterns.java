package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much a head shows each pattern.
 *
 * @param measures the share of attention that each pattern explains, 0 to 1, averaged over the tokens that could show
 *     it; for {@link Pattern#BROAD} the mean entropy of a row, in nats. A pattern that no token of the text could show,
 *     as "other sentence" without a second one, is left out.
 */
public record HeadPatterns(Map<Pattern, Double> measures) {
    public HeadPatterns {
        measures = Map.copyOf(measures);
    }

    /** The patterns that the head shows, the most pronounced first. */
    public List<Pattern> shown() {
        return measures.keySet().stream()
                .filter(pattern -> measures.get(pattern) > pattern.threshold())
                .sorted(Comparator.<Pattern>comparingDouble(p -> -measures.get(p) / p.threshold())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /**
     * Measures one head.
     *
     * @param attention [T, T], rows attend to columns
     * @param tokens the T tokens
     * @param separators ids of the tokens that end a text
     */
    public static HeadPatterns of(Matrix attention, List<Token> tokens, java.util.Set<Integer> separators) {
        return new Roles(tokens, separators).measure(attention);
    }

    /** What the tokens are, found out once for all heads. */
    static final class Roles {
        private final List<Token> tokens;
        private final boolean[] separator;
        private final boolean[] punctuation;
        private final int[] word;
        private final int[] occurrences;
        private final boolean pair;

        Roles(List<Token> tokens, java.util.Set<Integer> separators) {
            this.tokens = tokens;
            int count = tokens.size();
            separator = new boolean[count];
            punctuation = new boolean[count];
            word = new int[count];
            occurrences = new int[count];
            Map<String, Integer> numbers = new HashMap<>();
            for (int i = 0; i < count; i++) {
                Token token = tokens.get(i);
                boolean wordlike = token.text().codePoints().anyMatch(Character::isLetterOrDigit);
                separator[i] = separators.contains(token.id());
                punctuation[i] = !token.special() && !wordlike;
                String text = token.text().toLowerCase(Locale.ROOT);
                word[i] = token.special() || !wordlike ? -1 : numbers.computeIfAbsent(text, t -> numbers.size());
                if (word[i] >= 0) {
                    occurrences[word[i]]++;
                }
            }
            pair = tokens.stream().anyMatch(token -> token.segment() == 1);
        }

        HeadPatterns measure(Matrix attention) {
            int count = tokens.size();
            Means means = new Means();
            for (int query = 0; query < count; query++) {
                double previous = query > 0 ? attention.at(query, query - 1) : Double.NaN;
                double following = query + 1 < count ? attention.at(query, query + 1) : Double.NaN;
                means.add(Pattern.PREVIOUS_TOKEN, previous);
                means.add(Pattern.NEXT_TOKEN, following);
                means.add(Pattern.SAME_TOKEN, attention.at(query, query));
                means.add(Pattern.FIRST_TOKEN, query > 0 ? attention.at(query, 0) : Double.NaN);
                addMasses(attention, query, means);
            }
            return new HeadPatterns(means.all());
        }

        private void addMasses(Matrix attention, int query, Means means) {
            double toSeparators = 0;
            double toPunctuation = 0;
            double toSameWord = 0;
            double toOtherSentence = 0;
            double entropy = 0;
            boolean anyPunctuation = false;
            for (int key = 0; key < tokens.size(); key++) {
                double weight = attention.at(query, key);
                toSeparators += separator[key] ? weight : 0;
                toPunctuation += punctuation[key] ? weight : 0;
                anyPunctuation |= punctuation[key];
                toSameWord += key != query && word[key] >= 0 && word[key] == word[query] ? weight : 0;
                boolean other = tokens.get(key).segment() != tokens.get(query).segment();
                toOtherSentence += other && !tokens.get(key).special() ? weight : 0;
                entropy -= weight > 0 ? weight * Math.log(weight) : 0;
            }
            means.add(Pattern.SEPARATOR, toSeparators);
            means.add(Pattern.PUNCTUATION, anyPunctuation ? toPunctuation : Double.NaN);
            boolean repeated = word[query] >= 0 && occurrences[word[query]] > 1;
            means.add(Pattern.SAME_WORD, repeated ? toSameWord : Double.NaN);
            means.add(Pattern.OTHER_SENTENCE, pair && !tokens.get(query).special() ? toOtherSentence : Double.NaN);
            means.add(Pattern.BROAD, entropy);
        }
    }

    /** Running means; a value that is not a number doesn't count. */
    private static final class Means {
        private final double[] sums = new double[Pattern.values().length];
        private final int[] counts = new int[sums.length];

        void add(Pattern pattern, double value) {
            if (!Double.isNaN(value)) {
                sums[pattern.ordinal()] += value;
                counts[pattern.ordinal()]++;
            }
        }

        Map<Pattern, Double> all() {
            Map<Pattern, Double> means = new EnumMap<>(Pattern.class);
            for (Pattern pattern : Pattern.values()) {
                if (counts[pattern.ordinal()] > 0) {
                    means.put(pattern, sums[pattern.ordinal()] / counts[pattern.ordinal()]);
                }
            }
            return means;
        }
    }
}
