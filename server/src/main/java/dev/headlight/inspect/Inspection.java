package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Optional;

/**
 * What was found out about a text or a pair, all but the attention itself.
 *
 * @param model the model's name
 * @param layers how many layers the model has
 * @param heads how many heads a layer has
 * @param headSize length of a query or key
 * @param text the text
 * @param pair the second text
 * @param tokens what the model was given; spans are in the text that the token is from
 * @param cuts what was left out because the model can't take more
 * @param blanks the blanks of both texts, in order
 */
public record Inspection(
        String model,
        int layers,
        int heads,
        int headSize,
        String text,
        Optional<String> pair,
        List<Token> tokens,
        List<Cut> cuts,
        List<Blank> blanks) {
    public Inspection {
        tokens = List.copyOf(tokens);
        cuts = List.copyOf(cuts);
        blanks = List.copyOf(blanks);
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
