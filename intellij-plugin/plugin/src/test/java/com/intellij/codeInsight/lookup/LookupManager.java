package com.intellij.codeInsight.lookup;

import com.intellij.openapi.editor.Editor;

/** Stands in for the IDE's: whether a list of completions is open. */
public abstract class LookupManager {
    public static LookupEx open;

    public static LookupEx getActiveLookup(Editor editor) {
        return open;
    }
}
