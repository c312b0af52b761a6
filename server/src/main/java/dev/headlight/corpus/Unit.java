package dev.headlight.corpus;

import java.util.Locale;

/** What counts as one text. */
public enum Unit {
    /** A sentence, by Unicode's rules (UAX 29). */
    SENTENCES,
    LINES,
    /** What stands between empty lines. */
    PARAGRAPHS,
    /** As much as the model takes at once, cut where a line ends. */
    WINDOWS;

    /** In files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
