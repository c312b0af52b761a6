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
     * @param language of a target that was written in it, because it was all that was asked for
     * @param blanks of a target of blanks, what stands for each, in order
     */
    record Decoder(Inspection.Target target, Token start, Optional<String> language, List<Token> blanks) {}

    /** A text or pair without a decoder. */
    static ModelInput of(Request request, EncodedRequest encoded) {
        return new ModelInput(request.text(), request.pair(), encoded, Optional.empty());
    }

    /**
     * How many of its tokens the model can take, so that what the decoder is given besides fits too: half of its limit if
     * the text is its own target.
     */
    int room(int limit) {
        if (is(Inspection.Target.SAME)) {
            return limit / 2;
        }
        return limit
                - decoder.map(given -> given.blanks().size() + 1)
                        .filter(more -> is(Inspection.Target.BLANKS))
                        .orElse(0);
    }

    /**
     * The model's input for the kept tokens: these, then what the decoder is given, if that is no text of its own: the
     * same again, or what stands for the blanks among them.
     */
    List<Token> given(List<Token> kept) {
        List<Token> all = new ArrayList<>(kept);
        if (is(Inspection.Target.SAME)) {
            all.addAll(EncodedRequest.shifted(kept, decoder.orElseThrow().start()));
        } else if (is(Inspection.Target.BLANKS)) {
            all.add(decoder.orElseThrow().start().second());
            all.addAll(blanks(kept));
        }
        return List.copyOf(all);
    }

    /** The row of logits, in {@link #given}, that predicts what stands at a place among the kept tokens. */
    int row(List<Token> kept, int place) {
        if (is(Inspection.Target.SAME)) {
            return kept.size() + place;
        }
        if (is(Inspection.Target.BLANKS)) {
            int id = kept.get(place).id();
            return kept.size()
                    + 1
                    + blanks(kept).stream().map(Token::id).toList().indexOf(id);
        }
        return place;
    }

    private List<Token> blanks(List<Token> kept) {
        List<Integer> ids =
                kept.stream().filter(token -> !token.added()).map(Token::id).toList();
        return decoder.orElseThrow().blanks().stream()
                .filter(blank -> ids.contains(blank.id()))
                .toList();
    }

    private boolean is(Inspection.Target target) {
        return decoder.filter(given -> given.target() == target).isPresent();
    }

    /** The language that was asked for in place of a target. */
    Optional<String> language() {
        return decoder.flatMap(Decoder::language);
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
