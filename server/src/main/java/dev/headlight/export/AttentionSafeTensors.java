package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.Block;
import dev.headlight.inspect.Inspection.Sequences;
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
 * [L, H, T, d], and {@code logits} [T, V] where those of every token were kept. Of an encoder-decoder with S source and U
 * target tokens, {@code encoderAttention} [L, H, S, S], {@code decoderAttention} [L, H, U, U] and {@code crossAttention}
 * [L, H, U, S], each of the layers that it has, instead of {@code attention}; {@code crossQuery} [L, H, U, d] and {@code
 * crossKey} [L, H, S, d] too; and {@code logits} [U, V]. The metadata holds model, text, tokens, and which layers
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
        int source = export.inspection().sequences().map(Sequences::source).orElse(0);
        int logits = layers.logitRows() == tokens - source ? tokens - source : 0;
        List<Array> arrays = new ArrayList<>();
        for (Block block : export.inspection().blocks()) {
            int count = export.layers(block).size();
            int heads = export.selection().heads().size();
            arrays.add(Array.floats(
                    block.name(),
                    count,
                    heads,
                    block.queries().size(),
                    block.keys().size()));
        }
        arrays.add(Array.floats("query", export.shape(headSize)));
        arrays.add(Array.floats("key", export.shape(headSize)));
        if (source > 0) {
            arrays.addAll(crossArrays(export));
        }
        if (logits > 0) {
            arrays.add(Array.floats("logits", logits, layers.vocabulary()));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata(export));
        for (Block block : export.inspection().blocks()) {
            export.write(writer, block);
        }
        export.write(writer, layers::queries);
        export.write(writer, layers::keys);
        if (source > 0) {
            writeCross(writer, export);
        }
        for (int row = 0; row < logits; row += ROWS) {
            writer.write(layers.logits(row, Math.min(row + ROWS, logits)).values());
        }
        writer.finish();
    }

    /** {@code crossQuery} [L, H, target, d] and {@code crossKey} [L, H, source, d] of an encoder-decoder. */
    static List<Array> crossArrays(Export export) {
        int tokens = export.inspection().tokens().size();
        int source = export.inspection().sequences().orElseThrow().source();
        int headSize = export.inspection().headSize();
        return List.of(
                Array.floats("crossQuery", export.shape(tokens - source, headSize)),
                Array.floats("crossKey", export.shape(source, headSize)));
    }

    static void writeCross(SafeTensorsWriter writer, Export export) throws IOException {
        export.write(writer, export.layers()::crossQueries);
        export.write(writer, export.layers()::crossKeys);
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
        export.inspection().sequences().ifPresent(sequences -> {
            metadata.put("source", String.valueOf(sequences.source()));
            metadata.put("encoderLayers", String.valueOf(sequences.encoderLayers()));
            metadata.put("decoderLayers", String.valueOf(sequences.decoderLayers()));
        });
        metadata.put("layers", gson.toJson(export.selection().layers()));
        metadata.put("heads", gson.toJson(export.selection().heads()));
        return metadata;
    }
}
