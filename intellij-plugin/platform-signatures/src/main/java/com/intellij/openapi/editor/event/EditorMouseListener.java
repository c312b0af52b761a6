package com.intellij.openapi.editor.event;

import java.util.EventListener;

public interface EditorMouseListener extends EventListener {
    default void mouseClicked(EditorMouseEvent event) {}
}
