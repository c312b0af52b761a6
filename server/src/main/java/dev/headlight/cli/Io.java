package dev.headlight.cli;

import dev.headlight.UserException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The process's standard streams, UTF-8 whatever the locale.
 *
 * @param in standard input
 * @param out standard output: results, or the language server's protocol
 * @param err standard error: errors and the log
 */
record Io(InputStream in, PrintStream out, PrintStream err) {
    /** More than anyone inspects; a larger input is likely a mistake. */
    private static final int LONGEST_INPUT = 10_000_000;

    /** Takes over the standard streams. From then on, {@code System.out} writes to standard error. */
    static Io ofProcess() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.setOut(err);
        System.setErr(err);
        // buffered, because a bare FileInputStream wants to seek, which a pipe can't
        return new Io(new BufferedInputStream(new FileInputStream(FileDescriptor.in)), out, err);
    }

    /** All of standard input, without the final line break. */
    String input() {
        try {
            byte[] bytes = in.readNBytes(LONGEST_INPUT + 1);
            if (bytes.length > LONGEST_INPUT) {
                throw new UserException("Standard input is larger than 10 MB: pass less text.");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.replaceFirst("\\R\\z", "");
        } catch (CharacterCodingException e) {
            throw new UserException("Standard input is not UTF-8 text: convert it first.", e);
        } catch (IOException e) {
            throw new UserException("Can't read standard input: " + e.getMessage() + ".", e);
        }
    }

    /** Prints a line of results. Control characters of a text or a vocabulary don't reach the terminal. */
    void print(String line) {
        out.print(visible(line) + "\n");
        out.flush();
    }

    /** Prints part of a line of results at once. */
    void part(String part) {
        out.print(visible(part));
        out.flush();
    }

    /** Prints a line of a message, such as an error. */
    void tell(String line) {
        err.println(visible(line));
    }

    /** A text whose control characters, except line breaks and tabs, are replaced by their pictures, such as ␛. */
    static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean harmless = !Character.isISOControl(unit) || unit == '\n' || unit == '\t' || unit == '\r';
            shown.append(harmless ? unit : unit < ' ' ? (char) (0x2400 + unit) : unit == 0x7f ? '\u2421' : '\uFFFD');
        }
        return shown.toString();
    }

    /** Whether output was lost. */
    boolean lost() {
        return out.checkError();
    }

    /** Ends the process at once, without the work of shutdown hooks. */
    void end(int code) {
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }
}
