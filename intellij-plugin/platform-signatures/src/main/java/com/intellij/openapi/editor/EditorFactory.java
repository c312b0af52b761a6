package com.intellij.openapi.editor;

public abstract class EditorFactory {
    EditorFactory() {}

    public static EditorFactory getInstance() {
        throw new AssertionError();
    }

    public abstract Editor[] getAllEditors();
}
