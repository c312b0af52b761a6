package dev.headlight.intellij;

import javax.swing.JComponent;

/** A browser inside the IDE. */
interface PageView {
    JComponent component();

    void load(String html);

    void run(String script);
}
