package dev.headlight.lsp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits an editor's stream into messages by their headers. Each body is read whole, by its length, so that whatever is
 * in it, the next message is found.
 */
final class Frames {
    /** Enough for any text that people write; more could exceed the heap. */
    static final int MOST_BYTES = 16 << 20;

    /** Longer bodies are taken for a wrong header: waiting for their end would block the editor for good. */
    private static final long LARGEST = 4L << 30;

    private static final int LONGEST_LINE = 8192;
    private static final int EDGE = 1 << 16;

    /** At the end of a line, because after a header without a length, the unread body comes first. */
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length\\s*:\\s*(\\d{1,18})\\s*$");

    private static final Pattern CHARSET = Pattern.compile("(?i)^content-type\\s*:.*;\\s*charset\\s*=\\s*\"?([^\";]*)");

    private final InputStream in;

    /** One message, or why there is none. */
    sealed interface Frame {}

    /**
     * A message's JSON.
     *
     * @param unsupported the name of its charset if Java has none of that name; then it was decoded as UTF-8
     */
    record Body(String json, Optional<String> unsupported) implements Frame {}

    /** A header without a valid length. */
    record BadHeader() implements Frame {}

    /**
     * A message that was skipped for its size.
     *
     * @param edges its beginning and end, to find out what it was about
     */
    record TooLarge(long bytes, String edges) implements Frame {}

    Frames(InputStream in) {
        this.in = new BufferedInputStream(in, EDGE);
    }

    /** The next message; empty at the end of the stream. */
    Optional<Frame> next() throws IOException {
        long length = -1;
        Optional<String> charset = Optional.empty();
        boolean header = false;
        for (String line = line(); ; line = line()) {
            if (line == null) {
                return Optional.empty();
            }
            if (line.isBlank()) {
                if (header) {
                    break;
                }
                continue;
            }
            header = true;
            Matcher number = LENGTH.matcher(line);
            if (number.find()) {
                length = Long.parseLong(number.group(1));
            }
            Matcher type = CHARSET.matcher(line);
            if (type.find()) {
                charset = Optional.of(type.group(1).strip());
            }
        }
        if (length < 0 || length > LARGEST) {
            return Optional.of(new BadHeader());
        }
        return length > MOST_BYTES ? skipped(length) : body((int) length, charset);
    }

    private Optional<Frame> body(int length, Optional<String> charset) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            return Optional.empty();
        }
        try {
            Charset known = charset.map(name -> Charset.forName(name.toLowerCase(Locale.ROOT)))
                    .orElse(StandardCharsets.UTF_8);
            return Optional.of(new Body(new String(bytes, known), Optional.empty()));
        } catch (IllegalArgumentException e) { // not a name, or not a known one
            return Optional.of(new Body(new String(bytes, StandardCharsets.UTF_8), charset));
        }
    }

    private Optional<Frame> skipped(long length) throws IOException {
        byte[] first = in.readNBytes(EDGE);
        byte[] last = new byte[EDGE];
        byte[] chunk = new byte[EDGE];
        long rest = length - first.length;
        while (rest > 0) {
            int read = in.read(chunk, 0, (int) Math.min(chunk.length, rest));
            if (read < 0) {
                return Optional.empty();
            }
            System.arraycopy(last, read, last, 0, EDGE - read);
            System.arraycopy(chunk, 0, last, EDGE - read, read);
            rest -= read;
        }
        String edges = new String(first, StandardCharsets.UTF_8) + "\n" + new String(last, StandardCharsets.UTF_8);
        return Optional.of(new TooLarge(length, edges));
    }

    /** A header line without its end, of which only the last part is kept; null at the end of the stream. */
    private String line() throws IOException {
        byte[] kept = new byte[256];
        int size = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (size == 2 * LONGEST_LINE) {
                System.arraycopy(kept, LONGEST_LINE, kept, 0, LONGEST_LINE);
                size = LONGEST_LINE;
            }
            if (size == kept.length) {
                kept = Arrays.copyOf(kept, 2 * size);
            }
            kept[size++] = (byte) next;
        }
        return new String(kept, 0, size, StandardCharsets.ISO_8859_1).strip();
    }
}
