package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** NumPy's {@code .npz}: a zip of {@code .npy} arrays (numpy.lib.format). Numbers and strings; never a pickle. */
final class NpzFile {
    /** An array, and all of a file's together. */
    private static final long LARGEST = Integer.MAX_VALUE;

    /** Strings, which are read into memory. */
    private static final int MOST_TEXT = 1 << 20;

    private static final Charset UTF_32 = Charset.forName("UTF-32LE");

    private static final Pattern HEADER = Pattern.compile("\\{\\s*'descr': '(?<type>[^']*)',\\s*"
            + "'fortran_order': (?<fortran>True|False),\\s*'shape': \\((?<shape>[0-9, ]*)\\),?\\s*}\\s*");

    private static final int MAGIC = 6;

    private final Path path;
    private final Map<String, Stored> arrays = new LinkedHashMap<>();
    private final Map<String, JsonElement> notes = new LinkedHashMap<>();
    private long room = LARGEST;

    private NpzFile(Path path) {
        this.path = path;
    }

    static ArrayFile read(Path path) {
        NpzFile file = new NpzFile(path);
        try (ZipFile zip = new ZipFile(path.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".npy")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        file.array(entry.getName().replaceFirst("\\.npy$", ""), in);
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(path + " is damaged, or not a .npz file: save it again.", e);
        }
        return new ArrayFile(path, file.arrays, file.notes);
    }

    private void array(String name, InputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC + 2);
        if (magic.length < MAGIC + 2 || magic[1] != 'N' || magic[2] != 'U' || magic[3] != 'M') {
            throw new IOException(name + " is not an array");
        }
        byte[] size = in.readNBytes(magic[MAGIC] == 1 ? 2 : 4);
        int length = 0;
        for (int i = size.length - 1; i >= 0; i--) {
            length = length << 8 | size[i] & 0xff;
        }
        if (length < 0 || length > 1 << 16) {
            throw new IOException(name + " has a header of " + length + " bytes");
        }
        Matcher header = HEADER.matcher(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        if (!header.matches()) {
            throw new IOException("the header of " + name + " can't be read");
        }
        if (header.group("fortran").equals("True")) {
            throw new UserException(
                    path + ": “" + name + "” is stored column by column: save np.ascontiguousarray of it.");
        }
        String type = header.group("type");
        long[] shape = shape(header.group("shape"));
        Optional<Stored.Type> floats = floats(type);
        if (floats.isPresent()) {
            ByteBuffer bytes = Spill.of(in, size(shape, Integer.parseInt(type.substring(2)), LARGEST));
            arrays.put(name, new Stored(name, shape, floats.get(), bytes));
        } else if (type.matches("<U\\d{1,5}")) {
            int each = 4 * Integer.parseInt(type.substring(2));
            notes.put(name, strings(bytes(name, in, shape, each), each, shape.length == 0));
        } else if (type.matches("[<|][iu][1248]") && shape.length == 0) {
            int each = Integer.parseInt(type.substring(2));
            notes.put(name, new JsonPrimitive(whole(bytes(name, in, shape, each), each)));
        } else if (type.contains("O")) {
            throw new UserException(path + ": “" + name
                    + "” is a pickle, which Headlight never opens: save numbers, and tokens as an array of strings.");
        }
    }

    private static long[] shape(String text) {
        return Pattern.compile(",")
                .splitAsStream(text.replace(" ", ""))
                .filter(part -> !part.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private static Optional<Stored.Type> floats(String type) {
        return switch (type) {
            case "<f4" -> Optional.of(Stored.Type.F32);
            case "<f2" -> Optional.of(Stored.Type.F16);
            case "<f8" -> Optional.of(Stored.Type.F64);
            default -> Optional.empty();
        };
    }

    private ByteBuffer bytes(String name, InputStream in, long[] shape, int each) throws IOException {
        int size = (int) size(shape, each, MOST_TEXT);
        byte[] read = in.readNBytes(size);
        if (read.length < size) {
            throw new IOException(name + " ends early");
        }
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes the header says there are, however many the zip would unpack to. */
    private long size(long[] shape, int each, long most) {
        double size = LongStream.of(shape).asDoubleStream().reduce(each, (a, b) -> a * b);
        room -= (long) Math.min(size, LARGEST);
        if (size > most || room < 0) {
            throw new UserException(path + " holds more than 2 GB: save fewer layers, or a shorter text.");
        }
        return (long) size;
    }

    private static JsonElement strings(ByteBuffer bytes, int each, boolean single) {
        JsonArray strings = new JsonArray();
        for (int at = 0; each > 0 && at < bytes.limit(); at += each) {
            strings.add(new String(bytes.array(), at, each, UTF_32).replace("\0", ""));
        }
        return single && strings.size() == 1 ? strings.get(0) : strings;
    }

    private static long whole(ByteBuffer bytes, int size) {
        return switch (size) {
            case 1 -> bytes.get(0);
            case 2 -> bytes.getShort(0);
            case 4 -> bytes.getInt(0);
            default -> bytes.getLong(0);
        };
    }
}
