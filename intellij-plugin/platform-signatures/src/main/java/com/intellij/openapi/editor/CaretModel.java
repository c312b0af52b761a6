package com.intellij.openapi.editor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.event.CaretListener;
import java.util.List;

public interface CaretModel {
    default void addCaretListener(CaretListener listener, Disposable parent) {
        throw new AssertionError();
    }

    List<Caret> getAllCarets();

    default int getOffset() {
        throw new AssertionError();
    }

    default void moveToOffset(int offset) {
        throw new AssertionError();
    }
}
