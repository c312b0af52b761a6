package com.intellij.util.ui;

import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JSpinner;

/** Replaces the IDE's class: labels on the left, fields on the right, as wide as there is room for those that profit. */
public class FormBuilder {
    private final JPanel panel = new JPanel(new GridBagLayout());
    private int rows;

    public static FormBuilder createFormBuilder() {
        return new FormBuilder();
    }

    private FormBuilder add(JComponent component, int column, int width, double weight) {
        GridBagConstraints place = new GridBagConstraints();
        place.gridx = column;
        place.gridy = rows;
        place.gridwidth = width;
        place.weightx = column + width > 1 ? 1 : 0;
        place.weighty = weight;
        place.anchor = GridBagConstraints.LINE_START;
        place.fill = component instanceof JComboBox || component instanceof JSpinner || component instanceof JLabel
                ? GridBagConstraints.NONE
                : GridBagConstraints.HORIZONTAL;
        place.insets = new Insets(4, 0, 4, 8);
        panel.add(component, place);
        return this;
    }

    public FormBuilder addComponent(JComponent component) {
        add(component, 0, 2, 0);
        rows++;
        return this;
    }

    public FormBuilder addComponentFillVertically(JComponent component, int topInset) {
        add(component, 0, 2, 1);
        rows++;
        return this;
    }

    public FormBuilder addLabeledComponent(String text, JComponent component) {
        JLabel label = new JLabel(text);
        label.setLabelFor(component);
        add(label, 0, 1, 0);
        add(component, 1, 1, 0);
        rows++;
        return this;
    }

    public FormBuilder addTooltip(String text) {
        JLabel label = new JLabel(text);
        label.setEnabled(false);
        add(label, 1, 1, 0);
        rows++;
        return this;
    }

    public JPanel getPanel() {
        return panel;
    }
}
