package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.headlight.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One JSON object: lists of lists of numbers are arrays, everything else is a note. */
final class JsonArrays {
    private static final long LARGEST = 512L << 20;
    private static final int MOST_NUMBERS = 16 << 20;
    private static final int DEEPEST = 6;

    private final Path path;
    private final JsonReader reader;
    private float[] numbers = new float[1024];
    private int count;

    private JsonArrays(Path path, JsonReader reader) {
        this.path = path;
        this.reader = reader;
    }

    static ArrayFile read(Path path) {
        try {
            if (Files.size(path) > LARGEST) {
                throw tooLarge(path);
            }
            try (JsonReader reader = new JsonReader(Files.newBufferedReader(path))) {
                return new JsonArrays(path, reader).read();
            }
        } catch (CharacterCodingException e) {
            throw new UserException(path + " is not UTF-8 text: save it again.", e);
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new UserException(path + " is not JSON that can be read: save it again.", e);
        } catch (StackOverflowError e) {
            throw new UserException(path + " is nested too deeply to be attention: save it again.", e);
        }
    }

    private static UserException tooLarge(Path path) {
        return new UserException(path + " is too large to be read as JSON: save it as .safetensors.");
    }

    private ArrayFile read() throws IOException {
        Map<String, Stored> arrays = new LinkedHashMap<>();
        Map<String, JsonElement> notes = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (name.matches("(?i).*(attentions?|query|key)(\\.\\d+)?") && reader.peek() == JsonToken.BEGIN_ARRAY) {
                reader.beginArray();
                if (reader.peek() == JsonToken.BEGIN_OBJECT || reader.peek() == JsonToken.END_ARRAY) {
                    notes.put(name, objects()); // Headlight's own “attentions” says which there are
                } else {
                    arrays.put(name, array(name));
                }
            } else {
                notes.put(name, JsonParser.parseReader(reader));
            }
        }
        reader.endObject();
        return new ArrayFile(path, arrays, notes);
    }

    /** The rest of a list of objects. */
    private JsonArray objects() throws IOException {
        JsonArray objects = new JsonArray();
        while (reader.hasNext()) {
            objects.add(JsonParser.parseReader(reader));
        }
        reader.endArray();
        return objects;
    }

    /** An array that has begun, of any depth, whose lists of a depth are all of one length. */
    private Stored array(String name) throws IOException {
        count = 0;
        List<Long> shape = new ArrayList<>();
        list(name, 0, shape);
        ByteBuffer read = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read.asFloatBuffer().put(numbers, 0, count);
        ByteBuffer bytes = Spill.of(new ByteArrayInputStream(read.array()), read.limit());
        return new Stored(name, shape.stream().mapToLong(Long::longValue).toArray(), Stored.Type.F32, bytes);
    }

    private void list(String name, int depth, List<Long> shape) throws IOException {
        if (depth == DEEPEST) {
            throw new UserException(path + ": “" + name + "” has more than " + DEEPEST
                    + " dimensions: save one matrix for each head of each layer.");
        }
        long length = 0;
        while (reader.hasNext()) {
            length++;
            if (reader.peek() == JsonToken.BEGIN_ARRAY) {
                reader.beginArray();
                list(name, depth + 1, shape);
            } else {
                add((float) reader.nextDouble());
            }
        }
        reader.endArray();
        while (shape.size() <= depth) {
            shape.add(-1L);
        }
        if (shape.get(depth) >= 0 && shape.get(depth) != length) {
            throw new UserException(path + ": the lists of “" + name + "” differ in length (" + shape.get(depth)
                    + " and " + length + "): save rows of equal length.");
        }
        shape.set(depth, length);
    }

    private void add(float number) {
        if (count == numbers.length) {
            if (count >= MOST_NUMBERS) {
                throw tooLarge(path);
            }
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = number;
    }
}
