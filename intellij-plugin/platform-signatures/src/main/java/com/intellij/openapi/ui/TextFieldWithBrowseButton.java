package com.intellij.openapi.ui;

import javax.swing.JTextField;

public class TextFieldWithBrowseButton extends ComponentWithBrowseButton<JTextField> {
    private static final long serialVersionUID = 1;

    public TextFieldWithBrowseButton() {
        super(null, null);
    }

    public String getText() {
        throw new AssertionError();
    }

    public void setText(String text) {
        throw new AssertionError();
    }
}
