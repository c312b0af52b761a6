package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.await;
import static dev.headlight.intellij.StandInIde.onUi;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.actionSystem.CustomShortcutSet;
import com.intellij.openapi.command.WriteCommandAction;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import java.nio.file.Path;
import java.util.List;

/** User actions in an editor, and a text for them. */
final class UserActions {
    static final String TEXT = "He opened the ____ and looked in. She put the [MASK] on the table.\n";

    static final int BLANK = TEXT.indexOf("____");

    private UserActions() {}

    /** The packaged server with the current settings. */
    static Launch launch(Path folder) {
        return new Launch(
                Path.of(System.getProperty("headlight.home")),
                JavaRuntime.own(),
                "",
                HeadlightSettings.get().model(),
                HeadlightSettings.get().precision,
                3,
                folder.resolve("log"));
    }

    /** Opens a text with two blanks, and waits for their words. */
    static StandInEditor blanks(StandInIde ide) throws Exception {
        StandInEditor editor = ide.open("note.md", TEXT);
        await(() -> editor.inlays.size() == 2);
        return editor;
    }

    static String text(StandInEditor editor) {
        return onUi(() -> editor.editor.getDocument().getText());
    }

    /** Presses a key in an editor; returns whether it was handled. */
    static boolean press(StandInEditor editor, int key) {
        return onUi(() -> {
            for (AnAction.Bound bound : List.copyOf(AnAction.BOUND)) {
                if (((CustomShortcutSet) bound.shortcuts()).stroke.getKeyCode() == key
                        && bound.component() == editor.editor.getContentComponent()) {
                    AnActionEvent event = new AnActionEvent(editor.editor);
                    bound.action().update(event);
                    if (event.getPresentation().enabled) {
                        bound.action().actionPerformed(event);
                        return true;
                    }
                }
            }
            return false;
        });
    }

    static boolean act(StandInEditor editor, AnAction action) {
        return onUi(() -> {
            AnActionEvent event = new AnActionEvent(editor.editor);
            action.update(event);
            if (event.getPresentation().enabled) {
                action.actionPerformed(event);
            }
            return event.getPresentation().enabled;
        });
    }

    static List<String> words(StandInEditor editor) {
        return onUi(() -> {
            WordChoices offer = HeadlightService.of(editor.editor.getProject())
                    .find(editor.editor.getDocument())
                    .orElseThrow()
                    .words(editor.editor)
                    .current()
                    .orElseThrow();
            return offer.words();
        });
    }

    static void change(StandInEditor editor, int offset, int length, String by) {
        WriteCommandAction.runWriteCommandAction(
                editor.editor.getProject(),
                () -> editor.editor.getDocument().replaceString(offset, offset + length, by));
    }
}
