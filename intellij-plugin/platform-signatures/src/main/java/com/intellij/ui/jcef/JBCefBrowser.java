package com.intellij.ui.jcef;

import javax.swing.JComponent;

public class JBCefBrowser extends JBCefBrowserBase {
    public JBCefBrowser() {
        throw new AssertionError();
    }

    @Override
    public JComponent getComponent() {
        throw new AssertionError();
    }
}
