package dev.headlight.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A struct in Thrift's compact protocol, as far as Parquet needs it: fields are written in the order of their numbers. */
final class Thrift {
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;
    private static final int LONG_LIST = 15;

    private final ByteArrayOutputStream out;
    private int last;

    private Thrift(ByteArrayOutputStream out) {
        this.out = out;
    }

    /** The bytes of a struct. */
    static byte[] struct(Consumer<Thrift> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, fields);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Consumer<Thrift> fields) {
        fields.accept(new Thrift(out));
        out.write(0);
    }

    private void field(int number, int type) {
        if (number <= last || number - last > LONG_LIST) {
            throw new IllegalArgumentException("field " + number + " after " + last);
        }
        out.write(number - last << 4 | type);
        last = number;
    }

    Thrift i32(int number, int value) {
        field(number, I32);
        zigzag(value);
        return this;
    }

    Thrift i64(int number, long value) {
        field(number, I64);
        zigzag(value);
        return this;
    }

    Thrift string(int number, String value) {
        field(number, BINARY);
        text(value);
        return this;
    }

    Thrift struct(int number, Consumer<Thrift> fields) {
        field(number, STRUCT);
        write(out, fields);
        return this;
    }

    Thrift integers(int number, List<Integer> values) {
        list(number, I32, values.size());
        values.forEach(this::zigzag);
        return this;
    }

    Thrift strings(int number, List<String> values) {
        list(number, BINARY, values.size());
        values.forEach(this::text);
        return this;
    }

    Thrift structs(int number, List<Consumer<Thrift>> structs) {
        list(number, STRUCT, structs.size());
        structs.forEach(fields -> write(out, fields));
        return this;
    }

    private void list(int number, int type, int size) {
        field(number, LIST);
        out.write(Math.min(size, LONG_LIST) << 4 | type);
        if (size >= LONG_LIST) {
            varint(out, size);
        }
    }

    private void text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private void zigzag(long value) {
        varint(out, value << 1 ^ value >> Long.SIZE - 1);
    }

    /** Seven bits a byte, the lowest first (LEB128). */
    static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
