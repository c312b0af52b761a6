package dev.headlight.testing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Files and messages that are right but for a few random changes: most of what reads them sees something plausible. */
public final class Hostile {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().setStrictness(Strictness.LENIENT).create();
    private static final String[] NUMBERS = {
        "0",
        "-1",
        "1",
        "2",
        "7",
        "0.5",
        "-0.0",
        "1e-300",
        "1e999",
        "-1e999",
        "256",
        "65536",
        "2147483647",
        "2147483648",
        "4294967295",
        "9223372036854775807",
        "1e18",
        "100000001"
    };
    private static final String[] TEXTS = {
        "",
        " ",
        "a",
        "\u0000",
        "\n",
        "\uD800",
        "../..",
        "/etc/passwd",
        "<script>",
        "%s",
        "\u202E",
        "[MASK]",
        "none",
        "gelu"
    };

    private final Random random;

    public Hostile(long seed) {
        this.random = new Random(seed);
    }

    /** A number below a bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    @SafeVarargs
    public final <T> T any(T... of) {
        return of[random.nextInt(of.length)];
    }

    /** JSON with one to four values changed, added or removed, and now and then with its text damaged. */
    public String json(JsonElement right) {
        JsonElement changed = right.deepCopy();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            changed = changed(changed, right);
        }
        String text = GSON.toJson(changed);
        return random.nextInt(10) == 0 ? damaged(text) : text;
    }

    /** A copy of a document with one value changed; containers are changed where they are. */
    private JsonElement changed(JsonElement value, JsonElement whole) {
        if (value instanceof JsonObject object && object.size() > 0 && random.nextInt(8) > 0) {
            List<String> names = new ArrayList<>(object.keySet());
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(12)) {
                case 0 -> object.remove(name);
                case 1 -> object.add(any(TEXTS), object.get(name));
                case 2 -> object.add(name, object.get(names.get(random.nextInt(names.size()))));
                default -> object.add(name, changed(object.get(name), whole));
            }
            return object;
        }
        if (value instanceof JsonArray array && !array.isEmpty() && random.nextInt(8) > 0) {
            int at = random.nextInt(array.size());
            switch (random.nextInt(8)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(array.get(at).deepCopy());
                default -> array.set(at, changed(array.get(at), whole));
            }
            return array;
        }
        return random.nextInt(3) > 0 ? alike(value) : any();
    }

    /** Another value of the same type. */
    private JsonElement alike(JsonElement value) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double read = number.getAsDouble();
            return random.nextBoolean()
                    ? new JsonPrimitive(new LazilyParsedNumber(any(NUMBERS)))
                    : new JsonPrimitive((long) read + random.nextInt(5) - 2);
        }
        if (value instanceof JsonPrimitive flag && flag.isBoolean()) {
            return new JsonPrimitive(!flag.getAsBoolean());
        }
        if (value instanceof JsonPrimitive text) {
            return new JsonPrimitive(random.nextBoolean() ? any(TEXTS) : damaged(text.getAsString()));
        }
        return any();
    }

    private JsonElement any() {
        return switch (random.nextInt(9)) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(random.nextBoolean());
            case 2, 3 -> new JsonPrimitive(new LazilyParsedNumber(any(NUMBERS)));
            case 4 -> new JsonPrimitive(any(TEXTS));
            case 5 -> new JsonPrimitive("a".repeat(20_000));
            case 6 -> new JsonArray();
            case 7 -> nested(random.nextInt(600));
            default -> new JsonObject();
        };
    }

    private static JsonElement nested(int depth) {
        JsonElement value = new JsonPrimitive(1);
        for (int i = 0; i < depth; i++) {
            JsonArray around = new JsonArray();
            around.add(value);
            value = around;
        }
        return value;
    }

    /** A text that is cut, or has something put in. */
    public String damaged(String text) {
        int at = random.nextInt(text.length() + 1);
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 ->
                text.substring(0, at) + any("\u0000", "é", "{", "\"", "\r\n", ",", "\\", "9") + text.substring(at);
            default -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1 + random.nextInt(9)));
        };
    }

    /** Bytes of which some are changed, cut off or put in. */
    public byte[] damaged(byte[] bytes) {
        byte[] damaged = bytes.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(8)) {
                case 0 -> damaged = Arrays.copyOf(damaged, at);
                case 1 -> damaged = Arrays.copyOf(damaged, damaged.length + random.nextInt(16));
                case 2 -> damaged[at] = (byte) 0xff;
                default -> damaged[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return damaged;
    }
}
