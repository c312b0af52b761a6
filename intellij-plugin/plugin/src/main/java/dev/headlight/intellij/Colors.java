package dev.headlight.intellij;

import com.intellij.openapi.editor.colors.EditorColorsScheme;
import java.awt.Color;

/** Colours that match an editor's. */
final class Colors {
    private static final Color BLUE = new Color(47, 111, 214);
    private static final Color LIGHT_BLUE = new Color(110, 163, 245);

    private static final Color ORANGE = new Color(199, 92, 0);
    private static final Color LIGHT_ORANGE = new Color(240, 158, 77);

    private Colors() {}

    static boolean isDark(Color background) {
        return 0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue() < 128;
    }

    /** A colour that stands out on an editor's background. */
    static Color accent(EditorColorsScheme scheme) {
        return isDark(scheme.getDefaultBackground()) ? LIGHT_BLUE : BLUE;
    }

    /** The opposite colour, for what speaks for a word. */
    static Color warm(EditorColorsScheme scheme) {
        return isDark(scheme.getDefaultBackground()) ? LIGHT_ORANGE : ORANGE;
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
