package dev.headlight.export;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes an 8-bit grey picture row by row as PNG (ISO/IEC 15948). ImageIO would need it all in memory: the diagram of
 * 512 tokens has 20,680 × 20,680 pixels, more than the heap.
 */
final class GrayPng {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int GREYSCALE = 0;
    private static final byte FILTER_NONE = 0;
    private static final byte FILTER_UP = 2;

    private GrayPng() {}

    /** Fills a row of pixels, 0 black to 255 white. */
    interface Rows {
        void fill(int y, byte[] row);
    }

    static void write(OutputStream out, int width, int height, Rows rows) throws IOException {
        out.write(SIGNATURE);
        chunk(out, "IHDR", header(width, height));
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            OutputStream chunks = new BufferedOutputStream(new DataChunks(out), 1 << 16);
            DeflaterOutputStream deflated = new DeflaterOutputStream(chunks, deflater, 1 << 14);
            byte[] row = new byte[width];
            byte[] previous = new byte[width];
            byte[] unchanged = new byte[width];
            for (int y = 0; y < height; y++) {
                rows.fill(y, row);
                boolean same = y > 0 && Arrays.equals(row, previous);
                deflated.write(same ? FILTER_UP : FILTER_NONE);
                deflated.write(same ? unchanged : row);
                System.arraycopy(row, 0, previous, 0, width);
            }
            deflated.finish();
            chunks.flush();
        } finally {
            deflater.end();
        }
        chunk(out, "IEND", new byte[0]);
    }

    private static byte[] header(int width, int height) {
        return ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) 8)
                .put((byte) GREYSCALE)
                .array(); // compression, filter and interlace methods are 0
    }

    private static void chunk(OutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        DataOutputStream chunk = new DataOutputStream(out);
        chunk.writeInt(data.length);
        chunk.write(name);
        chunk.write(data);
        chunk.writeInt((int) checksum.getValue());
    }

    /** Writes each buffer as a chunk of its own. */
    private static final class DataChunks extends OutputStream {
        private final OutputStream out;

        DataChunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            chunk(out, "IDAT", Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }
}
