package com.intellij.ui.components;

import java.awt.event.ActionListener;
import javax.swing.JButton;

/** Replaces the IDE's class. */
public class ActionLink extends JButton {
    private static final long serialVersionUID = 1;

    public ActionLink(String text, ActionListener listener) {
        super(text);
        addActionListener(listener);
    }
}
