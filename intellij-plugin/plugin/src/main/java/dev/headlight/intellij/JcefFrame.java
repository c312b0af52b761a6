package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.util.Disposer;
import com.intellij.ui.jcef.JBCefApp;
import com.intellij.ui.jcef.JBCefBrowser;
import java.util.Optional;
import javax.swing.JComponent;

/**
 * The IDE's built-in browser. Some IDEs lack its classes, so only this class may refer to them, and other classes may use
 * only {@link #create}.
 */
final class JcefFrame implements PageView {
    private final JBCefBrowser browser = new JBCefBrowser();

    private JcefFrame(Disposable parent) {
        browser.setOpenLinksInExternalBrowser(true);
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
    public void load(String html) {
        browser.loadHTML(html);
    }

    @Override
    public void run(String script) {
        browser.getCefBrowser().executeJavaScript(script, "about:headlight", 0);
    }
}
