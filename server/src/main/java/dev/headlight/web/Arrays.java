package dev.headlight.web;

import dev.headlight.inspect.HeadPatterns;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.inspect.Pattern;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Arrays as the page gets them: in the safetensors format, which says their names, types and shapes. */
final class Arrays {
    private Arrays() {}

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
        List<Array> arrays = List.of(
                Array.floats("query", query.rows(), query.columns()), Array.floats("key", key.rows(), key.columns()));
        return written(arrays, writer -> {
            writer.write(query.values());
            writer.write(key.values());
        });
    }

    /** {@code thumbnails}: U8 [L, H, side, side], and {@code patterns}: F32 [L, H, pattern], NaN where none can show. */
    static byte[] overview(Overview overview) {
        int layers = overview.patterns().size();
        int heads = overview.patterns().get(0).size();
        Pattern[] patterns = Pattern.values();
        List<Array> arrays = List.of(
                Array.floats("patterns", layers, heads, patterns.length),
                Array.bytes("thumbnails", layers, heads, overview.side(), overview.side()));
        return written(arrays, writer -> {
            for (List<HeadPatterns> ofLayer : overview.patterns()) {
                for (HeadPatterns head : ofLayer) {
                    float[] measures = new float[patterns.length];
                    for (Pattern pattern : patterns) {
                        measures[pattern.ordinal()] = head.measures()
                                .getOrDefault(pattern, Double.NaN)
                                .floatValue();
                    }
                    writer.write(measures);
                }
            }
            writer.write(overview.thumbnails());
        });
    }

    private interface Numbers {
        void writeTo(SafeTensorsWriter writer) throws IOException;
    }

    private static byte[] written(List<Array> arrays, Numbers numbers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, Map.of());
            numbers.writeTo(writer);
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
