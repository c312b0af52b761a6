package com.intellij.ui.content;

import com.intellij.openapi.Disposable;

public interface ContentManager extends Disposable {
    void addContent(Content content);
}
