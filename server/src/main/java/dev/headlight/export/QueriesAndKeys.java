package dev.headlight.export;

import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Matrix;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Writes arrays of a selection's heads, [L, H, T, d] each. */
final class QueriesAndKeys {
    private QueriesAndKeys() {}

    /** {@code query} and {@code key} as safetensors: all that attention is computed from. */
    static void write(OutputStream out, Heads heads, Selection selection) throws IOException {
        long[] shape = {selection.layers().size(), selection.heads().size(), heads.tokens(), heads.headSize()};
        List<Array> arrays = List.of(Array.floats("query", shape), Array.floats("key", shape));
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, Map.of());
        each(writer, selection, heads::queries);
        each(writer, selection, heads::keys);
        writer.finish();
    }

    /** Writes a matrix of every head of a selection, layer by layer. */
    static void each(SafeTensorsWriter writer, Selection selection, IntFunction<List<Matrix>> ofLayer)
            throws IOException {
        for (int layer : selection.layers()) {
            List<Matrix> heads = ofLayer.apply(layer);
            for (int head : selection.heads()) {
                writer.write(heads.get(head).values());
            }
        }
    }
}
