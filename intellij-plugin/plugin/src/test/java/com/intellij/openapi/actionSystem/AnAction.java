package com.intellij.openapi.actionSystem;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.project.PossiblyDumbAware;
import com.intellij.openapi.util.Disposer;
import java.util.ArrayList;
import java.util.List;
import javax.swing.JComponent;

/** Replaces the IDE's class; records its shortcuts by component. */
public abstract class AnAction implements ActionUpdateThreadAware, PossiblyDumbAware {
    /** A component's actions, by their keys. */
    public record Bound(ShortcutSet shortcuts, JComponent component, AnAction action) {}

    public static final List<Bound> BOUND = new ArrayList<>();

    public final String text;

    public AnAction() {
        this("");
    }

    public AnAction(String text) {
        this.text = text;
    }

    public abstract void actionPerformed(AnActionEvent event);

    public void update(AnActionEvent event) {}

    public final void registerCustomShortcutSet(ShortcutSet shortcuts, JComponent component, Disposable parent) {
        Bound bound = new Bound(shortcuts, component, this);
        BOUND.add(bound);
        Disposer.register(parent, () -> BOUND.remove(bound));
    }

    @Override
    public ActionUpdateThread getActionUpdateThread() {
        throw new AssertionError("every action must override getActionUpdateThread");
    }

    @Override
    public boolean isDumbAware() {
        return false;
    }
}
