package com.intellij.openapi.editor.colors;

public enum EditorFontType {
    PLAIN,
    BOLD,
    ITALIC,
    BOLD_ITALIC,
    CONSOLE_PLAIN,
    CONSOLE_BOLD,
    CONSOLE_ITALIC,
    CONSOLE_BOLD_ITALIC
}
