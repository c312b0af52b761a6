package dev.headlight.weights;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: JSON with each tensor's type, shape and offsets. It is checked by the rules of the
 * format's reference implementation (huggingface/safetensors): no duplicate keys, sizes that match types and shapes,
 * and tensors that cover the file without gaps or overlaps.
 *
 * @param tensors by name, in the order of the header
 * @param metadata free text by name
 */
record SafeTensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

    /** A tensor's type, shape, and range of bytes after the header. */
    record Entry(DType type, long[] shape, long begin, long end) {
        long size() {
            return end - begin;
        }
    }

    /** A malformed header. The message is a predicate that follows the file's name. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what);
        }
    }

    /**
     * Parses and checks a header.
     *
     * @param json the header
     * @param dataLength the number of bytes after it
     */
    static SafeTensorsHeader parse(String json, long dataLength) throws Malformed {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.setStrictness(Strictness.STRICT);
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (name.equals("__metadata__")) {
                    metadata(reader, metadata);
                } else if (tensors.put(name, entry(reader, name)) != null) {
                    throw new Malformed("lists the tensor " + shown(name) + " twice");
                }
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Malformed("has a header with extra data after its JSON");
            }
        } catch (IOException | IllegalStateException | JsonParseException e) {
            throw new Malformed("has a header that is not safetensors JSON");
        }
        checkPlaces(tensors, dataLength);
        return new SafeTensorsHeader(tensors, metadata);
    }

    private static void metadata(JsonReader reader, Map<String, String> metadata) throws IOException, Malformed {
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (metadata.put(name, reader.nextString()) != null) {
                throw new Malformed("has the metadata " + shown(name) + " twice");
            }
        }
        reader.endObject();
    }

    private static Entry entry(JsonReader reader, String name) throws IOException, Malformed {
        DType type = null;
        long[] shape = null;
        long[] offsets = null;
        reader.beginObject();
        while (reader.hasNext()) {
            String key = reader.nextName();
            boolean repeated = switch (key) {
                case "dtype" -> {
                    boolean again = type != null;
                    type = dtype(reader.nextString(), name);
                    yield again;
                }
                case "shape" -> {
                    boolean again = shape != null;
                    shape = numbers(reader, name);
                    yield again;
                }
                case "data_offsets" -> {
                    boolean again = offsets != null;
                    offsets = numbers(reader, name);
                    yield again;
                }
                default ->
                    throw new Malformed(
                            "has the key " + shown(key) + " for " + shown(name) + ", which safetensors doesn't define");
            };
            if (repeated) {
                throw new Malformed("gives the " + key + " of " + shown(name) + " twice");
            }
        }
        reader.endObject();
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw new Malformed("doesn't give type, shape and offsets of " + shown(name));
        }
        return checked(new Entry(type, shape, offsets[0], offsets[1]), name);
    }

    private static DType dtype(String value, String name) throws Malformed {
        return DType.named(value)
                .orElseThrow(() -> new Malformed("gives " + shown(name) + " the unknown type " + shown(value)));
    }

    private static long[] numbers(JsonReader reader, String name) throws IOException, Malformed {
        List<Long> numbers = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            String digits = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "";
            if (!digits.matches("\\d{1,18}")) {
                throw new Malformed("has a shape or offsets of " + shown(name) + " that are not whole numbers");
            }
            numbers.add(Long.parseLong(digits));
        }
        reader.endArray();
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static Entry checked(Entry entry, String name) throws Malformed {
        long size = entry.type().bytes();
        try {
            for (long dimension : entry.shape()) {
                size = Math.multiplyExact(size, dimension);
            }
        } catch (ArithmeticException e) {
            throw new Malformed(
                    "gives " + shown(name) + " the shape " + Arrays.toString(entry.shape()) + ", larger than any file");
        }
        if (entry.end() < entry.begin() || entry.size() != size) {
            throw new Malformed("gives " + shown(name) + " " + (entry.end() - entry.begin()) + " bytes, but "
                    + entry.type() + " " + Arrays.toString(entry.shape()) + " takes " + size);
        }
        return entry;
    }

    private static void checkPlaces(Map<String, Entry> tensors, long dataLength) throws Malformed {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
        inOrder.sort(Comparator.<Map.Entry<String, Entry>>comparingLong(
                        e -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long end = 0;
        for (Map.Entry<String, Entry> tensor : inOrder) {
            Entry entry = tensor.getValue();
            if (entry.end() > dataLength) {
                throw new Malformed("is cut short: " + shown(tensor.getKey()) + " ends at byte " + entry.end() + " of "
                        + dataLength);
            }
            if (entry.begin() != end) {
                throw new Malformed((entry.begin() < end ? "has tensors that overlap" : "has a gap") + " at "
                        + shown(tensor.getKey()));
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw new Malformed("has " + (dataLength - end) + " bytes more than its header says");
        }
    }

    /** A name from a file, shortened and stripped of control characters for a message. */
    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 100 ? plain : plain.substring(0, 100) + "…";
    }
}
