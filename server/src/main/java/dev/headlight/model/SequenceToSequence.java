package dev.headlight.model;

import dev.headlight.Cancellation;
import dev.headlight.weights.Config;
import java.util.ArrayList;
import java.util.Collections;
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
    record Decoding(int start, OptionalInt first, int end) {
        /**
         * The settings of generation_config.json if there is one, otherwise those of config.json.
         *
         * @param usualStart {@code start}, unless the configuration says another; {@code usualEnd} likewise
         */
        static Decoding of(Config config, int usualStart, int usualEnd) {
            Config writing = config.generation().orElse(config);
            int start = config.atLeastZero("decoder_start_token_id", usualStart);
            if (writing.atLeastZero("decoder_start_token_id", start) != start) {
                throw writing.error("decoder_start_token_id", start + ", as in config.json");
            }
            int first = writing.atLeastZero("forced_bos_token_id", -1);
            return new Decoding(
                    start,
                    first < 0 ? OptionalInt.empty() : OptionalInt.of(first),
                    writing.atLeastZero("eos_token_id", usualEnd));
        }
    }

    Decoding decoding();

    /** What fills the blanks of a source. */
    enum Filling {
        /** The decoder, at each blank, being given the text itself with a mask token in its blanks. */
        TEXT,
        /** The decoder, being given the tokens that stand for the blanks, one for each. */
        SENTINELS,
        /** Nothing: the model writes another text, such as a translation. */
        NOTHING
    }

    Filling filling();

    /** A source, and what the decoder is given before it has written anything. */
    default Input given(List<Integer> source, Decoding how) {
        List<Integer> ids = new ArrayList<>(source);
        ids.add(how.start());
        how.first().ifPresent(ids::add);
        List<Integer> types = new ArrayList<>(Collections.nCopies(source.size(), 0));
        types.addAll(Collections.nCopies(ids.size() - source.size(), 1));
        return new Input(ids, types);
    }

    /**
     * The target that the model would write: at each place the likeliest token.
     *
     * @param source ids of the source, checked here
     * @param how with which tokens it begins and ends: {@link #decoding}, or in another language
     * @param most how many tokens at most
     * @param cancellation asked before each token; throws {@link CancellationException} to end it
     * @return its ids, without the one that ends it
     */
    default List<Integer> write(List<Integer> source, Decoding how, int most, Cancellation cancellation) {
        int given = source.size() + 1;
        try (Writer writer = new Writer(this, given(source, how), Without.NOTHING, cancellation)) {
            while (writer.input().tokens() - given < most) {
                int next = writer.likeliest();
                if (next == how.end()) {
                    break;
                }
                writer.add(next, cancellation);
            }
            List<Integer> ids = writer.input().ids();
            return List.copyOf(ids.subList(given, ids.size()));
        }
    }
}
