package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.model.SequenceToSequence.Filling;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What a checkpoint reads: the tokens of requests, the attentions that they have, and where a text can go on. */
final class Inputs {
    private final String name;
    private final Tokenizer tokenizer;
    private final Family model;
    private final Set<Integer> ends;
    /** Of an encoder-decoder. */
    private final Optional<Targets> targets;

    /** @param ends ids of the tokens that end what the model writes */
    Inputs(String name, Tokenizer tokenizer, Family model, Set<Integer> ends, CheckedPasses passes) {
        this.name = name;
        this.tokenizer = tokenizer;
        this.model = model;
        this.ends = ends;
        this.targets = model instanceof SequenceToSequence both
                ? Optional.of(new Targets(name, tokenizer, both, passes))
                : Optional.empty();
    }

    /**
     * The tokens of a request; of an encoder-decoder those of the target, too, which it may write for that.
     *
     * @param cancellation asked between layers; throws to end the work
     * @throws UserException if the model can't read it
     */
    ModelInput of(Request request, Cancellation cancellation) {
        return targets.map(of -> of.input(request, cancellation))
                .orElseGet(() -> ModelInput.of(request, encoded(request)));
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

    /** Whether a pair's second text is a target, rather than the language of one. */
    boolean isTarget(Request request) {
        return targets.filter(of -> of.isTarget(request)).isPresent();
    }

    /** Whether the model writes a target for a text, which has no blanks to fill. */
    boolean isAnswered(Request request) {
        return targets.filter(of -> of.source(request).places().isEmpty()).isPresent();
    }

    /** What stands for a word that is blanked out; none of a model that fills no masks. */
    OptionalInt mask() {
        boolean masks = targets.map(of -> of.filling() == Filling.TEXT).orElse(!model.causal());
        return !masks || tokenizer.special().mask().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(tokenizer.special().maskId());
    }

    /** The attentions of an inspection of some tokens, those of a source before those of its target. */
    List<AttentionShape> attentions(List<Token> tokens) {
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

    /** Whether the model can write what follows a text, or its target. */
    boolean goesOn(Optional<Inspection.Target> target) {
        return model.predicts()
                && target.map(from -> from == Inspection.Target.GIVEN || from == Inspection.Target.WRITTEN)
                        .orElse(model.causal());
    }

    /** Whether a token ends what the model writes. */
    boolean isEnd(int id) {
        return ends.contains(id);
    }

    /** Where a text or a target that goes on ends: what a tokenizer adds after it is left out. */
    int end(List<Token> tokens) {
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
        return isEnd(tokens.get(end - 1).id()) && tokens.get(end - 2).segment() == 1;
    }

    /**
     * What is there before a model writes: of a text that is too long, its end; for an encoder-decoder, its beginning.
     *
     * @param most how many tokens it writes at most
     */
    Input begun(Request request, int most) {
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
        EncodedRequest encoded = of(request, Cancellation.NEVER).encoded();
        List<Token> kept = encoded.inDocuments(encoded.window(-1, room));
        return CheckedPasses.input(kept.subList(0, end(kept)));
    }
}
