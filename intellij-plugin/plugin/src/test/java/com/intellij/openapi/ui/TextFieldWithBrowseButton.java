package com.intellij.openapi.ui;

import javax.swing.JTextField;

/** Replaces the IDE's class. */
public class TextFieldWithBrowseButton extends ComponentWithBrowseButton<JTextField> {
    private static final long serialVersionUID = 1;

    public TextFieldWithBrowseButton() {
        super(new JTextField(10), null);
    }

    public String getText() {
        return component.getText();
    }

    public void setText(String text) {
        component.setText(text);
    }
}
