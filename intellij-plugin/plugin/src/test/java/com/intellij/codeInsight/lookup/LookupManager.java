package com.intellij.codeInsight.lookup;

import com.intellij.openapi.editor.Editor;

/** Replaces the IDE's class: whether a list of completions is open. */
public abstract class LookupManager {
    public static LookupEx open;

    public static LookupEx getActiveLookup(Editor editor) {
        return open;
    }
}
