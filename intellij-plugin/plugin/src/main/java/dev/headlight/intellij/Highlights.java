package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.markup.EffectType;
import com.intellij.openapi.editor.markup.HighlighterTargetArea;
import com.intellij.openapi.editor.markup.RangeHighlighter;
import com.intellij.openapi.editor.markup.TextAttributes;
import dev.headlight.client.Highlight;
import dev.headlight.client.Highlight.Light;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames words in editors: the more attention they receive, the stronger; or orange for what speaks for a word, and blue
 * for what speaks for the other one. A frame leaves the text as readable as it was, in every colour scheme.
 */
final class Highlights {
    /** Above warnings and the word under the caret, below links and the selection. */
    private static final int LAYER = 5700;
    /** The opacity of the faintest frame. That of the strongest is 1. */
    private static final double FAINTEST = 0.15;

    private final List<Lit> lit = new ArrayList<>();

    private record Lit(Editor editor, RangeHighlighter highlighter) {}

    /** Shows these highlights in these editors, and removes all earlier ones. */
    void show(List<EditorWords> editors, Highlight highlight) {
        clear();
        for (EditorWords words : editors) {
            for (Light light : highlight.lights()) {
                lit.add(new Lit(words.editor(), add(words.editor(), light, highlight.effects())));
            }
        }
    }

    private static RangeHighlighter add(Editor editor, Light light, boolean effects) {
        return editor.getMarkupModel()
                .addRangeHighlighter(
                        light.span().start(),
                        light.span().end(),
                        LAYER,
                        attributes(editor.getColorsScheme(), light.share(), effects),
                        HighlighterTargetArea.EXACT_RANGE);
    }

    static TextAttributes attributes(EditorColorsScheme scheme, double share, boolean effect) {
        TextAttributes attributes = new TextAttributes();
        Color color = effect && share > 0 ? Colors.warm(scheme) : Colors.accent(scheme);
        double opacity = FAINTEST + (1 - FAINTEST) * Math.abs(share);
        attributes.setEffectType(EffectType.ROUNDED_BOX);
        attributes.setEffectColor(Colors.over(scheme.getDefaultBackground(), color, opacity));
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
