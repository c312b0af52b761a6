package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.Cancellation;
import dev.headlight.model.Variants;
import dev.headlight.model.Variants.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Measures what is taken out of several texts at once: texts of as many tokens are quicker together. */
final class Effects {
    private Effects() {}

    /** Makes a result of an effect, and of the logits [V] at the place without what was taken out. */
    interface Named<T, R> {
        R of(int text, T what, Effect effect, NDArray logits);
    }

    /**
     * Measures variants of several texts.
     *
     * @param what is to be taken out of each text, by its number
     * @param changed the text without that
     * @param named what the effect is of
     */
    static <T, R> List<List<R>> measured(
            List<Why.Asked> all,
            IntFunction<List<T>> what,
            BiFunction<Integer, T, Variant> changed,
            Named<T, R> named,
            Cancellation cancellation) {
        List<Variants.Of> variants = new ArrayList<>();
        for (int text = 0; text < all.size(); text++) {
            for (T each : what.apply(text)) {
                variants.add(new Variants.Of(all.get(text).why().variants(), changed.apply(text, each)));
            }
        }
        List<List<R>> found = new ArrayList<>();
        if (variants.isEmpty()) {
            all.forEach(asked -> found.add(List.of()));
            return found;
        }
        NDManager outer = all.get(0).why().variants().logits().getManager();
        try (NDManager scope = outer.newSubManager()) {
            NDArray logits = Variants.logitsOf(variants, scope, cancellation); // (C, V)
            NDArray logp = logits.logSoftmax(-1);
            int from = 0;
            for (int text = 0; text < all.size(); text++) {
                List<T> of = what.apply(text);
                List<Effect> effects = of.isEmpty()
                        ? List.of()
                        : effects(all.get(text).question(), logp.get(new NDIndex("{}:{}", from, from + of.size())));
                List<R> ofText = new ArrayList<>();
                for (int i = 0; i < of.size(); i++) {
                    ofText.add(named.of(text, of.get(i), effects.get(i), logits.get(from + i)));
                }
                from += of.size();
                found.add(ofText);
            }
        }
        return found;
    }

    /** Effects on what was asked, of log probabilities (C, V). */
    private static List<Effect> effects(Why.Question question, NDArray logp) {
        double quantity = question.quantity();
        return probabilities(question, logp).stream()
                .map(p -> new Effect(
                        quantity - Math.log(p[0]) + (question.rather().isPresent() ? Math.log(p[1]) : 0), p[0], p[1]))
                .toList();
    }

    /** p(w) and p(v) of each row of log probabilities (C, V); p(v) is NaN where there is no v. */
    static List<double[]> probabilities(Why.Question question, NDArray logp) {
        float[] word = column(logp, question.word().id());
        Optional<float[]> rather = question.rather().map(v -> column(logp, v.id()));
        return IntStream.range(0, word.length)
                .mapToObj(i -> new double[] {
                    Math.exp(word[i]), rather.map(v -> Math.exp(v[i])).orElse(Double.NaN)
                })
                .toList();
    }

    private static float[] column(NDArray rows, int number) {
        return rows.get(new NDIndex(":, {}", number)).toFloatArray();
    }
}
