package com.intellij.openapi.editor.colors;

public abstract class EditorColorsManager {
    private EditorColorsManager() {}

    public abstract EditorColorsScheme getGlobalScheme();

    public static EditorColorsManager getInstance() {
        throw new AssertionError();
    }
}
