package com.intellij.ui;

import java.awt.Color;

/** Replaces the IDE's class. */
public class JBColor extends Color {
    private static final long serialVersionUID = 1;

    public JBColor(Color light, Color dark) {
        super(light.getRGB());
    }

    public static Color foreground() {
        return BLACK;
    }

    public static JBColor namedColor(String name, Color otherwise) {
        return new JBColor(otherwise, otherwise);
    }
}
