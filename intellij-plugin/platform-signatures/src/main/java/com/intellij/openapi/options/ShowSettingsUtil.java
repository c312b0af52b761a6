package com.intellij.openapi.options;

import com.intellij.openapi.project.Project;

public abstract class ShowSettingsUtil {
    private ShowSettingsUtil() {}

    public static ShowSettingsUtil getInstance() {
        throw new AssertionError();
    }

    public abstract <T extends Configurable> void showSettingsDialog(Project project, Class<T> toSelect);
}
