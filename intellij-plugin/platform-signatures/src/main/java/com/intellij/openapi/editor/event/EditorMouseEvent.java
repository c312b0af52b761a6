package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Inlay;
import java.awt.event.MouseEvent;
import java.util.EventObject;

public class EditorMouseEvent extends EventObject {
    private static final long serialVersionUID = 1;

    EditorMouseEvent() {
        super("");
    }

    public void consume() {
        throw new AssertionError();
    }

    public Inlay<?> getInlay() {
        throw new AssertionError();
    }

    public MouseEvent getMouseEvent() {
        throw new AssertionError();
    }
}
