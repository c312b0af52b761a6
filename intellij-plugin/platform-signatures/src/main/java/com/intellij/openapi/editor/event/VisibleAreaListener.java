package com.intellij.openapi.editor.event;

import java.util.EventListener;

public interface VisibleAreaListener extends EventListener {
    void visibleAreaChanged(VisibleAreaEvent event);
}
