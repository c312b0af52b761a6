package dev.headlight.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * A table as a Parquet file (format 2.11, github.com/apache/parquet-format): one row group, a page for each column, plain
 * values, deflated. Any value may be missing. For tables of some megabytes.
 */
final class ParquetTable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int OPTIONAL = 1;
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int GZIP = 2;
    private static final int UTF8 = 0;

    /** What a column holds. */
    enum Type {
        INT32(1),
        INT64(2),
        DOUBLE(5),
        TEXT(6);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private record Column(String name, Type type, List<Object> values) {}

    /** A column in a file. */
    private record Chunk(Column column, long offset, int plainBytes, int bytes) {}

    private final List<Column> columns = new ArrayList<>();
    private int rows;

    /** Adds a column; before any rows. */
    ParquetTable column(String name, Type type) {
        columns.add(new Column(name, type, new ArrayList<>()));
        return this;
    }

    /** Adds a row: a value for each column, null or NaN where it is missing. */
    void row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        for (int at = 0; at < values.length; at++) {
            boolean missing = values[at] instanceof Double number && number.isNaN();
            columns.get(at).values().add(missing ? null : values[at]);
        }
        rows++;
    }

    /**
     * Writes the file.
     *
     * @param metadata what it says of itself
     */
    void write(OutputStream out, Map<String, String> metadata) throws IOException {
        out.write(MAGIC);
        long offset = MAGIC.length;
        List<Chunk> chunks = new ArrayList<>();
        for (Column column : columns) {
            byte[] values = page(column);
            ByteArrayOutputStream deflated = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(deflated)) {
                gzip.write(values);
            }
            byte[] header = Thrift.struct(page -> page.i32(1, 0)
                    .i32(2, values.length)
                    .i32(3, deflated.size())
                    .struct(
                            5,
                            data -> data.i32(1, rows).i32(2, PLAIN).i32(3, RLE).i32(4, RLE)));
            out.write(header);
            deflated.writeTo(out);
            Chunk chunk = new Chunk(column, offset, header.length + values.length, header.length + deflated.size());
            chunks.add(chunk);
            offset += chunk.bytes();
        }
        byte[] footer = Thrift.struct(file -> footer(file, chunks, metadata));
        out.write(footer);
        out.write(littleEndian(Integer.BYTES).putInt(footer.length).array());
        out.write(MAGIC);
    }

    private void footer(Thrift file, List<Chunk> chunks, Map<String, String> metadata) {
        List<Consumer<Thrift>> schema = new ArrayList<>();
        schema.add(root -> root.string(4, "table").i32(5, columns.size()));
        columns.forEach(column -> schema.add(element -> element(element, column)));
        long all = chunks.stream().mapToLong(Chunk::plainBytes).sum();
        Consumer<Thrift> group = rowGroup -> rowGroup.structs(
                        1,
                        chunks.stream()
                                .<Consumer<Thrift>>map(chunk -> struct -> chunk(struct, chunk))
                                .toList())
                .i64(2, all)
                .i64(3, rows);
        file.i32(1, 1)
                .structs(2, schema)
                .i64(3, rows)
                .structs(4, List.of(group))
                .structs(
                        5,
                        metadata.entrySet().stream()
                                .<Consumer<Thrift>>map(entry ->
                                        pair -> pair.string(1, entry.getKey()).string(2, entry.getValue()))
                                .toList())
                .string(6, "Headlight");
    }

    private static void element(Thrift element, Column column) {
        element.i32(1, column.type().number).i32(3, OPTIONAL).string(4, column.name());
        if (column.type() == Type.TEXT) {
            element.i32(6, UTF8).struct(10, logical -> logical.struct(1, string -> {}));
        }
    }

    private void chunk(Thrift struct, Chunk chunk) {
        struct.i64(2, chunk.offset())
                .struct(
                        3,
                        of -> of.i32(1, chunk.column().type().number)
                                .integers(2, List.of(PLAIN, RLE))
                                .strings(3, List.of(chunk.column().name()))
                                .i32(4, GZIP)
                                .i64(5, rows)
                                .i64(6, chunk.plainBytes())
                                .i64(7, chunk.bytes())
                                .i64(9, chunk.offset()));
    }

    /** Which values there are, as runs of 0 and 1, then these. */
    private static byte[] page(Column column) {
        ByteArrayOutputStream levels = new ByteArrayOutputStream();
        List<Object> values = column.values();
        for (int from = 0; from < values.size(); ) {
            boolean there = values.get(from) != null;
            int first = from;
            int to = IntStream.range(first, values.size())
                    .filter(at -> (values.get(at) != null) != there)
                    .findFirst()
                    .orElse(values.size());
            Thrift.varint(levels, (long) (to - from) << 1);
            levels.write(there ? 1 : 0);
            from = to;
        }
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        page.writeBytes(littleEndian(Integer.BYTES).putInt(levels.size()).array());
        page.writeBytes(levels.toByteArray());
        for (Object value : values) {
            if (value != null) {
                page.writeBytes(plain(column.type(), value));
            }
        }
        return page.toByteArray();
    }

    private static byte[] plain(Type type, Object value) {
        return switch (type) {
            case INT32 -> littleEndian(Integer.BYTES).putInt((Integer) value).array();
            case INT64 -> littleEndian(Long.BYTES).putLong((Long) value).array();
            case DOUBLE -> littleEndian(Double.BYTES).putDouble((Double) value).array();
            case TEXT -> {
                byte[] bytes = ((String) value).getBytes(StandardCharsets.UTF_8);
                yield littleEndian(Integer.BYTES + bytes.length)
                        .putInt(bytes.length)
                        .put(bytes)
                        .array();
            }
        };
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
