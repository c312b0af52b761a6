package com.intellij.openapi.editor;

public interface SelectionModel {
    default String getSelectedText() {
        throw new AssertionError();
    }

    default int getSelectionEnd() {
        throw new AssertionError();
    }

    default int getSelectionStart() {
        throw new AssertionError();
    }

    default boolean hasSelection() {
        throw new AssertionError();
    }

    default void removeSelection() {
        throw new AssertionError();
    }
}
