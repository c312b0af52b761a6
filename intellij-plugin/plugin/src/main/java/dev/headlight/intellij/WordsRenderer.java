package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.EditorCustomElementRenderer;
import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.colors.EditorFontType;
import com.intellij.openapi.editor.markup.TextAttributes;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.util.List;

/** Draws words side by side, each on its own background; the one that Tab accepts stands out. */
final class WordsRenderer implements EditorCustomElementRenderer {
    /** Words are smaller than the text, to tell them apart from it. */
    private static final float SIZE = 0.9f;

    private final List<String> words;
    private int focused;

    WordsRenderer(List<String> words) {
        this.words = words;
    }

    int focused() {
        return focused;
    }

    void focus(int word) {
        focused = word;
    }

    /** Lengths in pixels, proportional to the font. */
    private record Layout(Font font, FontMetrics metrics, int gap, int padding) {
        static Layout of(Editor editor) {
            Font plain = editor.getColorsScheme().getFont(EditorFontType.PLAIN);
            Font font = plain.deriveFont(plain.getSize2D() * SIZE);
            int unit = Math.max(2, Math.round(plain.getSize2D() / 4));
            return new Layout(font, editor.getContentComponent().getFontMetrics(font), unit, unit + unit / 2);
        }

        int width(String word) {
            return metrics.stringWidth(word) + 2 * padding;
        }
    }

    @Override
    public int calcWidthInPixels(@SuppressWarnings("rawtypes") Inlay inlay) {
        Layout layout = Layout.of(inlay.getEditor());
        return words.stream()
                        .mapToInt(word -> layout.width(word) + layout.gap())
                        .sum()
                + layout.gap();
    }

    /** The word at a distance in pixels from the left, or -1 between words. */
    int wordAt(Editor editor, int x) {
        Layout layout = Layout.of(editor);
        int left = layout.gap();
        for (int i = 0; i < words.size(); i++) {
            int right = left + layout.width(words.get(i));
            if (left <= x && x < right) {
                return i;
            }
            left = right + layout.gap();
        }
        return -1;
    }

    @Override
    public void paint(
            @SuppressWarnings("rawtypes") Inlay inlay, Graphics graphics, Rectangle region, TextAttributes attributes) {
        Editor editor = inlay.getEditor();
        EditorColorsScheme scheme = editor.getColorsScheme();
        Layout layout = Layout.of(editor);
        Graphics2D pen = (Graphics2D) graphics.create();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setFont(layout.font());
        int left = region.x + layout.gap();
        for (int i = 0; i < words.size(); i++) {
            int width = layout.width(words.get(i));
            pen.setColor(ground(scheme, i == focused));
            pen.fillRoundRect(left, region.y + 1, width, region.height - 2, 2 * layout.gap(), 2 * layout.gap());
            pen.setColor(ink(scheme, i == focused));
            pen.drawString(words.get(i), left + layout.padding(), region.y + editor.getAscent());
            left += width + layout.gap();
        }
        pen.dispose();
    }

    static Color ground(EditorColorsScheme scheme, boolean focused) {
        Color paper = scheme.getDefaultBackground();
        return focused
                ? Colors.over(paper, Colors.accent(scheme), 0.28)
                : Colors.over(paper, scheme.getDefaultForeground(), 0.09);
    }

    /** The colour of a word, readable on its {@link #ground}. */
    static Color ink(EditorColorsScheme scheme, boolean focused) {
        Color ground = ground(scheme, focused);
        return Colors.readable(Colors.over(ground, scheme.getDefaultForeground(), focused ? 1 : 0.75), ground);
    }
}
