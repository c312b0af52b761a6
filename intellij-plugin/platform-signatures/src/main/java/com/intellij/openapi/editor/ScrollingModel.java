package com.intellij.openapi.editor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.event.VisibleAreaListener;

public interface ScrollingModel {
    default void addVisibleAreaListener(VisibleAreaListener listener, Disposable parent) {
        throw new AssertionError();
    }
}
