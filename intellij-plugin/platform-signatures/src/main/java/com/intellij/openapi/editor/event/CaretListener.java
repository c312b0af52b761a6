package com.intellij.openapi.editor.event;

import java.util.EventListener;

public interface CaretListener extends EventListener {
    default void caretPositionChanged(CaretEvent event) {}
}
