package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Editor;
import java.util.EventObject;

/** Replaces the IDE's class. */
public class CaretEvent extends EventObject {
    private static final long serialVersionUID = 1;

    public CaretEvent(Editor editor) {
        super(editor);
    }

    public Editor getEditor() {
        return (Editor) getSource();
    }
}
