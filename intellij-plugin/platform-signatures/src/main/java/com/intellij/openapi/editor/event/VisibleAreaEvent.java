package com.intellij.openapi.editor.event;

import java.util.EventObject;

public final class VisibleAreaEvent extends EventObject {
    private static final long serialVersionUID = 1;

    VisibleAreaEvent() {
        super("");
    }
}
