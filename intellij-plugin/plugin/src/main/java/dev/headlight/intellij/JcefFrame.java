package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.util.Disposer;
import com.intellij.ui.jcef.JBCefApp;
import com.intellij.ui.jcef.JBCefBrowser;
import java.awt.EventQueue;
import java.util.Optional;
import javax.swing.JComponent;
import org.cef.browser.CefBrowser;
import org.cef.browser.CefFrame;
import org.cef.handler.CefLoadHandlerAdapter;

/**
 * The IDE's built-in browser. Some IDEs lack its classes, so only this class may refer to them, and other classes may use
 * only {@link #create}.
 */
final class JcefFrame implements PageView {
    private final JBCefBrowser browser = new JBCefBrowser();
    private volatile Runnable whenLoaded = () -> {};

    private JcefFrame(Disposable parent) {
        browser.setOpenLinksInExternalBrowser(true);
        LoadWatcher.add(browser, () -> whenLoaded.run());
        Disposer.register(parent, browser);
    }

    /** A browser that ends with its parent, or empty if this IDE has none. */
    static Optional<PageView> create(Disposable parent) {
        try {
            return JBCefApp.isSupported() ? Optional.of(new JcefFrame(parent)) : Optional.empty();
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }

    @Override
    public JComponent component() {
        return browser.getComponent();
    }

    @Override
    public void load(String html, Runnable loaded) {
        whenLoaded = loaded;
        browser.loadHTML(html);
    }

    @Override
    public void run(String script) {
        browser.getCefBrowser().executeJavaScript(script, "about:headlight", 0);
    }

    /** Reports that the page was loaded. A class of its own: verifying it loads its supertypes, which an IDE may lack. */
    private static final class LoadWatcher extends CefLoadHandlerAdapter {
        private final Runnable loaded;

        private LoadWatcher(Runnable loaded) {
            this.loaded = loaded;
        }

        static void add(JBCefBrowser browser, Runnable loaded) {
            browser.getJBCefClient().addLoadHandler(new LoadWatcher(loaded), browser.getCefBrowser());
        }

        @Override
        public void onLoadEnd(CefBrowser browser, CefFrame frame, int status) {
            if (frame.isMain()) {
                EventQueue.invokeLater(loaded);
            }
        }
    }
}
