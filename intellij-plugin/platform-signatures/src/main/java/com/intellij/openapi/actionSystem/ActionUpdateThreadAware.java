package com.intellij.openapi.actionSystem;

public interface ActionUpdateThreadAware {
    default ActionUpdateThread getActionUpdateThread() {
        throw new AssertionError();
    }
}
