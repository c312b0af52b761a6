package dev.headlight.corpus;

import dev.headlight.text.Span;
import java.util.Optional;

/**
 * Two places of a text that are in a relation.
 *
 * @param from where the attention comes from, in UTF-16 units of the text
 * @param to where it goes
 */
public record Link(Relation relation, Span from, Span to) {
    /** The same in a part of the text, counted from its start; none unless both places are in it. */
    Optional<Link> within(Span part) {
        return part.contains(from) && part.contains(to)
                ? Optional.of(new Link(relation, from.shift(-part.start()), to.shift(-part.start())))
                : Optional.empty();
    }
}
