package com.intellij.openapi.editor.event;

import com.intellij.openapi.editor.Inlay;
import java.awt.event.MouseEvent;
import java.util.EventObject;

/** Replaces the IDE's class: a click on an inlay. */
public class EditorMouseEvent extends EventObject {
    private static final long serialVersionUID = 1;

    private final transient Inlay<?> inlay;
    private final MouseEvent mouse;
    public boolean consumed;

    public EditorMouseEvent(Inlay<?> inlay, MouseEvent mouse) {
        super(mouse);
        this.inlay = inlay;
        this.mouse = mouse;
    }

    public void consume() {
        consumed = true;
    }

    public Inlay<?> getInlay() {
        return inlay;
    }

    public MouseEvent getMouseEvent() {
        return mouse;
    }
}
