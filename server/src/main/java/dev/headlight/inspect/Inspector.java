package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.Precision;
import dev.headlight.Release;
import dev.headlight.UserException;
import dev.headlight.engine.Workers;
import dev.headlight.model.Dimensions;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.Without;
import dev.headlight.text.Reading;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A loaded checkpoint that predicts the words of blanks and computes attention. Used by one thread at a time.
 */
public final class Inspector implements AutoCloseable {
    /** The most tokens that a decoder writes if no target is given. */
    public static final int LONGEST_ANSWER = 64;

    private final String name;
    private final Tokenizer tokenizer;
    private final Family model;
    private final Precision precision;
    private final List<String> origins;
    private final Origin origin;
    private final CheckedPasses passes;
    private final Inputs inputs;
    private final BlankWords blankWords;
    private final InspectedPasses inspected;
    private final Continuation continuation;

    private Inspector(String name, Optional<String> revision, LoadedCheckpoint loaded) {
        this.name = name;
        this.tokenizer = loaded.tokenizer();
        this.model = loaded.model();
        this.precision = loaded.precision();
        this.origins = loaded.origins();
        this.origin = new Origin(revision, Optional.of(Release.version()), loaded.hashes());
        this.passes = new CheckedPasses(name, loaded.folder(), model);
        this.inputs = new Inputs(name, tokenizer, model, loaded.ends(), passes);
        this.blankWords = new BlankWords(tokenizer, loaded.casing(), model, passes);
        this.inspected = new InspectedPasses(name, origin, tokenizer, model, passes, inputs, blankWords);
        this.continuation = new Continuation(name, tokenizer, model, passes, inputs, blankWords, inspected);
    }

    /**
     * Loads a checkpoint.
     *
     * @param name its name for display
     * @param folder its folder, in the hub's layout
     * @throws UserException if part of it is missing, malformed or unsupported
     */
    public static Inspector load(String name, Path folder) {
        return load(name, Optional.empty(), folder, folder, Precision.FLOAT32);
    }

    /**
     * The same, with linear layers of a precision.
     *
     * @param revision its commit, if it is known
     * @param english a folder whose {@code casing.json}, if any, is used for English checkpoints without one
     */
    public static Inspector load(
            String name, Optional<String> revision, Path folder, Path english, Precision precision) {
        return new Inspector(name, revision, LoadedCheckpoint.load(folder, english, precision));
    }

    /** The checkpoint's files, settings and tensors that are used, and those ignored. */
    public List<String> origins() {
        return origins;
    }

    /** Where its attention comes from. */
    public Origin origin() {
        return origin;
    }

    /** Of its linear layers: never {@link Precision#AUTO}. */
    public Precision precision() {
        return precision;
    }

    /** The model's name. */
    public String name() {
        return name;
    }

    /** Whether it reads from left to right and predicts what follows a text instead of filling its blanks. */
    public boolean causal() {
        return model.causal();
    }

    /** Whether it can predict words; a checkpoint without a language modeling head only shows attention. */
    public boolean predicts() {
        return model.predicts();
    }

    /**
     * Runs the model on a text or a pair, and predicts the words of its blanks.
     *
     * @param cancellation asked between layers; throws to end the work
     * @return to be closed by the caller
     */
    public Inspected inspect(Request request, Options options, Cancellation cancellation) {
        return inspected.of(request, options, false, cancellation);
    }

    /** The same, with the logits of every token kept. */
    public Inspected inspectWithLogits(Request request, Options options, Cancellation cancellation) {
        requireHead();
        return inspected.of(request, options, true, cancellation);
    }

    /**
     * Goes on with an inspected text, or with the target of an encoder-decoder, by the likeliest token. Only that token is
     * computed.
     *
     * @param request what was inspected
     * @return empty if the model ends the text there
     * @throws UserException if the model fills blanks, or takes no longer text
     */
    public Optional<Written> goOn(Request request, Options options, Inspected before, Cancellation cancellation) {
        requireHead();
        return continuation.goOn(request, options, before, cancellation);
    }

    /** The model does not write. */
    public UserException cantGoOn() {
        return continuation.cant();
    }

    /** Whether a pair's second text is a target, rather than the language of one. */
    public boolean isTarget(Request request) {
        return inputs.isTarget(request);
    }

    /**
     * Goes on with a text, or writes an encoder-decoder's target for it, or goes on with the one that is given: the
     * likeliest token at each position.
     *
     * @param most how many tokens at most
     * @param tell hears each piece of text as soon as it is written
     * @param cancellation asked between layers; throws to end the work
     * @return all of it; empty if the model does not write, or only fills blanks
     */
    public Optional<String> write(Request request, int most, Consumer<String> tell, Cancellation cancellation) {
        return continuation.write(request, most, tell, cancellation);
    }

    /**
     * The words for the blanks of a text or a pair; of a causal model, what could follow a text.
     *
     * @param cancellation asked between layers; throws to end the work
     * @return the blanks in order; none if the texts have none
     * @throws UserException if the checkpoint can't predict words
     */
    public List<Blank> predict(Request request, Options options, Cancellation cancellation) {
        requireHead();
        if (request.pair().isEmpty() && inputs.isAnswered(request)) {
            return List.of(); // only blanks are predicted here; write() answers texts
        }
        return blankWords.of(inputs.of(request, cancellation), blankWords.predictor(options), cancellation);
    }

    /**
     * Asks why a word stands at one of an inspection's places.
     *
     * @param request what the inspection was made of
     * @param number of the place, from 0
     * @return to be closed by the caller
     * @throws UserException where the place is not shown, or the checkpoint can't predict words
     */
    public Why why(Request request, Options options, Inspection inspection, int number, Cancellation cancellation) {
        requireHead();
        if (inspection.blanks().isEmpty()) {
            throw noBlank();
        }
        if (number < 0 || number >= inspection.blanks().size()) {
            throw new OutOfRangeException("place " + number);
        }
        Blank blank = inspection.blanks().get(number);
        if (blank.token() < 0) {
            throw new UserException("This blank is not among the tokens shown: select less text around it.");
        }
        EncodedRequest encoded = inputs.of(request, cancellation).encoded();
        EncodedRequest.Place place = encoded.places().get(number);
        TakenOut out = inspection.takenOut();
        return new Why(
                inspection,
                blank,
                encoded.readings().get(place.segment()),
                place,
                blankWords.predictor(options),
                inputs.mask(),
                model.variants(
                        out.in(CheckedPasses.input(inspection.tokens()), inputs.mask()),
                        blank.token(),
                        out.without(inspection.attentions()),
                        cancellation));
    }

    /**
     * How probable words are at each of a text's places, which stay as they are meanwhile.
     *
     * @param words of one token or several
     * @return for each place, in order, the words in theirs; none if the text has no places
     * @throws UserException if a word is none that the model can write there, or the checkpoint can't predict words
     */
    public List<List<NamedWord>> named(Request request, List<String> words, Cancellation cancellation) {
        requireHead();
        List<String> checked = NamedWords.checked(words);
        ModelInput modelInput = inputs.of(request, cancellation);
        return modelInput.encoded().places().stream()
                .map(place -> named(modelInput, place, checked, cancellation))
                .toList();
    }

    /** The same at one place, by its number from 0. */
    public List<NamedWord> named(Request request, int place, List<String> words, Cancellation cancellation) {
        requireHead();
        List<String> checked = NamedWords.checked(words);
        ModelInput modelInput = inputs.of(request, cancellation);
        List<EncodedRequest.Place> places = modelInput.encoded().places();
        if (place < 0 || place >= places.size()) {
            throw new OutOfRangeException("place " + place);
        }
        return named(modelInput, places.get(place), checked, cancellation);
    }

    private List<NamedWord> named(
            ModelInput modelInput, EncodedRequest.Place place, List<String> words, Cancellation cancellation) {
        NamedWords named = new NamedWords(
                tokenizer,
                model,
                modelInput,
                place,
                (input, row) -> passes.forward(input, List.of(row), Without.NOTHING, cancellation));
        return words.stream().map(named::word).toList();
    }

    /**
     * Fills a text's blanks together: the surest first, the rest again given it. The alternatives differ in that word.
     *
     * @return the likeliest first, as many as the options say at most; none if the text has no blanks, or one can't be
     *     filled
     */
    public List<Together> together(Request request, Options options, Cancellation cancellation) {
        if (options.raw()) {
            throw new UserException("Pieces of words can't be filled in together: ask for whole words.");
        }
        return Together.best(request, asked -> predict(asked, options, cancellation));
    }

    /** A text that should have a blank has none. */
    public static UserException noBlank() {
        return new UserException("The text has no blank: write [MASK] or ____ where a word is missing.");
    }

    /**
     * Checks, without running the model, that {@link #why} can be asked about words in a text's first blank.
     *
     * @return how many tokens the text has
     * @throws UserException if it has no blank, or a word is not one token
     */
    int askable(Request request, List<String> words, Cancellation cancellation) {
        requireHead();
        EncodedRequest encoded = inputs.of(request, cancellation).encoded();
        if (encoded.places().isEmpty()) {
            throw noBlank();
        }
        EncodedRequest.Place place = encoded.places().get(0);
        Reading reading = encoded.readings().get(place.segment());
        Predictor predictor = blankWords.predictor(Options.standard());
        words.forEach(word -> Why.id(word, predictor, reading, place));
        return encoded.tokens().size();
    }

    Dimensions dimensions() {
        return model.dimensions();
    }

    /** How many layers the model has; of an encoder-decoder, the larger of the two. */
    public int layers() {
        return dimensions().layers();
    }

    /** How many heads a layer has. */
    public int heads() {
        return dimensions().heads();
    }

    /** How many tokens a text of many has at most, those counted that the tokenizer adds. */
    public int longestPassage() {
        int most = model.dimensions().maxTokens();
        return model instanceof SequenceToSequence ? most / 2 : most;
    }

    /** How many layers each kind of attention has. */
    public Map<AttentionKind, Integer> layersOf() {
        Map<AttentionKind, Integer> layers = new EnumMap<>(AttentionKind.class);
        model.masks().forEach((kind, masks) -> layers.put(kind, masks.size()));
        return layers;
    }

    /** The tokens of a text, those that the tokenizer adds too, however long it is. May be called on any thread. */
    public List<Token> tokens(String text) {
        return tokenizer.encode(text);
    }

    /**
     * One of many texts. May be called on any thread.
     *
     * @param tokens from {@link #tokens}, at most {@link #longestPassage}
     */
    public Passage passage(List<Token> tokens) {
        List<Token> given = new ArrayList<>(tokens);
        if (model instanceof SequenceToSequence both) {
            Token usual = tokenizer.added(both.decoding().start());
            given.addAll(EncodedRequest.shifted(tokens, EncodedRequest.start(tokens, usual, tokenizer)));
        }
        return new Passage(given, inputs.attentions(given), tokenizer.special().separators());
    }

    /**
     * Runs texts of equally many tokens at once, and shows what each head does in each. Of the numbers, no more than one
     * layer is held. May be called on several threads at once: see {@link #spread}.
     *
     * @param cancellation asked between layers; throws to end the work
     * @throws UserException if the model computes no numbers
     */
    public void attend(List<Passage> passages, HeadVisitor visitor, Cancellation cancellation) {
        List<Input> texts = passages.stream()
                .map(passage -> CheckedPasses.input(passage.tokens()))
                .toList();
        passes.checked(() -> {
            model.attend(
                    texts,
                    (kind, layer, first, weights) -> Matrices.visit(kind, layer, first, weights, visitor),
                    cancellation);
            return null;
        });
    }

    /**
     * Does tasks, such as {@link #attend}, on as many threads as there are cores to use. Meanwhile, no other work may begin
     * in this process.
     *
     * @param workers makes what a thread does its tasks with
     */
    public static <T> void spread(List<T> tasks, Supplier<Consumer<T>> workers) {
        Workers.run(tasks, workers);
    }

    private void requireHead() {
        if (!model.predicts()) {
            throw new UserException("The checkpoint of " + name + " has no language modeling head, so it shows"
                    + " attention but"
                    + " can't predict: choose one of the kind ForMaskedLM or ForCausalLM.");
        }
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
