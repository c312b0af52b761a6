package com.intellij.openapi.editor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.util.UserDataHolderEx;
import java.awt.Rectangle;

public interface Inlay<T extends EditorCustomElementRenderer> extends Disposable, UserDataHolderEx {
    Rectangle getBounds();

    Editor getEditor();

    T getRenderer();

    void update();
}
