package dev.headlight.inspect;

import ai.djl.ndarray.NDManager;
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
import dev.headlight.model.SequenceToSequence.Filling;
import dev.headlight.model.Trace;
import dev.headlight.model.Without;
import dev.headlight.model.Writer;
import dev.headlight.text.Reading;
import dev.headlight.text.Span;
import dev.headlight.tokens.Casing;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A loaded checkpoint that predicts the words of blanks and computes attention. Used by one thread at a time.
 */
public final class Inspector implements AutoCloseable {
    /** The most tokens that a decoder writes if no target is given. */
    public static final int LONGEST_ANSWER = 64;

    private final String name;
    private final Tokenizer tokenizer;
    private final Casing casing;
    private final Family model;
    private final Precision precision;
    private final List<String> origins;
    private final CheckedPasses passes;
    private final Origin origin;
    private final Set<Integer> ends;
    /** Of an encoder-decoder. */
    private final Optional<Targets> targets;

    private Inspector(String name, Optional<String> revision, LoadedCheckpoint loaded) {
        this.name = name;
        this.tokenizer = loaded.tokenizer();
        this.casing = loaded.casing();
        this.model = loaded.model();
        this.precision = loaded.precision();
        this.origins = loaded.origins();
        this.ends = loaded.ends();
        this.passes = new CheckedPasses(name, loaded.folder(), model);
        this.targets = model instanceof SequenceToSequence both
                ? Optional.of(new Targets(name, tokenizer, both, passes))
                : Optional.empty();
        this.origin = new Origin(revision, Optional.of(Release.version()), loaded.hashes());
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
        return inspect(request, options, false, cancellation);
    }

    /** The same, with the logits of every token kept. */
    public Inspected inspectWithLogits(Request request, Options options, Cancellation cancellation) {
        requireHead();
        return inspect(request, options, true, cancellation);
    }

    private Inspected inspect(Request request, Options options, boolean everyLogit, Cancellation cancellation) {
        ModelInput modelInput = modelInput(request, cancellation);
        EncodedRequest encoded = modelInput.encoded();
        List<Integer> blankTokens =
                encoded.places().stream().map(EncodedRequest.Place::token).toList();
        int focus = blankTokens.isEmpty() ? -1 : blankTokens.get(0);
        int room = modelInput.room(model.dimensions().maxTokens());
        Window window = encoded.window(focus, room);
        List<Token> shown = encoded.inDocuments(window);
        List<Token> tokens = modelInput.given(shown);
        boolean onePass = model.predicts() && encoded.tokens().size() <= room;
        List<Integer> kept = window.kept();
        List<Integer> blankRows = blankTokens.stream()
                .map(i -> kept.contains(i) ? modelInput.row(shown, kept.indexOf(i)) : -1)
                .toList();
        List<Integer> rows = everyLogit ? written(tokens) : onePass ? rows(blankRows, tokens, modelInput) : List.of();
        List<AttentionShape> attentions = attentions(tokens);
        TakenOut out = request.takenOut().of(tokens, attentions, mask());
        if (!onePass && model.predicts() && !out.isNothing()) {
            throw new UserException("Nothing can be taken out of a text that is too long for the model: select less.");
        }
        Trace trace = passes.forward(
                out.in(CheckedPasses.input(tokens), mask()), rows, out.without(attentions), cancellation);
        try {
            Predictor predictor = predictor(options);
            List<Blank> blanks = List.of();
            if (onePass) {
                blanks = range(blankTokens.size()).stream()
                        .map(i -> blank(encoded, i, trace, rows.indexOf(blankRows.get(i)), predictor))
                        .toList();
            } else if (model.predicts()) {
                blanks = words(modelInput, predictor, cancellation);
            }
            List<Blank> placed = new ArrayList<>();
            for (int i = 0; i < blanks.size(); i++) {
                placed.add(blanks.get(i).at(blankRows.get(i)));
            }
            Inspection inspection = inspection(modelInput, tokens, attentions, window, placed, out);
            Heads heads = new Heads(
                    trace, model.dimensions(), inspection, tokenizer.special().separators());
            return new Inspected(inspection, heads);
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    private Inspection inspection(
            ModelInput modelInput,
            List<Token> tokens,
            List<AttentionShape> attentions,
            Window window,
            List<Blank> blanks,
            TakenOut out) {
        Dimensions of = model.dimensions();
        return new Inspection(
                name,
                origin,
                of.layers(),
                of.heads(),
                of.headSize(),
                attentions,
                modelInput.text(),
                modelInput.pair(),
                tokens,
                window.cuts(),
                blanks,
                modelInput.target(),
                modelInput.language(),
                modelInput.encoded().isCleaned(),
                out,
                Selection.all(of.layers(), of.heads()));
    }

    private List<AttentionShape> attentions(List<Token> tokens) {
        Span source =
                new Span(0, model instanceof SequenceToSequence ? ModelInput.sourceTokens(tokens) : tokens.size());
        Span target = new Span(source.end(), tokens.size());
        return model.masks().entrySet().stream()
                .map(of -> switch (of.getKey()) {
                    case SELF, ENCODER -> new AttentionShape(of.getKey(), source, source, of.getValue());
                    case DECODER -> new AttentionShape(of.getKey(), target, target, of.getValue());
                    case CROSS -> new AttentionShape(of.getKey(), target, source, of.getValue());
                })
                .map(shape -> shape.with(model.scores(shape.kind())))
                .toList();
    }

    private ModelInput modelInput(Request request, Cancellation cancellation) {
        return targets.map(of -> of.input(request, cancellation))
                .orElseGet(() -> ModelInput.of(request, encoded(request)));
    }

    /** Those of blanks; where the model can go on, the last is that of the last token. */
    private List<Integer> rows(List<Integer> blankRows, List<Token> tokens, ModelInput modelInput) {
        if (!goesOn(modelInput.target())) {
            return blankRows;
        }
        List<Integer> rows = new ArrayList<>(blankRows);
        Integer last = end(tokens) - 1;
        rows.remove(last);
        rows.add(last);
        return rows;
    }

    /** Whether the model can write what follows a text, or its target. */
    private boolean goesOn(Optional<Inspection.Target> target) {
        return model.predicts()
                && target.map(from -> from == Inspection.Target.GIVEN || from == Inspection.Target.WRITTEN)
                        .orElse(model.causal());
    }

    /** Where a text or a target that goes on ends: what a tokenizer adds after it is left out. */
    private int end(List<Token> tokens) {
        int end = tokens.size();
        while (end > 1
                && tokens.get(end - 1).added()
                && (tokens.get(end - 1).segment() == 0 || endsTarget(tokens, end))) {
            end--;
        }
        return end;
    }

    /** Whether the last of some tokens ends a target, as it does in mBART, rather than start the decoder. */
    private boolean endsTarget(List<Token> tokens, int end) {
        return ends.contains(tokens.get(end - 1).id()) && tokens.get(end - 2).segment() == 1;
    }

    /**
     * A text that a model went on with, by a token.
     *
     * @param inspected to be closed by the caller
     * @param request for the longer text
     * @param added what the token adds to the text
     * @param asWritten whether the tokens are as the model wrote them, and the tokenizer would divide the text otherwise
     */
    public record Written(Inspected inspected, Request request, String added, boolean asWritten) {}

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
        Inspection known = before.inspection();
        if (!goesOn(known.target())) {
            throw cantGoOn();
        }
        List<Token> tokens = known.tokens().subList(0, end(known.tokens()));
        if (!known.cuts().isEmpty() || tokens.size() >= model.dimensions().maxTokens()) {
            throw new UserException("The text fills all %,d tokens that the model takes: select less."
                    .formatted(model.dimensions().maxTokens()));
        }
        Trace past = before.heads().trace();
        int next = passes.checked(() -> Writer.likeliest(past));
        if (ends.contains(next)) {
            return Optional.empty();
        }
        int segment = known.target().isPresent() ? 1 : 0;
        List<Integer> ids = tokens.stream()
                .filter(token -> token.segment() == segment)
                .map(Token::id)
                .toList();
        String added = tokenizer.added(ids, next);
        Request longer = longer(request, known, added);
        ModelInput modelInput = modelInput(longer, cancellation);
        List<Token> asRead =
                modelInput.encoded().inDocuments(modelInput.encoded().window(-1, Integer.MAX_VALUE));
        List<Token> asWritten = withNext(tokens, next, segment, added, longer, known);
        boolean same = asRead.stream()
                .map(Token::id)
                .toList()
                .equals(asWritten.stream().map(Token::id).toList());
        List<Token> now = same ? asRead : asWritten;
        List<AttentionShape> attentions = attentions(now);
        TakenOut out = known.takenOut();
        Trace trace = passes.forward(
                out.in(CheckedPasses.input(now), mask()),
                List.of(now.size() - 1),
                out.without(attentions),
                tokens.size() == known.tokens().size() ? Optional.of(past) : Optional.empty(),
                cancellation);
        try {
            List<Blank> blanks = known.blanks();
            if (segment == 0) {
                blanks = List.of(blank(modelInput.encoded(), 0, trace, 0, predictor(options))
                        .at(now.size() - 1));
            }
            Inspection inspection = inspection(
                    modelInput, now, attentions, modelInput.encoded().window(-1, Integer.MAX_VALUE), blanks, out);
            Heads heads = new Heads(
                    trace, model.dimensions(), inspection, tokenizer.special().separators());
            return Optional.of(new Written(new Inspected(inspection, heads), longer, added, !same));
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    /** The model does not write. */
    public UserException cantGoOn() {
        return new UserException(
                model instanceof SequenceToSequence
                        ? "The text’s blanks are filled, so that nothing is written: give a text without blanks, or a target."
                        : "The model " + name + " fills blanks and can't go on with a text: choose one such as GPT-2.");
    }

    private static Request longer(Request request, Inspection known, String added) {
        if (known.target().isEmpty()) {
            return request.withText(known.text() + added);
        }
        String target = known.pair().orElse("") + added;
        return known.target().get() == Inspection.Target.GIVEN ? request.withPair(target) : request.written(target);
    }

    private List<Token> withNext(
            List<Token> tokens, int next, int segment, String added, Request longer, Inspection known) {
        String before = segment == 0 ? known.text() : known.pair().orElse("");
        int from = before.length() + added.length() - added.stripLeading().length();
        int to = Math.max(from, before.length() + added.stripTrailing().length());
        Token last = tokens.get(tokens.size() - 1);
        boolean continues = from == before.length() && to > from && !last.special();
        List<Token> all = new ArrayList<>(tokens);
        all.add(tokenizer.written(next, new Span(from, to), segment, continues ? last.word() : last.word() + 1));
        return all;
    }

    /** Whether a pair's second text is a target, rather than the language of one. */
    public boolean isTarget(Request request) {
        return targets.filter(of -> of.isTarget(request)).isPresent();
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
        if (!goesOn(model instanceof SequenceToSequence ? Optional.of(Inspection.Target.WRITTEN) : Optional.empty())) {
            return Optional.empty();
        }
        Input begun = begun(request, most);
        StringBuilder text = new StringBuilder();
        try (Writer writer = passes.writer(begun, cancellation)) {
            int given = begun.types().contains(1) ? begun.types().indexOf(1) : 0;
            int room = Math.min(most, model.dimensions().maxTokens() - begun.tokens());
            for (int count = 0; count < room; count++) {
                int next = passes.checked(writer::likeliest);
                if (ends.contains(next)) {
                    break;
                }
                List<Integer> before = writer.input().ids();
                String more = tokenizer.added(before.subList(given, before.size()), next);
                tell.accept(more);
                text.append(more);
                if (count + 1 < room) {
                    writer.add(next, cancellation);
                }
            }
        }
        return Optional.of(text.toString());
    }

    /** What is there before a model writes: of a text that is too long, its end; for an encoder-decoder, its beginning. */
    private Input begun(Request request, int most) {
        int limit = model.dimensions().maxTokens();
        int room = limit - Math.min(most, limit / 2);
        if (targets.isPresent()) {
            return isTarget(request)
                    ? begunTarget(request, room)
                    : targets.get().begun(request, room);
        }
        EncodedRequest encoded = encoded(request);
        int last = encoded.places().get(0).token();
        List<Token> kept = encoded.inDocuments(encoded.window(last, room));
        return CheckedPasses.input(kept.subList(0, end(kept)));
    }

    /** A target to go on with, without the tokens that end it. */
    private Input begunTarget(Request request, int room) {
        EncodedRequest encoded = modelInput(request, Cancellation.NEVER).encoded();
        List<Token> kept = encoded.inDocuments(encoded.window(-1, room));
        return CheckedPasses.input(kept.subList(0, end(kept)));
    }

    /** The rows that have logits: all, or those of an encoder-decoder's decoder. */
    private List<Integer> written(List<Token> tokens) {
        int first = model instanceof SequenceToSequence ? ModelInput.sourceTokens(tokens) : 0;
        return IntStream.range(first, tokens.size()).boxed().toList();
    }

    private EncodedRequest encoded(Request request) {
        if (!model.causal()) {
            return EncodedRequest.of(request, tokenizer);
        }
        if (request.pair().isPresent()) {
            throw new UserException("The model " + name + " reads one text from left to right and can't take pairs: put"
                    + " both into one text, or choose a model such as BERT.");
        }
        return EncodedRequest.ofCausal(request, tokenizer);
    }

    private Predictor predictor(Options options) {
        return new Predictor(tokenizer.vocabulary(), casing, options, model.causal());
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
        if (request.pair().isEmpty()
                && targets.filter(of -> of.source(request).places().isEmpty()).isPresent()) {
            return List.of(); // only blanks are predicted here; write() answers texts
        }
        return words(modelInput(request, cancellation), predictor(options), cancellation);
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
        EncodedRequest encoded = modelInput(request, cancellation).encoded();
        EncodedRequest.Place place = encoded.places().get(number);
        TakenOut out = inspection.takenOut();
        return new Why(
                inspection,
                blank,
                encoded.readings().get(place.segment()),
                place,
                predictor(options),
                mask(),
                model.variants(
                        out.in(CheckedPasses.input(inspection.tokens()), mask()),
                        blank.token(),
                        out.without(inspection.attentions()),
                        cancellation));
    }

    /** What stands for a word that is blanked out; none of a model that fills no masks. */
    private OptionalInt mask() {
        boolean masks = targets.map(of -> of.filling() == Filling.TEXT).orElse(!model.causal());
        return !masks || tokenizer.special().mask().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(tokenizer.special().maskId());
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
        ModelInput modelInput = modelInput(request, cancellation);
        return modelInput.encoded().places().stream()
                .map(place -> named(modelInput, place, checked, cancellation))
                .toList();
    }

    /** The same at one place, by its number from 0. */
    public List<NamedWord> named(Request request, int place, List<String> words, Cancellation cancellation) {
        requireHead();
        List<String> checked = NamedWords.checked(words);
        ModelInput modelInput = modelInput(request, cancellation);
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
        EncodedRequest encoded = modelInput(request, cancellation).encoded();
        if (encoded.places().isEmpty()) {
            throw noBlank();
        }
        EncodedRequest.Place place = encoded.places().get(0);
        Reading reading = encoded.readings().get(place.segment());
        Predictor predictor = predictor(Options.standard());
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
        return new Passage(given, attentions(given), tokenizer.special().separators());
    }

    /**
     * Runs texts of equally many tokens at once, and shows what each head does in each. Of the numbers, no more than one
     * layer is held. May be called on several threads at once: see {@link #spread}.
     *
     * @param cancellation asked between layers; throws to end the work
     * @throws UserException if the model computes no numbers
     */
    public void attend(List<Passage> passages, HeadVisitor visitor, Cancellation cancellation) {
        List<Input> inputs = passages.stream()
                .map(passage -> CheckedPasses.input(passage.tokens()))
                .toList();
        passes.checked(() -> {
            model.attend(
                    inputs,
                    (kind, layer, first, weights) -> Heads.visit(kind, layer, first, weights, visitor),
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

    /** Runs one pass for each group of nearby blanks, usually a single one. */
    private List<Blank> words(ModelInput modelInput, Predictor predictor, Cancellation cancellation) {
        EncodedRequest encoded = modelInput.encoded();
        int room = modelInput.room(model.dimensions().maxTokens());
        Map<Integer, Blank> found = new TreeMap<>();
        for (int i = 0; i < encoded.places().size(); i++) {
            if (!found.containsKey(i)) {
                Window window = encoded.window(encoded.places().get(i).token(), room);
                List<Integer> numbers = near(encoded, window, i, room);
                List<Token> kept =
                        window.kept().stream().map(encoded.tokens()::get).toList();
                List<Token> tokens = modelInput.given(kept);
                List<Integer> rows = numbers.stream()
                        .map(n -> modelInput.row(
                                kept,
                                window.kept().indexOf(encoded.places().get(n).token())))
                        .toList();
                try (Trace trace = passes.forward(CheckedPasses.input(tokens), rows, Without.NOTHING, cancellation)) {
                    for (int row = 0; row < rows.size(); row++) {
                        found.put(numbers.get(row), blank(encoded, numbers.get(row), trace, row, predictor));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** The blanks that have enough context in a window around one of them. */
    private List<Integer> near(EncodedRequest encoded, Window window, int number, int room) {
        int center = encoded.places().get(number).token();
        return IntStream.range(number, encoded.places().size())
                .filter(i -> {
                    int token = encoded.places().get(i).token();
                    boolean all = window.cuts().isEmpty();
                    return all
                            || i == number
                            || token - center <= room / 4 && window.kept().contains(token);
                })
                .boxed()
                .toList();
    }

    private static Blank blank(EncodedRequest encoded, int number, Trace trace, int row, Predictor predictor) {
        EncodedRequest.Place place = encoded.places().get(number);
        Reading reading = encoded.readings().get(place.segment());
        try (NDManager scope = trace.scope()) {
            float[] logits = trace.logits().get(scope, row).toFloatArray();
            List<Prediction> words = predictor.words(logits, reading, place);
            return new Blank(place.segment(), place.original(), words);
        }
    }

    private static List<Integer> range(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }
}
