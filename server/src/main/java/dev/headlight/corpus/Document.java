package dev.headlight.corpus;

/**
 * A piece of input, from which texts are cut: a file, or a part of one.
 *
 * @param name of the whole that it is from, such as a file's path; part of the ids of its texts
 * @param line the number of its first line in that, from 1
 * @param text its text
 * @param code whether it is Java rather than prose
 */
public record Document(String name, int line, String text, boolean code) {
    /** A whole. */
    public Document(String name, String text, boolean code) {
        this(name, 1, text, code);
    }
}
