package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.markup.HighlighterTargetArea;
import com.intellij.openapi.editor.markup.RangeHighlighter;
import com.intellij.openapi.editor.markup.TextAttributes;
import dev.headlight.client.Highlight.Light;
import java.util.ArrayList;
import java.util.List;

/** Highlights words in editors: the more attention they receive, the stronger. */
final class Highlights {
    /** Above warnings and the word under the caret, below links and the selection. */
    private static final int LAYER = 5700;
    /** The opacity of a span with the largest weight. */
    private static final double STRONGEST = 0.36;

    private final List<Lit> lit = new ArrayList<>();

    private record Lit(Editor editor, RangeHighlighter highlighter) {}

    /** Shows these highlights in these editors, and removes all earlier ones. */
    void show(List<EditorWords> editors, List<Light> lights) {
        clear();
        for (EditorWords words : editors) {
            for (Light light : lights) {
                lit.add(new Lit(words.editor(), add(words.editor(), light)));
            }
        }
    }

    private static RangeHighlighter add(Editor editor, Light light) {
        return editor.getMarkupModel()
                .addRangeHighlighter(
                        light.span().start(),
                        light.span().end(),
                        LAYER,
                        attributes(editor.getColorsScheme(), light.share()),
                        HighlighterTargetArea.EXACT_RANGE);
    }

    static TextAttributes attributes(EditorColorsScheme scheme, double share) {
        TextAttributes attributes = new TextAttributes();
        attributes.setBackgroundColor(
                Colors.over(scheme.getDefaultBackground(), Colors.accent(scheme), STRONGEST * share));
        return attributes;
    }

    void clear() {
        for (Lit one : lit) {
            if (!one.editor().isDisposed()) {
                one.editor().getMarkupModel().removeHighlighter(one.highlighter());
            }
        }
        lit.clear();
    }
}
