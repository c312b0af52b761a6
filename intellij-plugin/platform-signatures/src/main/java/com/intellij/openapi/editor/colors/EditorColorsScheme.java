package com.intellij.openapi.editor.colors;

import com.intellij.openapi.options.Scheme;
import com.intellij.openapi.options.SchemeMetaInfo;
import java.awt.Color;
import java.awt.Font;

public interface EditorColorsScheme extends Cloneable, TextAttributesScheme, Scheme, SchemeMetaInfo {
    Color getDefaultBackground();

    Color getDefaultForeground();

    Font getFont(EditorFontType type);
}
