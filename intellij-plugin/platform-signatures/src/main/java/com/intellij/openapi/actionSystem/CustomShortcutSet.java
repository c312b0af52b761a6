package com.intellij.openapi.actionSystem;

import javax.swing.KeyStroke;

public final class CustomShortcutSet implements ShortcutSet {
    public CustomShortcutSet(KeyStroke stroke) {}

    @Override
    public Shortcut[] getShortcuts() {
        throw new AssertionError();
    }
}
