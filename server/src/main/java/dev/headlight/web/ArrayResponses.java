package dev.headlight.web;

import com.google.gson.Gson;
import dev.headlight.export.Content;
import dev.headlight.export.OverviewArrays;
import dev.headlight.inspect.Difference;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** ArrayResponses as the page gets them: in the safetensors format, which says their names, types and shapes. */
final class ArrayResponses {
    private ArrayResponses() {}

    /** {@code attention}: U8 [H, T, T], 255 · weight. */
    static byte[] layer(int heads, int tokens, byte[] quantized) {
        return written(List.of(Array.bytes("attention", heads, tokens, tokens)), writer -> writer.write(quantized));
    }

    /** {@code attention}: F32, of the shape of the matrix. */
    static byte[] attention(Matrix matrix) {
        return written(
                List.of(Array.floats("attention", matrix.rows(), matrix.columns())),
                writer -> writer.write(matrix.values()));
    }

    /** {@code query} and {@code key}: F32 [T, d]. */
    static byte[] vectors(Matrix query, Matrix key) {
        List<Array> arrays = List.of(floats("query", query), floats("key", key));
        return written(arrays, writer -> {
            writer.write(query.values());
            writer.write(key.values());
        });
    }

    /** The same, and {@code crossQuery} F32 [target, d] and {@code crossKey} F32 [source, d] of an encoder-decoder. */
    static byte[] vectors(Matrix query, Matrix key, Matrix crossQuery, Matrix crossKey) {
        List<Array> arrays = List.of(
                floats("query", query),
                floats("key", key),
                floats("crossQuery", crossQuery),
                floats("crossKey", crossKey));
        return written(arrays, writer -> {
            for (Matrix matrix : List.of(query, key, crossQuery, crossKey)) {
                writer.write(matrix.values());
            }
        });
    }

    private static Array floats(String name, Matrix matrix) {
        return Array.floats(name, matrix.rows(), matrix.columns());
    }

    /** {@code thumbnails} and {@code patterns} of all heads. */
    static byte[] overview(Inspection inspection, Overview overview) {
        return bytes(out -> OverviewArrays.write(out, inspection, overview));
    }

    /** {@code distances} F32 [L, H], of an encoder-decoder [3, L, H], and {@code thumbnails} U8 [L, H, s, s]; {@code aligned} in the metadata. */
    static byte[] difference(Inspection inspection, Difference difference) {
        int layers = inspection.layers();
        int heads = inspection.heads();
        List<Array> arrays = List.of(
                inspection.blocks().size() == 1
                        ? Array.floats("distances", layers, heads)
                        : Array.floats("distances", inspection.blocks().size(), layers, heads),
                Array.bytes("thumbnails", layers, heads, difference.side(), difference.side()));
        List<List<Integer>> aligned = difference.alignment().pairs().stream()
                .map(pair -> List.of(pair.first(), pair.second()))
                .toList();
        return written(arrays, Map.of("aligned", new Gson().toJson(aligned)), writer -> {
            writer.write(difference.distances());
            writer.write(difference.thumbnails());
        });
    }

    private interface Numbers {
        void writeTo(SafeTensorsWriter writer) throws IOException;
    }

    private static byte[] written(List<Array> arrays, Numbers numbers) {
        return written(arrays, Map.of(), numbers);
    }

    private static byte[] written(List<Array> arrays, Map<String, String> metadata, Numbers numbers) {
        return bytes(out -> {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata);
            numbers.writeTo(writer);
            writer.finish();
        });
    }

    private static byte[] bytes(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
