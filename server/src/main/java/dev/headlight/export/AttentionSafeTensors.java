package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.Layers;
import dev.headlight.tokens.Token;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An inspection's arrays as safetensors, float32: {@code attention} [L, H, T, T], {@code query} and {@code key}
 * [L, H, T, d], and {@code logits} [T, V] where those of every token were kept. The metadata holds model, text, tokens, and which layers
 * and heads these are, counted from 0.
 */
public final class AttentionSafeTensors {
    /** Rows of logits in memory at a time. */
    private static final int ROWS = 16;

    private AttentionSafeTensors() {}

    /**
     * Writes a file.
     *
     * @throws dev.headlight.UserException where it can't be written
     */
    public static void write(Path file, Export export) {
        WholeFile.write(file, out -> write(out, export));
    }

    /** Writes to a stream, which stays open. */
    public static void write(OutputStream out, Export export) throws IOException {
        Layers layers = export.layers();
        int tokens = export.inspection().tokens().size();
        int headSize = export.inspection().headSize();
        int logits = layers.logitRows() == tokens ? tokens : 0;
        List<Array> arrays = new ArrayList<>();
        arrays.add(Array.floats("attention", export.shape(tokens)));
        arrays.add(Array.floats("query", export.shape(headSize)));
        arrays.add(Array.floats("key", export.shape(headSize)));
        if (logits > 0) {
            arrays.add(Array.floats("logits", logits, layers.vocabulary()));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata(export));
        export.write(writer, layers::layer);
        export.write(writer, layers::queries);
        export.write(writer, layers::keys);
        for (int row = 0; row < logits; row += ROWS) {
            writer.write(layers.logits(row, Math.min(row + ROWS, logits)).values());
        }
        writer.finish();
    }

    private static Map<String, String> metadata(Export export) {
        Gson gson = new Gson();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", export.inspection().model());
        metadata.put("text", export.inspection().text());
        export.inspection().pair().ifPresent(pair -> metadata.put("pair", pair));
        metadata.put(
                "tokens",
                gson.toJson(
                        export.inspection().tokens().stream().map(Token::text).toList()));
        metadata.put("layers", gson.toJson(export.selection().layers()));
        metadata.put("heads", gson.toJson(export.selection().heads()));
        return metadata;
    }
}
