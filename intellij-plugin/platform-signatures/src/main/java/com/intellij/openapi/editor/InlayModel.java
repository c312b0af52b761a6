package com.intellij.openapi.editor;

public interface InlayModel {
    <T extends EditorCustomElementRenderer> Inlay<T> addInlineElement(
            int offset, boolean relatesToPrecedingText, T renderer);
}
