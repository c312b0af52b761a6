package com.intellij.ide.ui;

import java.util.EventListener;

public interface LafManagerListener extends EventListener {
    void lookAndFeelChanged(LafManager source);
}
