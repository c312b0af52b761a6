package com.intellij.openapi.editor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.event.EditorMouseListener;
import com.intellij.openapi.editor.markup.MarkupModel;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.util.ProperTextRange;
import com.intellij.openapi.util.UserDataHolder;
import com.intellij.openapi.vfs.VirtualFile;
import javax.swing.JComponent;

public interface Editor extends UserDataHolder {
    default void addEditorMouseListener(EditorMouseListener listener, Disposable parent) {
        throw new AssertionError();
    }

    default ProperTextRange calculateVisibleRange() {
        throw new AssertionError();
    }

    default int getAscent() {
        throw new AssertionError();
    }

    CaretModel getCaretModel();

    EditorColorsScheme getColorsScheme();

    JComponent getContentComponent();

    Document getDocument();

    EditorKind getEditorKind();

    InlayModel getInlayModel();

    MarkupModel getMarkupModel();

    Project getProject();

    ScrollingModel getScrollingModel();

    SelectionModel getSelectionModel();

    default VirtualFile getVirtualFile() {
        throw new AssertionError();
    }

    boolean isDisposed();

    boolean isViewer();
}
