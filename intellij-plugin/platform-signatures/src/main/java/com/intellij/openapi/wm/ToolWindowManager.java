package com.intellij.openapi.wm;

import com.intellij.openapi.project.Project;

public abstract class ToolWindowManager {
    private ToolWindowManager() {}

    public static ToolWindowManager getInstance(Project project) {
        throw new AssertionError();
    }

    public abstract ToolWindow getToolWindow(String id);
}
