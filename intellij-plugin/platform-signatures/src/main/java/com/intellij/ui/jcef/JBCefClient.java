package com.intellij.ui.jcef;

import org.cef.browser.CefBrowser;
import org.cef.handler.CefLoadHandler;

public final class JBCefClient {
    private JBCefClient() {}

    public JBCefClient addLoadHandler(CefLoadHandler handler, CefBrowser browser) {
        throw new AssertionError();
    }
}
