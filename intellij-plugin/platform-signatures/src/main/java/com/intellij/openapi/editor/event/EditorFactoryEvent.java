package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Editor;
import java.util.EventObject;

public final class EditorFactoryEvent extends EventObject {
    private static final long serialVersionUID = 1;

    EditorFactoryEvent() {
        super("");
    }

    public Editor getEditor() {
        throw new AssertionError();
    }
}
