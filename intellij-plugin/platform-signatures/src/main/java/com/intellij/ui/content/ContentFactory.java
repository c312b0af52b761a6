package com.intellij.ui.content;

import javax.swing.JComponent;

public interface ContentFactory {
    static ContentFactory getInstance() {
        throw new AssertionError();
    }

    Content createContent(JComponent component, String name, boolean lockable);
}
