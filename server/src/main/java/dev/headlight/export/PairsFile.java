package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.Sha256;
import dev.headlight.UserException;
import dev.headlight.inspect.Effect;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.LayerEffect;
import dev.headlight.inspect.Pairs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was measured of pairs, in a file that is written while they are measured: a line of JSON that says of what, then
 * one for each sentence. Who measures again goes on after the sentences that it holds; a last line that was not written
 * whole is removed. Open in one process at a time.
 */
public final class PairsFile implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final Path path;
    private final FileChannel channel;
    private final Map<Integer, Pairs.Measured> known = new TreeMap<>();

    /**
     * What is measured.
     *
     * @param model its name
     * @param layers how many it has, and {@code heads} in each
     */
    public record Of(String model, int layers, int heads, Pairs.How how) {

        private JsonObject header(List<Pairs.Pair> pairs) {
            JsonObject json = new JsonObject();
            json.addProperty("headlight", "pairs");
            json.addProperty("model", model);
            json.addProperty("layers", layers);
            json.addProperty("heads", heads);
            json.addProperty("words", how.hide() ? "hidden" : "usual");
            json.addProperty("ablation", how.ablation().name().toLowerCase(Locale.ROOT));
            json.addProperty("sentences", pairs.size());
            json.addProperty("sha256", sha256(pairs));
            return json;
        }
    }

    private PairsFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file, or begins one.
     *
     * @throws UserException if it is something else, is of something else, or can't be read and written
     */
    public static PairsFile open(Path path, Of of, List<Pairs.Pair> pairs) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        PairsFile file = new PairsFile(path, channel);
        try {
            file.lock();
            file.read(of.header(pairs), pairs);
            return file;
        } catch (IOException e) {
            file.close();
            throw unwritable(path, e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static UserException unwritable(Path path, IOException e) {
        return new UserException("Can't write " + path + ": name a file in a folder that may be written to.", e);
    }

    private void lock() throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // another of this process has it
        }
        if (lock == null) {
            throw new UserException(
                    "Another Headlight is writing " + path + ": wait until it is done, or name another file.");
        }
    }

    private void read(JsonObject header, List<Pairs.Pair> pairs) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // until all is read
        }
        String content = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        String whole = content.substring(0, content.lastIndexOf('\n') + 1);
        List<String> lines = whole.lines().toList();
        String wanted = GSON.toJson(header);
        if (lines.isEmpty()) {
            if (!(wanted + "\n").startsWith(content)) {
                throw new UserException(path + " holds no measurements: name another file.");
            }
            channel.truncate(0);
            append(wanted);
            return;
        }
        check(lines.get(0), wanted);
        for (int number = 1; number < lines.size(); number++) {
            try {
                JsonObject line = JsonParser.parseString(lines.get(number)).getAsJsonObject();
                int sentence = line.get("sentence").getAsInt();
                known.put(sentence, measured(line, pairs.get(sentence)));
            } catch (JsonParseException
                    | IllegalStateException
                    | NullPointerException
                    | IndexOutOfBoundsException
                    | NumberFormatException e) {
                throw new UserException(
                        "Line " + (number + 1) + " of " + path + " is damaged: remove it, or name another file.", e);
            }
        }
        channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
        channel.position(channel.size());
    }

    private void check(String found, String wanted) {
        if (found.equals(wanted)) {
            return;
        }
        JsonObject other;
        try {
            other = JsonParser.parseString(found).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            other = new JsonObject();
        }
        if (!new JsonPrimitive("pairs").equals(other.get("headlight"))) {
            throw new UserException(path + " holds no measurements: name another file.");
        }
        JsonObject now = JsonParser.parseString(wanted).getAsJsonObject();
        String what = !now.get("model").equals(other.get("model"))
                ? "another model, "
                        + Optional.ofNullable(other.get("model"))
                                .map(JsonElement::getAsString)
                                .orElse("")
                : !now.get("sha256").equals(other.get("sha256"))
                        ? "other sentences"
                        : "the same sentences, measured in another way";
        throw new UserException(path + " is of " + what + ": name another file.");
    }

    private static String sha256(List<Pairs.Pair> pairs) {
        MessageDigest digest = Sha256.digest();
        pairs.forEach(pair -> digest.update(
                (pair.text() + "\t" + pair.right() + "\t" + pair.wrong() + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What it holds, by the number of the pair. */
    public Map<Integer, Pairs.Measured> known() {
        return Map.copyOf(known);
    }

    /** Adds a sentence. */
    public void add(int sentence, Pairs.Measured measured) {
        JsonObject line = new JsonObject();
        line.addProperty("sentence", sentence);
        line.addProperty("quantity", measured.quantity());
        line.add("words", InspectionJson.array(measured.words(), word -> {
            JsonArray one = new JsonArray();
            one.add(word.place());
            one.add(word.text());
            one.add(word.effect());
            return one;
        }));
        line.add("heads", InspectionJson.array(measured.heads(), head -> {
            JsonArray one = WhyJson.place(head.kind(), head.layer());
            one.add(head.head());
            one.add(head.effect().value());
            return one;
        }));
        line.add("layers", InspectionJson.array(measured.layers(), layer -> {
            JsonArray one = WhyJson.place(layer.kind(), layer.layer());
            one.add(layer.attention().value());
            layer.feedForward().ifPresent(effect -> one.add(effect.value()));
            return one;
        }));
        try {
            append(GSON.toJson(line));
        } catch (IOException e) {
            throw new UserException(
                    "Can't write " + path + " (" + e.getMessage() + "): make room, and run the same command again to"
                            + " go on.",
                    e);
        }
    }

    private void append(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static Pairs.Measured measured(JsonObject line, Pairs.Pair pair) {
        List<Pairs.Word> words = new ArrayList<>();
        for (JsonElement each : line.getAsJsonArray("words")) {
            JsonArray word = each.getAsJsonArray();
            words.add(new Pairs.Word(
                    word.get(0).getAsInt(),
                    word.get(1).getAsString(),
                    word.get(2).getAsDouble()));
        }
        List<HeadEffect> heads = new ArrayList<>();
        for (JsonElement each : line.getAsJsonArray("heads")) {
            JsonArray head = each.getAsJsonArray();
            heads.add(new HeadEffect(
                    kind(head), head.get(1).getAsInt(), head.get(2).getAsInt(), effect(head.get(3))));
        }
        List<LayerEffect> layers = new ArrayList<>();
        for (JsonElement each : line.getAsJsonArray("layers")) {
            JsonArray layer = each.getAsJsonArray();
            layers.add(new LayerEffect(
                    kind(layer),
                    layer.get(1).getAsInt(),
                    effect(layer.get(2)),
                    layer.size() > 3 ? Optional.of(effect(layer.get(3))) : Optional.empty()));
        }
        return new Pairs.Measured(pair, line.get("quantity").getAsDouble(), words, heads, layers);
    }

    private static AttentionKind kind(JsonArray of) {
        return AttentionKind.of(of.get(0).getAsString()).orElseThrow(IllegalStateException::new);
    }

    /** An effect of which only the value was written. */
    private static Effect effect(JsonElement value) {
        return new Effect(value.getAsDouble(), Double.NaN, Double.NaN);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }
}
