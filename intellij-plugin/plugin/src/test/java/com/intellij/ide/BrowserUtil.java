package com.intellij.ide;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Replaces the IDE's class; records what was opened. */
public final class BrowserUtil {
    public static final List<String> OPENED = new CopyOnWriteArrayList<>();

    private BrowserUtil() {}

    public static void browse(String url) {
        OPENED.add(url);
    }
}
