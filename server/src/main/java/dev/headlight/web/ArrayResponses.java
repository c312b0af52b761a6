package dev.headlight.web;

import com.google.gson.Gson;
import dev.headlight.AttentionKind;
import dev.headlight.Measure;
import dev.headlight.export.Content;
import dev.headlight.export.OverviewArrays;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Difference;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays as the page gets them: in the safetensors format, which says their names, types and shapes. */
final class ArrayResponses {
    private ArrayResponses() {}

    /** What the numbers of a layer are, if they are no weights: {@code measure}, and {@code unit}, what 1 stands for. */
    static Map<String, String> measure(Heads heads, AttentionKind kind, int layer) {
        return heads.measure() == Measure.WEIGHT
                ? Map.of()
                : Map.of("measure", heads.measure().id(), "unit", String.valueOf((float) heads.unit(kind, layer)));
    }

    /** {@code attention}: U8 [H, Q, K], 255 · weight. */
    static byte[] layer(int heads, AttentionShape attention, byte[] quantized, Map<String, String> measure) {
        int queries = attention.queries().length();
        int keys = attention.keys().length();
        List<Array> arrays = List.of(Array.bytes("attention", heads, queries, keys));
        return written(arrays, measure, writer -> writer.write(quantized));
    }

    /** {@code attention}: F32, of the shape of the matrix. */
    static byte[] attention(Matrix matrix, Map<String, String> measure) {
        return written(List.of(floats("attention", matrix)), measure, writer -> writer.write(matrix.values()));
    }

    /**
     * {@code query} F32 [Q, d] and {@code key} F32 [K, d] of a head; of disentangled attention also {@code positionKey} and
     * {@code positionQuery} F32 [2K − 1, d].
     */
    static byte[] vectors(Heads heads, AttentionKind kind, int layer, int head) {
        Map<String, Matrix> matrices = new LinkedHashMap<>();
        matrices.put("query", heads.query(kind, layer, head));
        matrices.put("key", heads.key(kind, layer, head));
        heads.shape(kind).terms().forEach(term -> matrices.put(term.array(), heads.positions(kind, layer, head, term)));
        List<Array> arrays = matrices.entrySet().stream()
                .map(of -> floats(of.getKey(), of.getValue()))
                .toList();
        return written(arrays, writer -> {
            for (Matrix matrix : matrices.values()) {
                writer.write(matrix.values());
            }
        });
    }

    private static Array floats(String name, Matrix matrix) {
        return Array.floats(name, matrix.rows(), matrix.columns());
    }

    /** {@code thumbnails} and {@code patterns} of all heads of an attention. */
    static byte[] overview(Inspection inspection, AttentionShape attention, Overview overview) {
        return bytes(out -> OverviewArrays.write(out, inspection, attention, overview));
    }

    /** {@code distances} F32 [L, H] and {@code thumbnails} U8 [L, H, rows, columns]; {@code aligned} in the metadata. */
    static byte[] difference(int layers, int heads, Difference difference) {
        List<Array> arrays = List.of(
                Array.floats("distances", layers, heads),
                Array.bytes("thumbnails", layers, heads, difference.rows(), difference.columns()));
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
        Exact out = new Exact();
        try {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata, out::reserve);
            numbers.writeTo(writer);
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.bytes();
    }

    /** Bytes whose number is known first, so that they are in memory once. */
    private static final class Exact extends ByteArrayOutputStream {
        void reserve(long size) {
            buf = new byte[Math.toIntExact(size)];
        }

        byte[] bytes() {
            return buf;
        }
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
