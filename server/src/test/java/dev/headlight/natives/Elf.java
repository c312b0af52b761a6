package dev.headlight.natives;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Linux's libraries without what is never loaded: the symbol table and the names in it, which debuggers read, and the
 * table of sections, which linkers read. {@code strip} does the same, but not on every machine that builds Headlight, not
 * for every processor, and not alike in all its versions.
 *
 * <p>The format is ELF's, 64 bits, little-endian: a header, and a table of segments, which say which bytes of the file
 * the system maps to which addresses. Segments keep their bytes and addresses, and move together in the file.
 */
final class Elf {
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int LOADED = 1;

    /** A segment that is mapped: the place in the file, its size there, and how far it moves towards the start. */
    private record Segment(long offset, long bytes, long moves) {
        boolean holds(long place, long size) {
            return place >= offset && place + size <= offset + bytes;
        }
    }

    private Elf() {}

    static boolean is(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file)) {
            return in.size() > HEADER && read(in, 0, HEADER).getInt(0) == 0x464c457f;
        }
    }

    /** Writes what is loaded of a library to a new file. */
    static void write(Path library, Path file) throws IOException {
        try (FileChannel in = FileChannel.open(library);
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer header = read(in, 0, HEADER);
            if (header.get(4) != 2 || header.get(5) != 1 || header.getShort(54) != SEGMENT) {
                throw new IOException(library + " is not a 64-bit, little-endian library");
            }
            long place = header.getLong(32);
            ByteBuffer table = read(in, place, SEGMENT * Short.toUnsignedInt(header.getShort(56)));
            List<Segment> loaded = loaded(table);
            for (Segment segment : loaded) {
                copy(in, segment, out);
            }
            for (int at = 0; at < table.capacity(); at += SEGMENT) {
                long bytes = table.getLong(at + 32);
                if (bytes > 0) {
                    long offset = table.getLong(at + 8);
                    table.putLong(
                            at + 8, offset - segment(loaded, offset, bytes).moves());
                }
            }
            long moved = place - segment(loaded, place, table.capacity()).moves();
            header.putLong(32, moved);
            header.putLong(40, 0).putShort(60, (short) 0).putShort(62, (short) 0); // no table of sections
            write(out, table, moved);
            write(out, header, 0);
        }
    }

    /** The segments that are mapped. A place in the file and its address must agree in the bits below the alignment. */
    private static List<Segment> loaded(ByteBuffer table) {
        List<Segment> found = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at < table.capacity(); at += SEGMENT) {
            if (table.getInt(at) == LOADED) {
                places.add(at);
            }
        }
        places.sort(Comparator.comparingLong(at -> table.getLong(at + 8)));
        long end = 0;
        for (int at : places) {
            long offset = table.getLong(at + 8);
            long alignment = Math.max(1, table.getLong(at + 48));
            long moves = Math.max(0, offset - end) / alignment * alignment;
            long bytes = table.getLong(at + 32);
            found.add(new Segment(offset, bytes, moves));
            end = offset - moves + bytes;
        }
        return found;
    }

    private static Segment segment(List<Segment> loaded, long place, long bytes) throws IOException {
        return loaded.stream()
                .filter(segment -> segment.holds(place, bytes))
                .findFirst()
                .orElseThrow(() -> new IOException("a part of the library at " + place + " is never loaded"));
    }

    private static void copy(FileChannel in, Segment segment, FileChannel out) throws IOException {
        out.position(segment.offset() - segment.moves());
        for (long done = 0; done < segment.bytes(); ) {
            done += in.transferTo(segment.offset() + done, segment.bytes() - done, out);
        }
    }

    private static ByteBuffer read(FileChannel in, long place, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, place + buffer.position()) < 0) {
                throw new EOFException("the library ends early");
            }
        }
        return buffer.flip();
    }

    private static void write(FileChannel out, ByteBuffer bytes, long place) throws IOException {
        for (bytes.rewind(); bytes.hasRemaining(); ) {
            out.write(bytes, place + bytes.position());
        }
    }
}
