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
 * @param pair the second text; of an encoder-decoder its target, wherever it is from
 * @param tokens what the model was given; spans are in the text that the token is from
 * @param cuts what was left out because the model can't take more
 * @param blanks the blanks of both texts, in order; of a causal model the end of the text, with what could follow
 * @param sequences what is there of an encoder-decoder only
 * @param cleaned whether line breaks, comment markers and indentation of code were taken out before it was read
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
        List<Blank> blanks,
        Optional<Sequences> sequences,
        boolean cleaned) {
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

    /** The blocks of each layer's attention: one, or encoder, decoder and cross-attention. */
    public List<Block> blocks() {
        Block.Range all = new Block.Range(0, tokens.size());
        return sequences
                .map(of -> {
                    Block.Range source = new Block.Range(0, of.source());
                    Block.Range target = new Block.Range(of.source(), tokens.size());
                    return List.of(
                            new Block("encoderAttention", of.encoderLayers(), source, source),
                            new Block("decoderAttention", of.decoderLayers(), target, target),
                            new Block("crossAttention", of.decoderLayers(), target, source));
                })
                .orElseGet(() -> List.of(new Block("attention", layers, all, all)));
    }

    /** How many tokens away the farthest is that a token sees, [L]; none where that is not limited. */
    public List<OptionalInt> reaches() {
        return masks.stream()
                .map(mask -> mask.reach() == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(mask.reach()))
                .toList();
    }

    /** Where the target of an encoder-decoder is from. */
    public enum Target {
        /** Somebody gave it, as the second text of a pair. */
        GIVEN,
        /** The model wrote it: at each place the likeliest token. */
        WRITTEN,
        /** It is the text itself, whose blanks the model fills. */
        SAME
    }

    /**
     * The two sequences of an encoder-decoder: tokens of segment 0 are the source, those of segment 1 what the decoder is
     * given, which is the target behind a token that begins it. Rows of a layer's attention are the encoder's, then the
     * decoder's, to the source (cross-attention) and to itself; zeros where one of the two has no such layer.
     *
     * @param encoderLayers how many layers the encoder has
     * @param decoderLayers how many layers the decoder has
     * @param source how many tokens the source has
     * @param target where the target is from
     */
    public record Sequences(int encoderLayers, int decoderLayers, int source, Target target) {}

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
