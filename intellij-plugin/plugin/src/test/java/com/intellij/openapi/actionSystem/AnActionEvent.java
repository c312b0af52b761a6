package com.intellij.openapi.actionSystem;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.project.Project;

/** Replaces the IDE's class: an event in an editor. */
public class AnActionEvent {
    private final Editor editor;
    private final Presentation presentation = new Presentation();

    public AnActionEvent(Editor editor) {
        this.editor = editor;
    }

    public Project getProject() {
        return editor == null ? null : editor.getProject();
    }

    @SuppressWarnings("unchecked")
    public <T> T getData(DataKey<T> key) {
        return (T) editor;
    }

    public Presentation getPresentation() {
        return presentation;
    }
}
