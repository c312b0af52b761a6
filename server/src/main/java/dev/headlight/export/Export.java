package dev.headlight.export;

import dev.headlight.inspect.Block;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Layers;
import dev.headlight.inspect.Matrix;
import dev.headlight.weights.SafeTensorsWriter;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What is exported.
 *
 * @param inspection what was found out
 * @param layers where its heads look
 * @param selection which of them are written
 */
public record Export(Inspection inspection, Layers layers, Selection selection) {

    /** Some heads of an inspection that is at hand. */
    public static Export of(Inspected inspected, Selection selection) {
        return new Export(inspected.inspection(), inspected.heads(), selection);
    }

    /** The shape of an array with a matrix for each head: [L, H, T, columns]. */
    long[] shape(int columns) {
        return shape(inspection.tokens().size(), columns);
    }

    /** The same of matrices of other rows. */
    long[] shape(int rows, int columns) {
        return new long[] {selection.layers().size(), selection.heads().size(), rows, columns};
    }

    /** The layers that are selected and have a block. */
    List<Integer> layers(Block block) {
        return selection.layers().stream()
                .filter(layer -> layer < block.layers())
                .toList();
    }

    /** Writes a block of each head's attention, layer by layer. */
    void write(SafeTensorsWriter writer, Block block) throws IOException {
        for (int layer : layers(block)) {
            List<Matrix> attention = layers.layer(layer);
            for (int head : selection.heads()) {
                writer.write(block.of(attention.get(head)).values());
            }
        }
    }

    /** Writes a matrix of each head, layer by layer. */
    void write(SafeTensorsWriter writer, IntFunction<List<Matrix>> ofLayer) throws IOException {
        for (int layer : selection.layers()) {
            List<Matrix> heads = ofLayer.apply(layer);
            for (int head : selection.heads()) {
                writer.write(heads.get(head).values());
            }
        }
    }
}
