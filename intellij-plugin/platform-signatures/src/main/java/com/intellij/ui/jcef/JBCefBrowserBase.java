package com.intellij.ui.jcef;

import javax.swing.JComponent;
import org.cef.browser.CefBrowser;

public abstract class JBCefBrowserBase implements JBCefDisposable {
    JBCefBrowserBase() {}

    @Override
    public void dispose() {
        throw new AssertionError();
    }

    public final CefBrowser getCefBrowser() {
        throw new AssertionError();
    }

    public abstract JComponent getComponent();

    public final JBCefClient getJBCefClient() {
        throw new AssertionError();
    }

    @Override
    public final boolean isDisposed() {
        throw new AssertionError();
    }

    public final void loadHTML(String html) {
        throw new AssertionError();
    }

    public void setOpenLinksInExternalBrowser(boolean external) {
        throw new AssertionError();
    }
}
