package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.stream.JsonWriter;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Matrix;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * An inspection with its attention as one JSON object: {@code "attention"} is [layer][head][query][key]; an
 * encoder-decoder has {@code "encoderAttention"}, {@code "decoderAttention"} and {@code "crossAttention"} instead.
 */
public final class AttentionJson {
    private AttentionJson() {}

    /**
     * Writes a file.
     *
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export) {
        WholeFile.write(file, out -> write(out, export));
    }

    /** Writes to a stream, which stays open. */
    public static void write(OutputStream out, Export export) throws IOException {
        Gson gson = new Gson();
        JsonWriter json = new JsonWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        json.beginObject();
        for (Map.Entry<String, JsonElement> entry : InspectionJson.of(export).entrySet()) {
            json.name(entry.getKey());
            gson.toJson(entry.getValue(), json);
        }
        for (AttentionShape attention : export.inspection().attentions()) {
            weights(json.name(attention.kind().arrayName("attention")), attention, export);
        }
        json.endObject();
        json.flush();
    }

    private static void weights(JsonWriter json, AttentionShape attention, Export export) throws IOException {
        json.beginArray();
        for (int layer : export.selection().layersOf(attention)) {
            json.beginArray();
            export.eachHead(attention, layer, (head, matrix) -> matrix(json, matrix));
            json.endArray();
        }
        json.endArray();
    }

    private static void matrix(JsonWriter json, Matrix matrix) throws IOException {
        json.beginArray();
        for (int row = 0; row < matrix.rows(); row++) {
            json.beginArray();
            for (int column = 0; column < matrix.columns(); column++) {
                json.value(matrix.at(row, column));
            }
            json.endArray();
        }
        json.endArray();
    }
}
