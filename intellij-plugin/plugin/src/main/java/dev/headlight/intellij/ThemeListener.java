package dev.headlight.intellij;

import com.intellij.ide.ui.LafManager;
import com.intellij.ide.ui.LafManagerListener;
import com.intellij.openapi.editor.colors.EditorColorsListener;
import com.intellij.openapi.editor.colors.EditorColorsScheme;

/** Passes the IDE's colours to the pages when they change. */
public final class ThemeListener implements LafManagerListener, EditorColorsListener {
    @Override
    public void lookAndFeelChanged(LafManager source) {
        AttentionPanel.themeChanged();
    }

    @Override
    public void globalSchemeChange(EditorColorsScheme scheme) {
        AttentionPanel.themeChanged();
    }
}
