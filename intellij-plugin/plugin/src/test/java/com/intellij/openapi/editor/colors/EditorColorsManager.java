package com.intellij.openapi.editor.colors;

/** Replaces the IDE's class: one scheme. */
public abstract class EditorColorsManager {
    public static volatile EditorColorsScheme scheme;

    public static EditorColorsManager getInstance() {
        return new EditorColorsManager() {
            @Override
            public EditorColorsScheme getGlobalScheme() {
                return scheme;
            }
        };
    }

    public abstract EditorColorsScheme getGlobalScheme();
}
