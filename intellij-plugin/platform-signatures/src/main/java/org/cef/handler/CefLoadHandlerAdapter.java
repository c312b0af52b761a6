package org.cef.handler;

import org.cef.browser.CefBrowser;
import org.cef.browser.CefFrame;

public abstract class CefLoadHandlerAdapter implements CefLoadHandler {
    public CefLoadHandlerAdapter() {}

    public void onLoadEnd(CefBrowser browser, CefFrame frame, int status) {
        throw new AssertionError();
    }
}
