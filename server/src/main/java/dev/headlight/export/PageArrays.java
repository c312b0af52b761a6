package dev.headlight.export;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.PositionTerm;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.inspect.TakenOut;
import dev.headlight.text.Span;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a page, as safetensors. Of each attention, named by its kind:
 *
 * <ul>
 *   <li>{@code vectors} U8 [L, H, 2, Q + K, d] and {@code steps} F32 [L, H, 2], its queries and keys, if they are known; of
 *       disentangled attention U8 [L, H, 2, Q + K + P · (2K − 1), d] and F32 [L, H, 2 + P], followed by those for distances of
 *       its P terms;
 *   <li>{@code attention} U8 [L, H, 2, Q, K], what is to be added to the attention of these, or to nothing: {@link
 *       RoundedHead} says how;
 *   <li>{@code patterns} and {@code thumbnails}, as in {@link OverviewArrays}.
 * </ul>
 */
final class PageArrays {
    private final Export export;
    private final boolean vectors;
    private final List<Overview> overviews = new ArrayList<>();

    /** Computes what has to be known before the first byte is written. */
    PageArrays(Export export) {
        this.export = export;
        this.vectors = export.inspection().headSize() > 0;
        for (AttentionShape attention : export.inspection().attentions()) {
            overviews.add(export.layers().overview(attention.kind(), Cancellation.NEVER));
        }
    }

    void write(OutputStream out) throws IOException {
        List<AttentionShape> attentions = export.inspection().attentions();
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; i < attentions.size(); i++) {
            arrays.addAll(arrays(attentions.get(i), overviews.get(i)));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, OverviewArrays.metadata());
        for (int i = 0; i < attentions.size(); i++) {
            AttentionShape attention = attentions.get(i);
            if (vectors) {
                writeVectors(writer, attention);
            }
            writeWeights(writer, attention);
            OverviewArrays.write(
                    writer, attention, overviews.get(i), export.layers().held(), export.selection());
        }
        writer.finish();
    }

    private List<Array> arrays(AttentionShape attention, Overview overview) {
        AttentionKind kind = attention.kind();
        int layers = export.selection().layersOf(attention).size();
        int heads = export.selection().heads().size();
        int queries = attention.queries().length();
        int keys = attention.keys().length();
        List<Array> arrays = new ArrayList<>();
        if (vectors) {
            int size = export.inspection().headSize();
            int terms = attention.terms().size();
            int rows = queries + keys + terms * (2 * keys - 1);
            arrays.add(Array.bytes(kind.arrayName("vectors"), layers, heads, RoundedHead.PLANES, rows, size));
            arrays.add(Array.floats(kind.arrayName("steps"), layers, heads, 2 + terms));
        }
        arrays.add(Array.bytes(kind.arrayName("attention"), layers, heads, RoundedHead.PLANES, queries, keys));
        arrays.addAll(OverviewArrays.arrays(kind::arrayName, attention, overview, export.selection()));
        return arrays;
    }

    private void writeVectors(SafeTensorsWriter writer, AttentionShape attention) throws IOException {
        List<float[]> steps = new ArrayList<>();
        for (int layer : export.selection().layersOf(attention)) {
            eachHead(attention, layer, head -> {
                writer.write(head.vectors());
                steps.add(head.steps());
            });
        }
        for (float[] ofHead : steps) {
            writer.write(ofHead);
        }
    }

    private void writeWeights(SafeTensorsWriter writer, AttentionShape attention) throws IOException {
        for (int layer : export.selection().layersOf(attention)) {
            if (vectors) {
                eachHead(attention, layer, head -> writer.write(head.corrections()));
            } else {
                export.eachHead(attention, layer, (head, weights) -> writer.write(RoundedHead.weights(weights)));
            }
        }
    }

    private interface Visitor {
        void visit(RoundedHead head) throws IOException;
    }

    private void eachHead(AttentionShape attention, int layer, Visitor visitor) throws IOException {
        List<Matrix> queries = export.layers().queries(attention.kind(), layer);
        List<Matrix> keys = export.layers().keys(attention.kind(), layer);
        Map<PositionTerm, List<Matrix>> positions = new EnumMap<>(PositionTerm.class);
        attention
                .terms()
                .forEach(term -> positions.put(term, export.layers().positions(attention.kind(), layer, term)));
        export.eachHead(attention, layer, (head, weights) -> {
            int place = export.place(head);
            Map<PositionTerm, Matrix> ofHead = new EnumMap<>(PositionTerm.class);
            positions.forEach((term, all) -> ofHead.put(term, all.get(place)));
            visitor.visit(new RoundedHead(
                    queries.get(place), keys.get(place), ofHead, weights, score(attention, layer, head)));
        });
    }

    private RoundedHead.Score score(AttentionShape attention, int layer, int head) {
        TakenOut out = export.inspection().takenOut();
        Span queries = attention.queries();
        Span keys = attention.keys();
        boolean whole = out.hidden().isEmpty() && out.edges().isEmpty();
        return (query, key, product) -> {
            boolean sees = attention.sees(layer, query, key)
                    && (whole
                            || !out.hidden().contains(keys.start() + key)
                                    && !out.edges()
                                            .contains(new TakenOut.Edge(
                                                    attention.kind(),
                                                    layer,
                                                    head,
                                                    queries.start() + query,
                                                    keys.start() + key)));
            return sees ? attention.score(head, query, key, product) : Double.NEGATIVE_INFINITY;
        };
    }
}
