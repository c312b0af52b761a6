package com.intellij.openapi.ui;

import com.intellij.openapi.Disposable;
import java.awt.event.ActionListener;
import javax.swing.JComponent;
import javax.swing.JPanel;

public class ComponentWithBrowseButton<C extends JComponent> extends JPanel implements Disposable {
    private static final long serialVersionUID = 1;

    public ComponentWithBrowseButton(C component, ActionListener listener) {
        throw new AssertionError();
    }

    public void addActionListener(ActionListener listener) {
        throw new AssertionError();
    }

    @Override
    public void dispose() {
        throw new AssertionError();
    }
}
