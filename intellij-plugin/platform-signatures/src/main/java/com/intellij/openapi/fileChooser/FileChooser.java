package com.intellij.openapi.fileChooser;

import com.intellij.openapi.project.Project;
import com.intellij.openapi.vfs.VirtualFile;
import java.awt.Component;

public class FileChooser {
    private FileChooser() {}

    public static VirtualFile chooseFile(
            FileChooserDescriptor descriptor, Component parent, Project project, VirtualFile toSelect) {
        throw new AssertionError();
    }
}
