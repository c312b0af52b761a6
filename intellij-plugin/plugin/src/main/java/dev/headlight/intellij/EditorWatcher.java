package dev.headlight.intellij;

import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.EditorKind;
import com.intellij.openapi.editor.event.EditorFactoryEvent;
import com.intellij.openapi.editor.event.EditorFactoryListener;

/** Notifies the project's service of opened and closed editors. */
public final class EditorWatcher implements EditorFactoryListener {
    @Override
    public void editorCreated(EditorFactoryEvent event) {
        opened(event.getEditor());
    }

    /** An editor is open: a new one, or one that was open before the plugin. */
    static void opened(Editor editor) {
        if (editor.getProject() != null && editor.getEditorKind() == EditorKind.MAIN_EDITOR && !editor.isViewer()) {
            HeadlightService.of(editor.getProject()).opened(editor);
        }
    }

    @Override
    public void editorReleased(EditorFactoryEvent event) {
        Editor editor = event.getEditor();
        if (editor.getProject() != null && !editor.getProject().isDisposed()) {
            HeadlightService known = editor.getProject().getServiceIfCreated(HeadlightService.class);
            if (known != null) {
                known.released(editor);
            }
        }
    }
}
