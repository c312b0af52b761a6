package com.intellij.openapi.editor;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.util.UserDataHolderEx;

public interface Caret extends Disposable, UserDataHolderEx {
    int getSelectionStart();

    int getSelectionEnd();
}
