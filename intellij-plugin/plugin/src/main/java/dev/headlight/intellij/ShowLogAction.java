package dev.headlight.intellij;

import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.fileEditor.FileEditorManager;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.vfs.LocalFileSystem;
import com.intellij.openapi.vfs.VirtualFile;

/** Opens the server's log. */
public final class ShowLogAction extends ProjectAction {
    @Override
    void perform(Project project) {
        show(project);
    }

    static void show(Project project) {
        ApplicationManager.getApplication().executeOnPooledThread(() -> {
            VirtualFile log = LocalFileSystem.getInstance().refreshAndFindFileByNioFile(ServerHome.log());
            if (log != null) {
                UiScheduler.onUi(
                        project, () -> FileEditorManager.getInstance(project).openFile(log, true));
            }
        });
    }
}
