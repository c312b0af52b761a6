package com.intellij.openapi.editor;

import java.util.ArrayList;
import java.util.List;

/** Replaces the IDE's class: the open editors. */
public abstract class EditorFactory {
    public static final List<Editor> OPEN = new ArrayList<>();

    public static EditorFactory getInstance() {
        return new EditorFactory() {
            @Override
            public Editor[] getAllEditors() {
                return OPEN.toArray(Editor[]::new);
            }
        };
    }

    public abstract Editor[] getAllEditors();
}
