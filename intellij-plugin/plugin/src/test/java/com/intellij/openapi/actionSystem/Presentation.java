package com.intellij.openapi.actionSystem;

/** Replaces the IDE's class. */
public final class Presentation {
    public boolean enabled;
    public String text;

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public void setEnabledAndVisible(boolean enabled) {
        this.enabled = enabled;
    }

    public void setText(String text) {
        this.text = text;
    }
}
