package dev.headlight.intellij;

import javax.swing.JComponent;

/** A browser inside the IDE. */
interface PageView {
    JComponent component();

    /** @param loaded called on the UI thread when the page takes scripts; scripts before that are lost */
    void load(String html, Runnable loaded);

    void run(String script);
}
