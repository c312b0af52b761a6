package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text, and the model's input for it.
 *
 * @param text the text
 * @param pair the second text; of an encoder-decoder its target
 * @param encoded the tokens of both
 * @param decoder the input of an encoder-decoder's decoder
 */
record ModelInput(String text, Optional<String> pair, EncodedRequest encoded, Optional<Decoder> decoder) {

    /**
     * A decoder's input.
     *
     * @param target the origin of its target
     * @param start the token before the target
     */
    record Decoder(Inspection.Target target, Token start) {}

    /** A text or pair without a decoder. */
    static ModelInput of(Request request, EncodedRequest encoded) {
        return new ModelInput(request.text(), request.pair(), encoded, Optional.empty());
    }

    /** How many of its tokens the model can take: half of its limit if the text is its own target. */
    int room(int limit) {
        return same().isPresent() ? limit / 2 : limit;
    }

    /** The model's input for the kept tokens: these, then again as the target if the text is its own target. */
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

    /** The origin of the target, if there is a decoder. */
    Optional<Inspection.Target> target() {
        return decoder.map(Decoder::target);
    }

    /** How many tokens are of the first text. */
    static int sourceTokens(List<Token> tokens) {
        return (int) tokens.stream().filter(token -> token.segment() == 0).count();
    }
}
