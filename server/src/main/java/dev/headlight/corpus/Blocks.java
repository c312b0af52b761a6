package dev.headlight.corpus;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/**
 * Prose in blocks, so that a long file takes little memory: a block ends at the first empty line after so many characters,
 * or at any place after many more.
 */
public final class Blocks {
    private static final int BLOCK = 1 << 16;
    private static final int LONGEST_BLOCK = 1 << 20;

    private final Reader reader;
    private final String name;
    private final boolean lines;
    private int line = 1;

    /**
     * The blocks of a text.
     *
     * @param reader buffered, before the text's first letter
     * @param name of the documents
     * @param lines whether each line is a text, so that a block may end after any
     */
    public Blocks(Reader reader, String name, boolean lines) {
        this.reader = reader;
        this.name = name;
        this.lines = lines;
    }

    /** The next block; empty at the end. */
    public Optional<Document> next() throws IOException {
        int first = line;
        StringBuilder text = new StringBuilder();
        boolean empty = true; // whether the line has no letter yet
        for (int unit = reader.read(); unit >= 0; unit = reader.read()) {
            text.append((char) unit);
            if (unit == '\n') {
                line++;
                if (text.length() >= BLOCK && (empty || lines) || text.length() >= LONGEST_BLOCK / 2) {
                    return Optional.of(new Document(name, first, text.toString(), false));
                }
                empty = true;
            } else {
                empty &= Character.isWhitespace(unit);
                if (text.length() >= LONGEST_BLOCK && Character.isWhitespace(unit)) {
                    return Optional.of(new Document(name, first, text.toString(), false));
                }
            }
        }
        return text.length() == 0 ? Optional.empty() : Optional.of(new Document(name, first, text.toString(), false));
    }
}
