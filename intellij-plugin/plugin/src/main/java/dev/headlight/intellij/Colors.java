package dev.headlight.intellij;

import com.intellij.openapi.editor.colors.EditorColorsScheme;
import java.awt.Color;

/** Colours that match an editor's, whichever its colour scheme is. */
final class Colors {
    /** The least contrast of text (WCAG 2, level AA). */
    static final double READABLE = 4.5;

    private static final Color BLUE = new Color(47, 111, 214);
    private static final Color LIGHT_BLUE = new Color(110, 163, 245);

    private static final Color ORANGE = new Color(199, 92, 0);
    private static final Color LIGHT_ORANGE = new Color(240, 158, 77);

    private static final double STEP = 0.05;

    private Colors() {}

    static boolean isDark(Color background) {
        return contrast(background, Color.WHITE) > contrast(background, Color.BLACK);
    }

    /** A colour that stands out on an editor's background. */
    static Color accent(EditorColorsScheme scheme) {
        Color paper = scheme.getDefaultBackground();
        return readable(isDark(paper) ? LIGHT_BLUE : BLUE, paper);
    }

    /** The opposite colour, for what speaks for a word. */
    static Color warm(EditorColorsScheme scheme) {
        Color paper = scheme.getDefaultBackground();
        return readable(isDark(paper) ? LIGHT_ORANGE : ORANGE, paper);
    }

    /** The colour that is nearest to another and readable on a ground. */
    static Color readable(Color color, Color ground) {
        Color farthest = isDark(ground) ? Color.WHITE : Color.BLACK;
        for (double towards = 0; towards < 1; towards += STEP) {
            Color mixed = over(color, farthest, towards);
            if (contrast(mixed, ground) >= READABLE) {
                return mixed;
            }
        }
        return farthest;
    }

    /** The contrast of two colours by WCAG 2, 1 to 21. */
    static double contrast(Color a, Color b) {
        double one = luminance(a) + 0.05;
        double other = luminance(b) + 0.05;
        return Math.max(one, other) / Math.min(one, other);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(int value) {
        double share = value / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    /** Blends one colour over another; at opacity 0 the lower is unchanged, at 1 it is hidden. */
    static Color over(Color lower, Color upper, double opacity) {
        return new Color(
                mixed(lower.getRed(), upper.getRed(), opacity),
                mixed(lower.getGreen(), upper.getGreen(), opacity),
                mixed(lower.getBlue(), upper.getBlue(), opacity));
    }

    private static int mixed(int lower, int upper, double opacity) {
        return (int) Math.round(lower + (upper - lower) * opacity);
    }
}
