package com.intellij.ui.components;

import java.awt.event.ActionListener;
import javax.swing.JButton;

public class ActionLink extends JButton {
    private static final long serialVersionUID = 1;

    public ActionLink(String text, ActionListener listener) {
        throw new AssertionError();
    }
}
