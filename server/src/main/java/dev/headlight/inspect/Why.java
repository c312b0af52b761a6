package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.model.Input;
import dev.headlight.model.Variants;
import dev.headlight.model.Variants.Variant;
import dev.headlight.model.Without;
import dev.headlight.model.Without.Head;
import dev.headlight.model.Without.Sublayer;
import dev.headlight.text.Reading;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Answers why a word stands at a place: each effect is measured, by running the model again with a part taken out. No
 * gradient, no approximation. Holds native memory until it is closed; used by one thread at a time.
 */
public final class Why implements AutoCloseable {
    private final Inspection inspection;
    private final Blank blank;
    private final Reading reading;
    private final EncodedRequest.Place place;
    private final Predictor predictor;
    private final OptionalInt mask;
    private final Variants variants;
    private final float[] logits; // [V]

    /** How a word is taken out. */
    public enum Removal {
        /** All its tokens read as the mask token; place and order stay (occlusion). */
        BLANK,
        /** No token may look at its tokens, in any layer (attention knockout, Geva et al. 2023, arXiv 2304.14767). */
        HIDE
    }

    /** How a head is taken out. */
    public enum Ablation {
        /** Its output is zero (Michel et al. 2019, arXiv 1905.10650). */
        ZERO,
        /** Its output is its mean over the positions of the text: what is lost is where it looks. */
        MEAN
    }

    /**
     * A word that is asked about.
     *
     * @param word as it would stand in the text
     * @param probability of the model, over its whole vocabulary
     */
    public record Candidate(int id, String word, double probability) {}

    /**
     * A question: why this word, rather than that one; without the second, why this word at all.
     *
     * @param rather the second word, v
     */
    public record Question(Candidate word, Optional<Candidate> rather) {

        /** log p(w) − log p(v), or log p(w), in nats. */
        public double quantity() {
            return Math.log(word.probability)
                    - rather.map(v -> Math.log(v.probability)).orElse(0.0);
        }
    }

    /**
     * A place of an inspection.
     *
     * @param variants of the inspection's tokens, at the place; closed with this
     * @param mask the id of the mask token; none where the model has none
     */
    Why(
            Inspection inspection,
            Blank blank,
            Reading reading,
            EncodedRequest.Place place,
            Predictor predictor,
            OptionalInt mask,
            Variants variants) {
        this.inspection = inspection;
        this.blank = blank;
        this.reading = reading;
        this.place = place;
        this.predictor = predictor;
        this.mask = mask;
        this.variants = variants;
        this.logits = variants.logits().toFloatArray();
    }

    /** How a word is taken out where nobody chooses: blanked where the model has a mask token, else hidden. */
    public Removal usualRemoval() {
        return mask.isPresent() ? Removal.BLANK : Removal.HIDE;
    }

    /**
     * The likeliest word at the place.
     *
     * @throws UserException if none fits there
     */
    public Candidate likeliestWord() {
        return likeliest().stream().findFirst().orElseThrow(Why::noWord);
    }

    private List<Candidate> likeliest() {
        return predictor.words(logits, reading, place).stream()
                .map(word -> new Candidate(word.id(), word.word(), word.probability()))
                .toList();
    }

    /**
     * A word that somebody names.
     *
     * @throws UserException where it is not one token of the model
     */
    public Candidate candidate(String word) {
        return candidate(id(word, predictor, reading, place));
    }

    /**
     * The token of a word.
     *
     * @throws UserException if it is not one token of the model
     */
    static int id(String word, Predictor predictor, Reading reading, EncodedRequest.Place place) {
        return predictor
                .id(word.strip(), reading, place)
                .orElseThrow(() -> new UserException(
                        "“" + word.strip() + "” is not one token of this model: ask about a word that is."));
    }

    /**
     * A word by its token's id.
     *
     * @throws dev.headlight.OutOfRangeException where the vocabulary has no such id
     */
    public Candidate candidate(int id) {
        if (id < 0 || id >= logits.length) {
            throw new OutOfRangeException("token id " + id);
        }
        return new Candidate(id, predictor.word(id, reading, place), Math.exp(logits[id] - Predictor.logSum(logits)));
    }

    /**
     * The question of somebody who names the words, or none: then the likeliest word is asked about, and the second
     * likeliest is the other one.
     */
    public Question question(Optional<String> word, Optional<String> rather) {
        return question(word.map(this::candidate).orElseGet(this::likeliestWord), rather.map(this::candidate));
    }

    /** Why a word, rather than another: the likeliest other one if none is named. */
    public Question question(Candidate first, Optional<Candidate> rather) {
        Candidate second = rather.orElseGet(() -> likeliest().stream()
                .filter(other -> other.id() != first.id())
                .findFirst()
                .orElseThrow(Why::noWord));
        if (second.id() == first.id()) {
            throw new UserException("“" + first.word() + "” was named twice: name another word to compare it with.");
        }
        return new Question(first, Optional.of(second));
    }

    private static UserException noWord() {
        return new UserException("No word of the model's vocabulary fits here: name the words to ask about.");
    }

    /** What changes its text; open as long as this. */
    Variants variants() {
        return variants;
    }

    /** Where the place is. */
    public Blank blank() {
        return blank;
    }

    /** The effect of each word of the text, in its order; special tokens and the place itself are left out. */
    public List<WordEffect> words(Question question, Removal removal, Cancellation cancellation) {
        return words(question, removal, false, 0, wordCount(false), cancellation);
    }

    /**
     * How many words can be taken out.
     *
     * @param special whether special tokens count, and the first token of a model that reads from left to right
     */
    public int wordCount(boolean special) {
        return words(special).size();
    }

    /** The effects of some of the words: {@code from} up to, not including, {@code to}. */
    public List<WordEffect> words(
            Question question, Removal removal, boolean special, int from, int to, Cancellation cancellation) {
        List<List<Integer>> words = words(special).subList(from, to);
        return words(List.of(new Asked(this, question)), List.of(words), removal, true, cancellation)
                .get(0);
    }

    /** A question at a place. */
    record Asked(Why why, Question question) {}

    /** The effects of the words of several texts, which are quicker at once if they have as many tokens. */
    static List<List<WordEffect>> words(List<Asked> all, Removal removal, Cancellation cancellation) {
        List<List<List<Integer>>> words =
                all.stream().map(asked -> asked.why.words(false)).toList();
        return words(all, words, removal, false, cancellation);
    }

    /**
     * The effects of some words of each text.
     *
     * @param thereThen whether to find the words that stand at the place without each
     */
    private static List<List<WordEffect>> words(
            List<Asked> all,
            List<List<List<Integer>>> words,
            Removal removal,
            boolean thereThen,
            Cancellation cancellation) {
        return Effects.measured(
                all,
                words::get,
                (number, word) -> all.get(number).why.without(word, removal),
                (number, word, effect, logits) -> {
                    Why why = all.get(number).why;
                    List<Prediction> then =
                            thereThen ? why.predictor.words(logits.toFloatArray(), why.reading, why.place) : List.of();
                    return why.wordEffect(word, effect, then);
                },
                cancellation);
    }

    private WordEffect wordEffect(List<Integer> tokens, Effect effect, List<Prediction> without) {
        Token first = inspection.tokens().get(tokens.get(0));
        Token last = inspection.tokens().get(tokens.get(tokens.size() - 1));
        if (first.added()) {
            return new WordEffect(first.name(), first.segment(), new Span(0, 0), tokens, effect, without);
        }
        Span span = new Span(first.span().start(), last.span().end());
        String text =
                first.segment() == 0 ? inspection.text() : inspection.pair().orElseThrow();
        return new WordEffect(span.of(text), first.segment(), span, tokens, effect, without);
    }

    /**
     * The tokens of each word. Left out are the place itself and, unless they are asked for, special tokens and the first
     * token of a model that reads from left to right: heads rest there when they have nothing to do, which is no evidence.
     */
    private List<List<Integer>> words(boolean special) {
        Map<List<Integer>, List<Integer>> words = new LinkedHashMap<>();
        for (int i = 0; i < inspection.tokens().size(); i++) {
            Token token = inspection.tokens().get(i);
            boolean sink = token.special() || token.added() || inspection.causal() && i == 0;
            boolean here = token.segment() == place.segment()
                    && token.span() != null
                    && !inspection.causal()
                    && token.span().overlaps(blank.span());
            if ((special || !sink) && !here) {
                List<Integer> word = token.added() ? List.of(-1, i) : List.of(token.segment(), token.word());
                words.computeIfAbsent(word, of -> new ArrayList<>()).add(i);
            }
        }
        return List.copyOf(words.values());
    }

    private Variant without(List<Integer> word, Removal removal) {
        Input input = variants.input();
        if (removal == Removal.HIDE) {
            return new Variant(input, Without.hiding(new HashSet<>(word)));
        }
        List<Integer> ids = new ArrayList<>(input.ids());
        word.forEach(token -> ids.set(token, mask.orElseThrow()));
        return new Variant(new Input(ids, input.types()), Without.NOTHING);
    }

    /** The effects of all heads of a layer of a kind of attention. */
    public List<HeadEffect> heads(
            Question question, AttentionKind kind, int layer, Ablation ablation, Cancellation cancellation) {
        return heads(List.of(new Asked(this, question)), kind, layer, ablation, cancellation)
                .get(0);
    }

    /** The same for several texts, which are quicker at once if they have as many tokens. */
    static List<List<HeadEffect>> heads(
            List<Asked> all, AttentionKind kind, int layer, Ablation ablation, Cancellation cancellation) {
        List<Integer> heads =
                IntStream.range(0, all.get(0).why.inspection.heads()).boxed().toList();
        return Effects.measured(
                all,
                number -> heads,
                (number, head) -> {
                    Head at = new Head(kind, layer, head);
                    return all.get(number)
                            .why
                            .variant(ablation == Ablation.ZERO ? Without.head(at) : Without.averaging(at));
                },
                (number, head, effect, logits) -> new HeadEffect(kind, layer, head, effect),
                cancellation);
    }

    private Variant variant(Without without) {
        return new Variant(variants.input(), without);
    }

    /** The effects of the attention and of the feed-forward part of a layer of a kind of attention. */
    public LayerEffect layer(Question question, AttentionKind kind, int layer, Cancellation cancellation) {
        return layer(List.of(new Asked(this, question)), kind, layer, cancellation)
                .get(0);
    }

    /** The same for several texts, which are quicker at once if they have as many tokens. */
    static List<LayerEffect> layer(List<Asked> all, AttentionKind kind, int layer, Cancellation cancellation) {
        Sublayer at = new Sublayer(kind, layer);
        List<Without> changes = kind == AttentionKind.CROSS
                ? List.of(Without.attention(at))
                : List.of(Without.attention(at), Without.feedForward(at));
        List<List<Effect>> effects = Effects.measured(
                all,
                number -> changes,
                (number, change) -> all.get(number).why.variant(change),
                (number, change, effect, logits) -> effect,
                cancellation);
        return effects.stream()
                .map(of -> new LayerEffect(
                        kind, layer, of.get(0), of.size() > 1 ? Optional.of(of.get(1)) : Optional.empty()))
                .toList();
    }

    /** What the model would answer after each of its layers, and before the first. */
    public List<LensRow> lens(Question question) {
        try (NDManager scope = variants.logits().getManager().newSubManager()) {
            NDArray all = variants.lens(scope); // (L + 1, V)
            List<double[]> probabilities = Effects.probabilities(question, all.logSoftmax(-1));
            float[] scores = all.toFloatArray();
            return IntStream.range(0, probabilities.size())
                    .mapToObj(i -> {
                        float[] row = Arrays.copyOfRange(scores, i * logits.length, (i + 1) * logits.length);
                        double[] p = probabilities.get(i);
                        return new LensRow(i, predictor.words(row, reading, place), p[0], p[1]);
                    })
                    .toList();
        }
    }

    /** The layers that can change what stands at the place, of each kind of attention. */
    public List<TakenOut.Layer> layers() {
        return inspection.attentions().stream()
                .flatMap(shape ->
                        IntStream.range(0, shape.layers()).mapToObj(layer -> new TakenOut.Layer(shape.kind(), layer)))
                .toList();
    }

    @Override
    public void close() {
        variants.close();
    }
}
