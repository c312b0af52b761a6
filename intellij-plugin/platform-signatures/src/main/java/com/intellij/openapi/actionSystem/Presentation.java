package com.intellij.openapi.actionSystem;

public final class Presentation {
    private Presentation() {}

    public void setEnabled(boolean enabled) {
        throw new AssertionError();
    }

    public void setEnabledAndVisible(boolean enabled) {
        throw new AssertionError();
    }

    public void setText(String text) {
        throw new AssertionError();
    }
}
