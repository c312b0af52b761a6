package dev.headlight.intellij;

import com.intellij.openapi.command.WriteCommandAction;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.fileEditor.FileDocumentManager;
import com.intellij.openapi.project.Project;
import dev.headlight.text.Span;

/** The only class that changes the user's text. */
final class Edits {
    private Edits() {}

    /**
     * Replaces a part of a text by a word in one command, which one undo reverts. Call it on the UI thread.
     *
     * @return false if the text is read-only
     */
    static boolean replace(Project project, Document document, Span span, String word) {
        if (!FileDocumentManager.getInstance().requestWriting(document, project) || !document.isWritable()) {
            return false;
        }
        WriteCommandAction.runWriteCommandAction(
                project, "Headlight: " + word, null, () -> document.replaceString(span.start(), span.end(), word));
        return true;
    }
}
