package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.markup.HighlighterTargetArea;
import com.intellij.openapi.editor.markup.RangeHighlighter;
import com.intellij.openapi.editor.markup.TextAttributes;
import dev.headlight.client.Highlight.Light;
import java.util.ArrayList;
import java.util.List;

/** Lights up words of editors: the strongest most, others by their share of its weight. */
final class Highlights {
    /** Above warnings and the word under the caret, below links and what is selected. */
    private static final int LAYER = 5700;
    /** What is fainter than this, beside the strongest, is not lit up. */
    private static final double LEAST = 0.05;
    /** How much of the editor's background the strongest hides. */
    private static final double STRONGEST = 0.36;

    private final List<Lit> lit = new ArrayList<>();

    private record Lit(Editor editor, RangeHighlighter highlighter) {}

    /** Shows these lights in these editors, and no others anywhere. */
    void show(List<EditorWords> editors, List<Light> lights) {
        clear();
        double strongest = lights.stream().mapToDouble(Light::weight).max().orElse(1);
        for (EditorWords words : editors) {
            for (Light light : lights) {
                double share =
                        light.weight() / strongest; // of many words each gets little: what counts is which gets most
                if (share >= LEAST) {
                    lit.add(new Lit(words.editor(), add(words.editor(), light, share)));
                }
            }
        }
    }

    private static RangeHighlighter add(Editor editor, Light light, double share) {
        return editor.getMarkupModel()
                .addRangeHighlighter(
                        light.span().start(),
                        light.span().end(),
                        LAYER,
                        attributes(editor.getColorsScheme(), share),
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
