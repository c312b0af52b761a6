package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Optional;

/**
 * The results for a text or a pair, except for the attention weights.
 *
 * @param model the model's name
 * @param origin what else is known of where its attention comes from
 * @param layers how many layers the model has; of an encoder-decoder, how many the larger of the two has
 * @param heads how many heads a layer has
 * @param headSize length of a query or key
 * @param attentions which tokens attend to which: one, or of an encoder-decoder its encoder, its decoder, and
 * cross-attention
 * @param text the text
 * @param pair the second text; of an encoder-decoder its target, whatever its origin
 * @param tokens what the model was given: of an encoder-decoder the source, of segment 0, then what the decoder is
 * given,
 *     of segment 1, which is the target after a token that begins it; spans are in the text that the token is from
 * @param cuts the tokens left out because they exceed the model's limit
 * @param blanks the blanks of both texts, in order; of a causal model the end of the text, with words that could follow
 * @param target of an encoder-decoder, the origin of its target
 * @param language what was asked for in place of a target: the language in which the model wrote it
 * @param cleaned whether line breaks, comment markers and indentation of code were removed before the model read it
 * @param takenOut what the model did without: {@code tokens} are the text's all the same
 * @param held the layers and heads whose attention is known: all, unless it was opened from a file of some
 */
public record Inspection(
        String model,
        Origin origin,
        int layers,
        int heads,
        int headSize,
        List<AttentionShape> attentions,
        String text,
        Optional<String> pair,
        List<Token> tokens,
        List<Cut> cuts,
        List<Blank> blanks,
        Optional<Target> target,
        Optional<String> language,
        boolean cleaned,
        TakenOut takenOut,
        Selection held) {
    public Inspection {
        attentions = List.copyOf(attentions);
        tokens = List.copyOf(tokens);
        cuts = List.copyOf(cuts);
        blanks = List.copyOf(blanks);
    }

    /** Whether the model reads from left to right and predicts what follows instead of filling blanks. */
    public boolean causal() {
        return attentions.get(0).causal();
    }

    /** A token as it stands in its text; one that the tokenizer added, as the vocabulary writes it. */
    public String asWritten(Token token) {
        if (token.added()) {
            return token.name();
        }
        return token.span().of(token.segment() == 0 ? text : pair.orElseThrow());
    }

    /** The origin of an encoder-decoder's target. */
    public enum Target {
        /** It is the second text of a pair. */
        GIVEN,
        /** The model wrote it, choosing the most likely token at each position. */
        WRITTEN,
        /** It is the text itself, whose blanks the model fills. */
        SAME,
        /** It is what stands for the text's blanks, which the model fills: {@code <extra_id_0>} and so on. */
        BLANKS
    }

    /**
     * Tokens of one text that were left out.
     *
     * @param segment 0 for the text, 1 for the second of a pair
     * @param before how many tokens were left out before those shown
     * @param shown how many are shown
     * @param after how many were left out after them
     */
    public record Cut(int segment, int before, int shown, int after) {}
}
