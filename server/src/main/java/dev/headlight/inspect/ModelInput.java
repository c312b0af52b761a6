package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text, and what the model is given of it.
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
     * @param target where its target comes from
     * @param start the token before the target
     */
    record Decoder(Inspection.Target target, Token start) {}

    /** A text or pair as it is. */
    static ModelInput of(Request request, EncodedRequest encoded) {
        return new ModelInput(request.text(), request.pair(), encoded, Optional.empty());
    }

    /** How many of its tokens the model can take: half of its limit if the text is its own target. */
    int room(int limit) {
        return same().isPresent() ? limit / 2 : limit;
    }

    /** What the model is given of the tokens that were kept: these, then the target if they are that, too. */
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

    /** Where the target comes from, if there is a decoder. */
    Optional<Inspection.Target> target() {
        return decoder.map(Decoder::target);
    }

    /** How many tokens are of the first text. */
    static int sourceTokens(List<Token> tokens) {
        return (int) tokens.stream().filter(token -> token.segment() == 0).count();
    }
}
