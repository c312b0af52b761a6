package com.intellij.openapi.actionSystem;

/** Stands in for the IDE's. */
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
