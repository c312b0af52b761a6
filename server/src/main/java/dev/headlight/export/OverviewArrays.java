package dev.headlight.export;

import com.google.gson.Gson;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.HeadPatterns;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Overview;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An overview as safetensors: {@code patterns} F32 [A, L, H, 9], NaN where no token could show one, and {@code
 * thumbnails} U8 [L, H, s, s]. A is 3 of an encoder-decoder, else the axis is left out. The metadata holds the patterns' names and thresholds, in their order.
 */
public final class OverviewArrays {
    private static final List<HeadPattern> PATTERNS = List.of(HeadPattern.values());

    private OverviewArrays() {}

    /** Writes the overview of all heads. */
    public static void write(OutputStream out, Inspection inspection, Overview overview) throws IOException {
        Selection all = Selection.all(inspection);
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays(overview, all), metadata());
        write(writer, overview, all);
        writer.finish();
    }

    /** The arrays that {@link #write(SafeTensorsWriter, Overview, Selection)} writes. */
    static List<Array> arrays(Overview overview, Selection selection) {
        int layers = selection.layers().size();
        int heads = selection.heads().size();
        return List.of(
                overview.parts().size() == 1
                        ? Array.floats("patterns", layers, heads, PATTERNS.size())
                        : Array.floats("patterns", overview.parts().size(), layers, heads, PATTERNS.size()),
                Array.bytes("thumbnails", layers, heads, overview.side(), overview.side()));
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

    static void write(SafeTensorsWriter writer, Overview overview, Selection selection) throws IOException {
        for (List<List<HeadPatterns>> part : overview.parts()) {
            for (int layer : selection.layers()) {
                for (int head : selection.heads()) {
                    writer.write(measures(part.get(layer).get(head)));
                }
            }
        }
        for (int layer : selection.layers()) {
            for (int head : selection.heads()) {
                writer.write(overview.thumbnail(layer, head));
            }
        }
    }

    private static float[] measures(HeadPatterns head) {
        float[] measures = new float[PATTERNS.size()];
        Arrays.fill(measures, Float.NaN);
        head.measures().forEach((pattern, measure) -> measures[pattern.ordinal()] = measure.floatValue());
        return measures;
    }
}
