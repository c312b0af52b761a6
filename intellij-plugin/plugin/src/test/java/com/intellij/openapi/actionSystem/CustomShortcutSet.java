package com.intellij.openapi.actionSystem;

import javax.swing.KeyStroke;

/** Replaces the IDE's class. */
public final class CustomShortcutSet implements ShortcutSet {
    public final KeyStroke stroke;

    public CustomShortcutSet(KeyStroke stroke) {
        this.stroke = stroke;
    }

    @Override
    public Shortcut[] getShortcuts() {
        return new Shortcut[0];
    }
}
