package dev.headlight.inspect;

import dev.headlight.model.SequenceToSequence;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text that is looked at, and what the model is given of it.
 *
 * @param text the text
 * @param pair the second text; of an encoder-decoder its target
 * @param encoded the tokens of both
 * @param decoder what an encoder-decoder's decoder is given
 */
record ModelInput(String text, Optional<String> pair, EncodedRequest encoded, Optional<Decoder> decoder) {

    /**
     * What a decoder is given.
     *
     * @param decoding how it writes
     * @param target where its target is from
     * @param start the token before the target
     */
    record Decoder(SequenceToSequence.Decoding decoding, Inspection.Target target, Token start) {}

    /** A text or pair as it is. */
    static ModelInput of(Request request, EncodedRequest encoded) {
        return new ModelInput(request.text(), request.pair(), encoded, Optional.empty());
    }

    /** How many of its tokens may be looked at, of what the model takes: of a text that is its own target, half. */
    int room(int limit) {
        return same().isPresent() ? limit / 2 : limit;
    }

    /** What the model is given of tokens that were kept: these, and behind them the target where they are it, too. */
    List<Token> given(List<Token> kept) {
        return same().map(decoder -> {
                    List<Token> all = new ArrayList<>(kept);
                    all.addAll(EncodedRequest.shifted(kept, decoder.start()));
                    return all;
                })
                .orElse(kept);
    }

    private Optional<Decoder> same() {
        return decoder.filter(given -> given.target() == Inspection.Target.SAME);
    }

    /** The two sequences that an encoder-decoder is given with some tokens. */
    Optional<Inspection.Sequences> sequences(List<Token> tokens) {
        return decoder.map(given -> new Inspection.Sequences(
                given.decoding().encoderLayers(),
                given.decoding().decoderLayers(),
                sourceTokens(tokens),
                given.target()));
    }

    /** How many tokens are of the first text. */
    static int sourceTokens(List<Token> tokens) {
        return (int) tokens.stream().filter(token -> token.segment() == 0).count();
    }
}
