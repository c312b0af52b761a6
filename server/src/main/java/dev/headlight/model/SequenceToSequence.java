package dev.headlight.model;

import dev.headlight.Cancellation;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/**
 * A model of an encoder that reads a source and a decoder that writes a target, from left to right, looking at both
 * (Vaswani et al. 2017). Its passes take the tokens of the source, of type 0, then those that the decoder is given, of
 * type 1.
 */
public sealed interface SequenceToSequence extends Family permits EncoderDecoder {

    /**
     * How a target is written.
     *
     * @param start the token that the decoder is given first, before any of the target
     * @param first the token that every target begins with, where that is so
     * @param end the token that ends a target
     */
    record Decoding(int start, OptionalInt first, int end) {}

    Decoding decoding();

    /**
     * The target that the model would write: at each place the likeliest token.
     *
     * @param source ids of the source, checked here
     * @param most how many tokens at most
     * @param cancellation asked before each token; throws {@link CancellationException} to end it
     * @return its ids, without the one that ends it
     */
    List<Integer> write(List<Integer> source, int most, Cancellation cancellation);
}
