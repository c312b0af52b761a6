package dev.headlight.export;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Bytes as text that needs no escape in HTML, a quarter longer than they are: four bytes, as a little-endian number, are
 * five digits of base 85, the least significant first. What is left at the end, n bytes, is n + 1 digits. A digit is the
 * character {@code (} plus its value, but {@code !} for {@code <} and {@code #} for {@code >}.
 */
final class PageText extends OutputStream {
    private static final int BASE = 85;
    private static final byte[] DIGITS = new byte[BASE];

    static {
        for (int digit = 0; digit < BASE; digit++) {
            int character = '(' + digit;
            DIGITS[digit] = (byte) (character == '<' ? '!' : character == '>' ? '#' : character);
        }
    }

    private final OutputStream out;
    private final byte[] text = new byte[5 * 4096];
    private int written;
    private long word;
    private int held; // bytes in the word

    /** Writes to a stream, which stays open. */
    PageText(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        word |= (value & 0xffL) << 8 * held;
        if (++held == 4) {
            digits(5);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    private void digits(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            text[written++] = DIGITS[(int) (word % BASE)];
            word /= BASE;
        }
        word = 0;
        held = 0;
        if (written + 5 > text.length) {
            drain();
        }
    }

    private void drain() throws IOException {
        out.write(text, 0, written);
        written = 0;
    }

    /** Writes what is left; nothing may be written afterwards. */
    @Override
    public void close() throws IOException {
        if (held > 0) {
            digits(held + 1);
        }
        drain();
        out.flush();
    }
}
