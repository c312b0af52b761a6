package dev.headlight.intellij;

import com.intellij.openapi.command.WriteCommandAction;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.fileEditor.FileDocumentManager;
import com.intellij.openapi.project.Project;
import dev.headlight.text.Span;

/** The one place that changes a person's text. */
final class Edits {
    private Edits() {}

    /**
     * Replaces a part of a text by a word, as one command that one undo takes back; on the thread of the user interface.
     *
     * @return false where the text can't be written to
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
