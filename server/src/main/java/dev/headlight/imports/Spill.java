package dev.headlight.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Arrays that can't be mapped where they are: in a temporary file, so that they take no heap. */
final class Spill {
    private Spill() {}

    /**
     * Some bytes of a stream, little-endian.
     *
     * @throws IOException if the stream ends before, or there is no room
     */
    static ByteBuffer of(InputStream in, long size) throws IOException {
        Path file = Files.createTempFile("headlight", ".array");
        file.toFile().deleteOnExit(); // where a mapped file can't be deleted before
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 16);
            for (long left = size; left > 0; ) {
                int read = in.read(block.array(), 0, (int) Math.min(left, block.capacity()));
                if (read < 0) {
                    throw new IOException("ends early");
                }
                block.position(0).limit(read);
                while (block.hasRemaining()) {
                    channel.write(block);
                }
                left -= read;
            }
            return channel.map(MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
