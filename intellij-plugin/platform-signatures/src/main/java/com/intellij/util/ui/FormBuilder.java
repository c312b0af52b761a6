package com.intellij.util.ui;

import javax.swing.JComponent;
import javax.swing.JPanel;

public class FormBuilder {
    private FormBuilder() {}

    public static FormBuilder createFormBuilder() {
        throw new AssertionError();
    }

    public FormBuilder addComponent(JComponent component) {
        throw new AssertionError();
    }

    public FormBuilder addComponentFillVertically(JComponent component, int topInset) {
        throw new AssertionError();
    }

    public FormBuilder addLabeledComponent(String label, JComponent component) {
        throw new AssertionError();
    }

    public FormBuilder addTooltip(String text) {
        throw new AssertionError();
    }

    public JPanel getPanel() {
        throw new AssertionError();
    }
}
