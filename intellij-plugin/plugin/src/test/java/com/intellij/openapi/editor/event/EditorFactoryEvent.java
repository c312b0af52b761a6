package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Editor;
import java.util.EventObject;

/** Replaces the IDE's class. */
public class EditorFactoryEvent extends EventObject {
    private static final long serialVersionUID = 1;

    public EditorFactoryEvent(Editor editor) {
        super(editor);
    }

    public Editor getEditor() {
        return (Editor) getSource();
    }
}
