package dev.headlight.session;

import dev.headlight.inspect.Inspection;
import java.util.OptionalInt;

/**
 * An open inspection, known by its number.
 *
 * @param id its number in this session, from 1
 * @param inspection its result
 * @param origin the number of the inspection that an editor opened of this text: this one, or the one that something was
 *     taken out of; empty if no editor has the text open
 * @param given whether its attention was opened from a file, so that no model here can be asked about it
 */
public record OpenInspection(int id, Inspection inspection, OptionalInt origin, boolean given) {

    /** Whether an editor has the text open and wants events for pointing and accepted words. */
    public boolean linked() {
        return origin.isPresent();
    }
}
