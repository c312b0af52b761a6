package com.intellij.openapi.editor;

import com.intellij.openapi.editor.markup.TextAttributes;
import java.awt.Graphics;
import java.awt.Rectangle;

public interface EditorCustomElementRenderer {
    int calcWidthInPixels(@SuppressWarnings("rawtypes") Inlay inlay);

    default void paint(
            @SuppressWarnings("rawtypes") Inlay inlay,
            Graphics graphics,
            Rectangle region,
            TextAttributes attributes) {}
}
