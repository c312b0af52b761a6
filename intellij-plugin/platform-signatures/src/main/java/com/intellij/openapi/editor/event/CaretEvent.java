package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Editor;
import java.util.EventObject;

public class CaretEvent extends EventObject {
    private static final long serialVersionUID = 1;

    CaretEvent() {
        super("");
    }

    public Editor getEditor() {
        throw new AssertionError();
    }
}
