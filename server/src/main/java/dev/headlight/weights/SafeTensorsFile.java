package dev.headlight.weights;

import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, open for reading. A tensor's bytes are memory-mapped, or read if the file system can't map files,
 * as inside a jar.
 */
public final class SafeTensorsFile implements AutoCloseable {
    /** A header of this size would list some 200,000 tensors. */
    private static final long LARGEST_HEADER = 25_000_000;

    private final Path file;
    private final SeekableByteChannel channel;
    private final SafeTensorsHeader header;
    private final long dataStart;

    private SafeTensorsFile(Path file, SeekableByteChannel channel, SafeTensorsHeader header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws UserException if it is not a safetensors file, or damaged
     */
    public static SafeTensorsFile open(Path file) {
        JsonFiles.requireRegular(file);
        try {
            SeekableByteChannel channel = Files.newByteChannel(file);
            try {
                return open(file, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new UserException("There is no file " + file + ".", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static SafeTensorsFile open(Path file, SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer start = read(channel, 0, (int) Math.min(size, 64));
        try {
            if (size < 8) {
                throw new SafeTensorsHeader.Malformed("is too short to be a safetensors file");
            }
            long length = start.getLong(0);
            if (length < 2 || length > size - 8) {
                throw new SafeTensorsHeader.Malformed(
                        "declares a header of " + Long.toUnsignedString(length) + " bytes, but has only " + size);
            }
            if (length > LARGEST_HEADER) {
                throw new SafeTensorsHeader.Malformed("has a header of " + length + " bytes, more than any model's");
            }
            String json = utf8(read(channel, 8, (int) length));
            SafeTensorsHeader header = SafeTensorsHeader.parse(json, size - 8 - length);
            return new SafeTensorsFile(file, channel, header, 8 + length);
        } catch (SafeTensorsHeader.Malformed e) {
            throw new UserException(file + " " + disguised(start, e.getMessage()) + ": fetch the file again.", e);
        }
    }

    /** Recognizes other files named like a safetensors file by their first bytes. */
    private static String disguised(ByteBuffer start, String otherwise) {
        String text = StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
        if (text.startsWith("version https://git-lfs")) {
            return "is a Git LFS pointer, not the file that it points to";
        }
        if (text.stripLeading().matches("(?s)<[!?\\w].*")) {
            return "is a web page, not a safetensors file";
        }
        if (text.startsWith("PK") || text.matches("(?s)\u0080[\2-\5].*")) {
            return "is a pickle (a PyTorch .bin) named like a safetensors file, and Headlight never opens pickles";
        }
        return otherwise;
    }

    private static String utf8(ByteBuffer bytes) throws SafeTensorsHeader.Malformed {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new SafeTensorsHeader.Malformed("has a header that is not UTF-8");
        }
    }

    /** The tensors by name. */
    Map<String, SafeTensorsHeader.Entry> tensors() {
        return header.tensors();
    }

    /** The metadata by name. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    Path file() {
        return file;
    }

    /** The names of the tensors, in the order of the header. */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /** The shape of a tensor. */
    public long[] shape(String name) {
        return header.tensors().get(name).shape().clone();
    }

    /** The type of a tensor's numbers, as the format calls it, such as F32. */
    public String type(String name) {
        return header.tensors().get(name).type().name();
    }

    /** How many bytes a tensor has. */
    public long size(String name) {
        return header.tensors().get(name).size();
    }

    /** The bytes of a tensor, little-endian, as {@link Weights} reads them. */
    public ByteBuffer bytes(String name) {
        return bytes(header.tensors().get(name));
    }

    /** Where a tensor begins in the file. */
    long place(SafeTensorsHeader.Entry entry) {
        return dataStart + entry.begin();
    }

    /** The bytes of a tensor, little-endian, in memory outside the heap; read-only if mapped. */
    ByteBuffer bytes(SafeTensorsHeader.Entry entry) {
        long position = dataStart + entry.begin();
        try {
            ByteBuffer bytes = channel instanceof FileChannel mappable
                    ? mappable.map(FileChannel.MapMode.READ_ONLY, position, entry.size())
                    : read(channel, position, (int) entry.size());
            return bytes.order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ByteBuffer read(SeekableByteChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(position);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("unexpected end of file");
            }
        }
        return bytes.flip();
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException("Can't read " + file + ": " + e.getMessage() + ".", e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
