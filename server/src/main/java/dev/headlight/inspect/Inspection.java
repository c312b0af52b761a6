package dev.headlight.inspect;

import dev.headlight.model.Mask;
import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What was found out about a text or a pair, all but the attention itself.
 *
 * @param model the model's name
 * @param layers how many layers the model has
 * @param heads how many heads a layer has
 * @param headSize length of a query or key
 * @param masks what the tokens of each layer see, [L]
 * @param text the text
 * @param pair the second text
 * @param tokens what the model was given; spans are in the text that the token is from
 * @param cuts what was left out because the model can't take more
 * @param blanks the blanks of both texts, in order; of a causal model the end of the text, with what could follow
 */
public record Inspection(
        String model,
        int layers,
        int heads,
        int headSize,
        List<Mask> masks,
        String text,
        Optional<String> pair,
        List<Token> tokens,
        List<Cut> cuts,
        List<Blank> blanks) {
    public Inspection {
        masks = List.copyOf(masks);
        tokens = List.copyOf(tokens);
        cuts = List.copyOf(cuts);
        blanks = List.copyOf(blanks);
    }

    /** Whether the model reads from left to right, and predicts what follows, instead of what is missing. */
    public boolean causal() {
        return masks.get(0).causal();
    }

    /** How many tokens away the farthest is that a token sees, [L]; none where that is not limited. */
    public List<OptionalInt> reaches() {
        return masks.stream()
                .map(mask -> mask.reach() == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(mask.reach()))
                .toList();
    }

    /**
     * Tokens of one text that were left out.
     *
     * @param segment 0 for the text, 1 for the second of a pair
     * @param before how many tokens were left out before those shown
     * @param shown how many are shown
     * @param after how many were left out behind them
     */
    public record Cut(int segment, int before, int shown, int after) {}
}
