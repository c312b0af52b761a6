package dev.headlight.export;

import java.io.IOException;
import java.io.OutputStream;

/** What goes into a file. */
public interface Content {
    /** Writes it to a stream, which stays open. */
    void writeTo(OutputStream out) throws IOException;
}
