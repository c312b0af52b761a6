package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
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
 * [L, H, T, d], and {@code logits} [T, V] where they were kept. The metadata holds model, text, tokens, and which layers
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
    public static void write(Path file, Inspected inspected, Selection selection) {
        WholeFile.write(file, out -> write(out, inspected, selection));
    }

    private static void write(OutputStream out, Inspected inspected, Selection selection) throws IOException {
        Heads heads = inspected.heads();
        long layers = selection.layers().size();
        long shown = selection.heads().size();
        long tokens = heads.tokens();
        List<Array> arrays = new ArrayList<>();
        arrays.add(Array.floats("attention", layers, shown, tokens, tokens));
        arrays.add(Array.floats("query", layers, shown, tokens, heads.headSize()));
        arrays.add(Array.floats("key", layers, shown, tokens, heads.headSize()));
        if (heads.logitRows() > 0) {
            arrays.add(Array.floats("logits", heads.logitRows(), heads.vocabulary()));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata(inspected, selection));
        QueriesAndKeys.each(writer, selection, heads::layer);
        QueriesAndKeys.each(writer, selection, heads::queries);
        QueriesAndKeys.each(writer, selection, heads::keys);
        for (int row = 0; row < heads.logitRows(); row += ROWS) {
            writer.write(
                    heads.logits(row, Math.min(row + ROWS, heads.logitRows())).values());
        }
        writer.finish();
    }

    private static Map<String, String> metadata(Inspected inspected, Selection selection) {
        Gson gson = new Gson();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", inspected.inspection().model());
        metadata.put("text", inspected.inspection().text());
        inspected.inspection().pair().ifPresent(pair -> metadata.put("pair", pair));
        metadata.put(
                "tokens",
                gson.toJson(inspected.inspection().tokens().stream()
                        .map(Token::text)
                        .toList()));
        metadata.put("layers", gson.toJson(selection.layers()));
        metadata.put("heads", gson.toJson(selection.heads()));
        return metadata;
    }
}
