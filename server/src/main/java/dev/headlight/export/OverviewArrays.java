package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.HeadPatterns;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Overview;
import dev.headlight.inspect.Selection;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The overview of an attention as safetensors: {@code patterns} F32 [L, H, 17], NaN if no token could show one, and
 * {@code thumbnails} U8 [L, H, rows, columns]. The metadata holds the patterns' names and thresholds, in their order.
 */
public final class OverviewArrays {
    private static final List<HeadPattern> PATTERNS = List.of(HeadPattern.values());

    private OverviewArrays() {}

    /** Writes the overview of all heads of an attention. */
    public static void write(OutputStream out, Inspection inspection, AttentionShape attention, Overview overview)
            throws IOException {
        Selection all = Selection.all(inspection);
        List<Array> arrays = arrays(name -> name, attention, overview, all);
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, metadata());
        write(writer, attention, overview, all, all);
        writer.finish();
    }

    /**
     * The arrays that {@link #write(SafeTensorsWriter, AttentionShape, Overview, Selection)} writes.
     *
     * @param name what an array is called
     */
    static List<Array> arrays(
            UnaryOperator<String> name, AttentionShape attention, Overview overview, Selection selection) {
        int layers = selection.layersOf(attention).size();
        int heads = selection.heads().size();
        return List.of(
                Array.floats(name.apply("patterns"), layers, heads, PATTERNS.size()),
                Array.bytes(name.apply("thumbnails"), layers, heads, overview.rows(), overview.columns()));
    }

    static Map<String, String> metadata() {
        Gson gson = new Gson();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(
                "patterns",
                gson.toJson(PATTERNS.stream().map(HeadPattern::label).toList()));
        metadata.put(
                "thresholds",
                gson.toJson(PATTERNS.stream().map(HeadPattern::threshold).toList()));
        return metadata;
    }

    /**
     * Writes what an overview says of some heads.
     *
     * @param held the layers and heads that the overview is of
     */
    static void write(
            SafeTensorsWriter writer, AttentionShape attention, Overview overview, Selection held, Selection selection)
            throws IOException {
        List<Integer> layers = places(held.layersOf(attention), selection.layersOf(attention));
        List<Integer> heads = places(held.heads(), selection.heads());
        for (int layer : layers) {
            for (int head : heads) {
                writer.write(measures(overview.patterns().get(layer).get(head)));
            }
        }
        for (int layer : layers) {
            for (int head : heads) {
                writer.write(overview.thumbnail(layer, head));
            }
        }
    }

    private static List<Integer> places(List<Integer> held, List<Integer> selected) {
        return selected.stream().map(held::indexOf).toList();
    }

    private static float[] measures(HeadPatterns head) {
        float[] measures = new float[PATTERNS.size()];
        Arrays.fill(measures, Float.NaN);
        head.measures().forEach((pattern, measure) -> measures[pattern.ordinal()] = measure.floatValue());
        return measures;
    }
}
