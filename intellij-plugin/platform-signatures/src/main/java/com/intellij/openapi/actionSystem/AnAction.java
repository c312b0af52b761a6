package com.intellij.openapi.actionSystem;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.project.PossiblyDumbAware;
import javax.swing.JComponent;

public abstract class AnAction implements ActionUpdateThreadAware, PossiblyDumbAware {
    public AnAction() {}

    public AnAction(String text) {}

    public abstract void actionPerformed(AnActionEvent event);

    public void update(AnActionEvent event) {}

    public final void registerCustomShortcutSet(ShortcutSet shortcuts, JComponent component, Disposable parent) {
        throw new AssertionError();
    }

    @Override
    public ActionUpdateThread getActionUpdateThread() {
        throw new AssertionError();
    }

    @Override
    public boolean isDumbAware() {
        throw new AssertionError();
    }
}
