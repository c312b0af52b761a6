package com.intellij.openapi.wm;

import com.intellij.openapi.project.Project;

/** Replaces the IDE's class: one tool window. */
public abstract class ToolWindowManager {
    public static ToolWindow window;

    public static ToolWindowManager getInstance(Project project) {
        return new ToolWindowManager() {
            @Override
            public ToolWindow getToolWindow(String id) {
                return window;
            }
        };
    }

    public abstract ToolWindow getToolWindow(String id);
}
