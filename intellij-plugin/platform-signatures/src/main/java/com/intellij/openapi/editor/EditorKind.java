package com.intellij.openapi.editor;

public enum EditorKind {
    UNTYPED,
    MAIN_EDITOR,
    CONSOLE,
    PREVIEW,
    DIFF
}
