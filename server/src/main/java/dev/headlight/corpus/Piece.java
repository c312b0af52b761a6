package dev.headlight.corpus;

import dev.headlight.inspect.Passage;
import java.util.List;

/**
 * A text that was cut from a document.
 *
 * @param links its relations, in UTF-16 units of its text
 * @param passage as the model reads it
 */
record Piece(Sample sample, List<Link> links, Passage passage) {
    Piece {
        links = List.copyOf(links);
    }

    int tokens() {
        return passage.tokens().size();
    }
}
