package dev.headlight.export;

import dev.headlight.AttentionKind;
import dev.headlight.PositionTerm;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Layers;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Selection;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is exported.
 *
 * @param inspection the inspection
 * @param layers its attention
 * @param selection which layers and heads of it are written
 */
public record Export(Inspection inspection, Layers layers, Selection selection) {
    /** A layer of more bytes is read head by head: of 1,024 tokens and 32 heads it would take 128 MB. */
    private static final long MOST_AT_ONCE = 8L << 20;

    /** Some heads of an inspection whose heads are in memory. */
    public static Export of(Inspected inspected, Selection selection) {
        return new Export(inspected.inspection(), inspected.heads(), selection);
    }

    /** An array of float32 with a matrix for each head of an attention: [L, H, rows, columns]. */
    Array array(String what, AttentionShape attention, int rows, int columns) {
        return Array.floats(
                attention.kind().arrayName(what),
                selection.layersOf(attention).size(),
                selection.heads().size(),
                rows,
                columns);
    }

    /** The attention [L, H, Q, K]. */
    Array weights(AttentionShape attention) {
        return array(
                "attention",
                attention,
                attention.queries().length(),
                attention.keys().length());
    }

    /**
     * The queries [L, H, Q, d] and keys [L, H, K, d] of an attention, and of disentangled attention its keys and queries for
     * distances [L, H, 2K − 1, d]; none if only its weights are known.
     */
    List<Array> vectors(AttentionShape attention) {
        int headSize = inspection.headSize();
        if (headSize == 0) {
            return List.of();
        }
        List<Array> arrays = new ArrayList<>();
        arrays.add(array("query", attention, attention.queries().length(), headSize));
        arrays.add(array("key", attention, attention.keys().length(), headSize));
        attention
                .terms()
                .forEach(term -> arrays.add(
                        array(term.array(), attention, 2 * attention.keys().length() - 1, headSize)));
        return arrays;
    }

    /** Writes the queries and keys of an attention, and those for distances. */
    void writeVectors(SafeTensorsWriter writer, AttentionShape attention) throws IOException {
        if (inspection.headSize() == 0) {
            return;
        }
        write(writer, attention, layers::queries);
        write(writer, attention, layers::keys);
        for (PositionTerm term : attention.terms()) {
            write(writer, attention, (kind, layer) -> layers.positions(kind, layer, term));
        }
    }

    /** Reads a matrix for each head of a layer. */
    private interface Matrices {
        List<Matrix> of(AttentionKind kind, int layer);
    }

    /** Receives the heads of a layer. */
    interface HeadVisitor {
        void visit(int head, Matrix attention) throws IOException;
    }

    /** Shows a visitor the attention of each selected head of a layer, with no more than a few of them in memory. */
    void eachHead(AttentionShape attention, int layer, HeadVisitor visitor) throws IOException {
        long bytes = (long) Float.BYTES
                * layers.heads()
                * attention.queries().length()
                * attention.keys().length();
        List<Matrix> all = selection.heads().size() > 1 && bytes <= MOST_AT_ONCE
                ? layers.layer(attention.kind(), layer)
                : List.of();
        for (int head : selection.heads()) {
            visitor.visit(head, all.isEmpty() ? layers.head(attention.kind(), layer, head) : all.get(place(head)));
        }
    }

    /** Where a head stands among those that there are. */
    int place(int head) {
        return layers.held().heads().indexOf(head);
    }

    /** Writes the attention of each head, layer by layer. */
    void writeAttention(SafeTensorsWriter writer, AttentionShape attention) throws IOException {
        for (int layer : selection.layersOf(attention)) {
            eachHead(attention, layer, (head, matrix) -> writer.write(matrix.values()));
        }
    }

    /** Writes a matrix of each head of an attention, layer by layer. */
    private void write(SafeTensorsWriter writer, AttentionShape attention, Matrices matrices) throws IOException {
        for (int layer : selection.layersOf(attention)) {
            List<Matrix> heads = matrices.of(attention.kind(), layer);
            for (int head : selection.heads()) {
                writer.write(heads.get(place(head)).values());
            }
        }
    }
}
