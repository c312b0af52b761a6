package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Layers;
import dev.headlight.inspect.Origin;
import dev.headlight.tokens.Token;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import dev.headlight.weights.SafeTensorsWriter.Sized;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An inspection's arrays as safetensors, float32: {@code attention} [L, H, T, T], {@code query} and {@code key}
 * [L, H, T, d], of disentangled attention {@code positionKey} and {@code positionQuery} [L, H, 2T − 1, d], and {@code logits} [T, V] if those of every token were kept. Of an encoder-decoder there are such arrays
 * for each of its attentions, of the layers and tokens that it has: {@code encoderAttention}, {@code encoderQuery}, {@code
 * encoderKey}, {@code decoderAttention} and so on, {@code crossAttention} and so on; and {@code logits} [U, V] of the U
 * tokens that the decoder is given. The metadata holds model, text, tokens, attentions, the whole inspection, and which
 * layers and heads are there.
 */
public final class AttentionSafeTensors {
    /** Rows of logits in memory at a time. */
    private static final int ROWS = 16;

    private AttentionSafeTensors() {}

    /**
     * Writes a file.
     *
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export) {
        WholeFile.write(file, out -> write(out, export, size -> {}));
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @param sized hears of the file's size before the first byte is written
     */
    public static void write(OutputStream out, Export export, Sized sized) throws IOException {
        Layers layers = export.layers();
        List<AttentionShape> attentions = export.inspection().attentions();
        int logits = everyLogit(export) ? layers.logitRows() : 0;
        List<Array> arrays = new ArrayList<>();
        for (AttentionShape attention : attentions) {
            arrays.add(export.weights(attention));
            arrays.addAll(export.vectors(attention));
        }
        if (logits > 0) {
            arrays.add(Array.floats("logits", logits, layers.vocabulary()));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata(export), sized);
        for (AttentionShape attention : attentions) {
            export.writeAttention(writer, attention);
            export.writeVectors(writer, attention);
        }
        for (int row = 0; row < logits; row += ROWS) {
            writer.write(layers.logits(row, Math.min(row + ROWS, logits)).values());
        }
        writer.finish();
    }

    /** Whether the logits of every token that has any were kept: the queries of the last attention. */
    private static boolean everyLogit(Export export) {
        List<AttentionShape> attentions = export.inspection().attentions();
        return export.layers().logitRows()
                == attentions.get(attentions.size() - 1).queries().length();
    }

    private static Map<String, String> metadata(Export export) {
        Gson gson = new Gson();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", export.inspection().model());
        Origin origin = export.inspection().origin();
        origin.revision().ifPresent(revision -> metadata.put("revision", revision));
        origin.headlight().ifPresent(version -> metadata.put("headlight", version));
        Map<String, String> hashes = origin.weights().soon();
        if (!hashes.isEmpty()) {
            metadata.put("sha256", gson.toJson(InspectionJson.hashes(hashes)));
        }
        metadata.put("text", export.inspection().text());
        export.inspection().pair().ifPresent(pair -> metadata.put("pair", pair));
        if (!export.inspection().takenOut().isNothing()) {
            metadata.put(
                    "without", gson.toJson(WithoutJson.of(export.inspection().takenOut())));
        }
        metadata.put(
                "tokens",
                gson.toJson(
                        export.inspection().tokens().stream().map(Token::text).toList()));
        metadata.put(
                "attentions",
                gson.toJson(InspectionJson.attentions(export.inspection().attentions())));
        metadata.put("inspection", gson.toJson(InspectionJson.of(export)));
        metadata.put("layers", gson.toJson(export.selection().layers()));
        metadata.put("heads", gson.toJson(export.selection().heads()));
        return metadata;
    }
}
