package dev.headlight.export;

import java.io.IOException;
import java.io.OutputStream;

/** The content of a file. */
public interface Content {
    /** Writes it to a stream, which stays open. */
    void writeTo(OutputStream out) throws IOException;
}
