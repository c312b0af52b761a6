package dev.headlight.export;

import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Matrix;
import dev.headlight.tokens.Token;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A diagram of each head, as CS50's "Attention" draws them: on black, the tokens along the left and upper side, 200
 * pixels, and a cell of 40 × 40 pixels for each pair of tokens. Rows attend to columns; a cell's grey is
 * ⌊255 · weight⌋.
 */
public final class AttentionPictures {
    private static final int CELL = 40;
    private static final int LABEL = 200;
    private static final int PADDING = 10;
    private static final int FONT_SIZE = 26;

    private AttentionPictures() {}

    /** A destination for pictures. */
    private interface Folder {
        void put(String name, Content picture) throws IOException;
    }

    /**
     * Writes {@code Attention_Layer1_Head1.png} and so on into a folder, which is created if it doesn't exist; of an
     * encoder-decoder {@code EncoderAttention_Layer1_Head1.png} and so on.
     *
     * @throws UserException if they can't be written
     */
    public static void write(Path folder, Export export) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserException("Can't write pictures into " + folder + ": it is a file, not a folder.");
        }
        try {
            each(export, (name, picture) -> WholeFile.write(folder.resolve(name), picture));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a zip archive of the same pictures to a stream, which stays open. */
    public static void zip(OutputStream out, Export export) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.NO_COMPRESSION); // the pictures are compressed
        each(export, (name, picture) -> {
            zip.putNextEntry(new ZipEntry(name));
            picture.writeTo(zip);
            zip.closeEntry();
        });
        zip.finish();
    }

    /** Writes the picture of the only head that is selected, of one attention, to a stream, which stays open. */
    public static void one(OutputStream out, Export export, AttentionShape attention) throws IOException {
        each(export, attention, labels(export.inspection().tokens()), (name, picture) -> picture.writeTo(out));
    }

    private static void each(Export export, Folder folder) throws IOException {
        List<Label> labels = labels(export.inspection().tokens());
        for (AttentionShape attention : export.inspection().attentions()) {
            each(export, attention, labels, folder);
        }
    }

    private static void each(Export export, AttentionShape attention, List<Label> labels, Folder folder)
            throws IOException {
        List<Label> rows =
                labels.subList(attention.queries().start(), attention.queries().end());
        List<Label> columns =
                labels.subList(attention.keys().start(), attention.keys().end());
        for (int layer : export.selection().layersOf(attention)) {
            export.eachHead(
                    attention,
                    layer,
                    (head, matrix) ->
                            folder.put(name(attention.kind(), layer, head), out -> draw(out, matrix, rows, columns)));
        }
    }

    /** {@code Attention_Layer1_Head1.png}, or {@code EncoderAttention_Layer1_Head1.png} and so on. */
    private static String name(AttentionKind kind, int layer, int head) {
        return fileStart(kind) + "_Layer" + (layer + 1) + "_Head" + (head + 1) + ".png";
    }

    /**
     * What the names of an attention's pictures begin with: {@code Attention}, or {@code EncoderAttention} and so on.
     */
    public static String fileStart(AttentionKind kind) {
        String array = kind.arrayName("attention");
        return Character.toUpperCase(array.charAt(0)) + array.substring(1);
    }

    private static void draw(OutputStream out, Matrix attention, List<Label> rows, List<Label> columns)
            throws IOException {
        int width = LABEL + CELL * attention.columns();
        int height = LABEL + CELL * attention.rows();
        GrayPng.write(out, width, height, (y, row) -> fill(y, row, attention, rows, columns));
    }

    private static void fill(int y, byte[] row, Matrix attention, List<Label> rows, List<Label> columns) {
        for (int column = 0; column < attention.columns(); column++) {
            int from = LABEL + column * CELL;
            if (y < LABEL) {
                for (int x = 0; x < CELL; x++) { // a label rotated left: it reads upwards
                    row[from + x] = columns.get(column).left()[x * LABEL + LABEL - 1 - y];
                }
            } else {
                float weight = attention.at((y - LABEL) / CELL, column);
                Arrays.fill(row, from, from + CELL, (byte) (int) (255 * weight));
            }
        }
        if (y >= LABEL) {
            int line = (y - LABEL) % CELL;
            System.arraycopy(rows.get((y - LABEL) / CELL).right(), line * LABEL, row, 0, LABEL);
        } else {
            Arrays.fill(row, 0, LABEL, (byte) 0);
        }
    }

    private static List<Label> labels(List<Token> tokens) {
        try {
            return tokens.stream()
                    .map(token -> new Label(label(token.text(), true), label(token.text(), false)))
                    .toList();
        } catch (RuntimeException | Error e) { // AWT throws either if the system has no fonts
            throw new UserException(
                    "Java can't draw text in pictures on this machine: install fontconfig and a font, or export to"
                            + " .html.",
                    e);
        }
    }

    /** A token's two labels: the left one ends at the cells, the top one starts there, rotated. */
    private record Label(byte[] right, byte[] left) {}

    /** A token in white on black, 40 rows of 200 pixels, in a smaller font if it would be too wide. */
    private static byte[] label(String text, boolean flushRight) {
        BufferedImage image = new BufferedImage(LABEL, CELL, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            FontRenderContext context = graphics.getFontRenderContext();
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
            double width = font.getStringBounds(text, context).getWidth();
            double room = LABEL - 2.0 * PADDING;
            if (width > room) {
                font = font.deriveFont((float) (FONT_SIZE * room / width));
                width = font.getStringBounds(text, context).getWidth();
            }
            float middle = font.getLineMetrics(text, context).getAscent() * 0.36f;
            graphics.setFont(font);
            graphics.setColor(Color.WHITE);
            graphics.drawString(text, (float) (flushRight ? LABEL - PADDING - width : PADDING), CELL / 2f + middle);
        } finally {
            graphics.dispose();
        }
        return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }
}
