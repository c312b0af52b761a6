package com.intellij.openapi.ui;

import com.intellij.openapi.Disposable;
import java.awt.BorderLayout;
import java.awt.event.ActionListener;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JPanel;

/** Replaces the IDE's class. */
public class ComponentWithBrowseButton<C extends JComponent> extends JPanel implements Disposable {
    private static final long serialVersionUID = 1;

    public boolean disposed;
    protected final C component;
    private final JButton button = new JButton("…");

    public ComponentWithBrowseButton(C component, ActionListener listener) {
        super(new BorderLayout());
        this.component = component;
        add(component, BorderLayout.CENTER);
        add(button, BorderLayout.LINE_END);
        if (listener != null) {
            button.addActionListener(listener);
        }
    }

    public void addActionListener(ActionListener listener) {
        button.addActionListener(listener);
    }

    @Override
    public void dispose() {
        disposed = true;
    }
}
