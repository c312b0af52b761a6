package dev.headlight.intellij;

import com.intellij.openapi.editor.colors.EditorColorsScheme;
import java.awt.Color;
import java.awt.Font;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.swing.UIManager;

/**
 * The IDE's colours, as a message to the page.
 *
 * @param type the message type
 * @param kind {@code light} or {@code dark}
 * @param variables colours and the font, by CSS variable
 */
record PageTheme(String type, String kind, Map<String, String> variables) {
    private static final String BACKGROUND = "--vscode-editor-background";

    /** Swing's names for the page's colours. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("--vscode-editorWidget-background", "Panel.background"),
            Map.entry("--vscode-panel-border", "Separator.foreground"),
            Map.entry("--vscode-descriptionForeground", "Label.disabledForeground"),
            Map.entry("--vscode-errorForeground", "Label.errorForeground"),
            Map.entry("--vscode-input-background", "TextField.background"),
            Map.entry("--vscode-input-border", "Component.borderColor"),
            Map.entry("--vscode-focusBorder", "Component.focusColor"),
            Map.entry("--vscode-button-background", "Button.default.startBackground"),
            Map.entry("--vscode-button-foreground", "Button.default.foreground"),
            Map.entry("--vscode-list-hoverBackground", "List.hoverBackground"),
            Map.entry("--vscode-list-inactiveSelectionBackground", "List.selectionInactiveBackground"));

    static PageTheme of(EditorColorsScheme scheme) {
        return of(scheme, UIManager::getColor, UIManager.getFont("Label.font"));
    }

    /**
     * @param named returns a colour of the user interface by name, or null
     * @param font of the user interface, or null
     */
    static PageTheme of(EditorColorsScheme scheme, Function<String, Color> named, Font font) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put(BACKGROUND, css(scheme.getDefaultBackground()));
        variables.put("--vscode-editor-foreground", css(scheme.getDefaultForeground()));
        NAMES.forEach((variable, name) -> {
            Color color = named.apply(name);
            if (color != null) {
                variables.put(variable, css(color));
            }
        });
        if (font != null) {
            variables.put(
                    "--vscode-font-family", "\"" + font.getFamily().replaceAll("[\"\\\\;<>]", "") + "\", sans-serif");
        }
        return new PageTheme(
                "theme", Colors.isDark(scheme.getDefaultBackground()) ? "dark" : "light", Map.copyOf(variables));
    }

    String background() {
        return variables.get(BACKGROUND);
    }

    private static String css(Color color) {
        return String.format("#%02x%02x%02x", color.getRed(), color.getGreen(), color.getBlue());
    }
}
