package com.intellij.openapi.wm;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.ui.content.ContentManager;
import java.util.List;

public interface ToolWindow {
    default void activate(Runnable then, boolean autoFocus) {
        throw new AssertionError();
    }

    ContentManager getContentManager();

    void setTitleActions(List<? extends AnAction> actions);
}
