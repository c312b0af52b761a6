package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.onUi;
import static dev.headlight.intellij.StandInIde.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.command.WriteCommandAction;
import com.intellij.openapi.editor.event.EditorFactoryEvent;
import com.intellij.openapi.progress.EmptyProgressIndicator;
import com.intellij.openapi.progress.ProcessCanceledException;
import com.intellij.openapi.progress.ProgressManager;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import dev.headlight.text.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No user action waits for the server. Ending is the test: such a wait never would. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-ins for a server are shell scripts")
class AtOnceTest {
    private static final String TEXT = "The quick ____ fox. ";

    @TempDir
    Path temp;

    private StandInIde ide(String script) throws IOException {
        Files.createDirectories(temp.resolve("lib"));
        Files.writeString(temp.resolve("lib/headlight.jar"), "");
        Path java = Files.createDirectories(temp.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Launch launch = new Launch(temp, new JavaRuntime(temp), "", "embedded", "float32", 3, temp.resolve("log"));
        return new StandInIde(() -> launch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec cat > /dev/null", "exec sleep 1000", "exit 1"})
    void everyHandlerReturnsWhateverTheServerDoes(String script) throws Exception {
        try (StandInIde ide = ide(script)) {
            StandInEditor editor = ide.open("note.md", TEXT.repeat(10_000)); // more than a pipe holds
            run(() -> ide.service.client().start());
            List<AnAction> actions = List.of(
                    new VisualizeAttentionAction(),
                    new SuggestWordsAction(),
                    new WhyThisWordAction(),
                    new AcceptWordAction.First(),
                    new NextWordAction(),
                    new RestartAction());
            run(() -> editor.select(new Span(4, 9)));
            for (AnAction action : actions) {
                run(() -> {
                    action.update(new AnActionEvent(editor.editor));
                    action.actionPerformed(new AnActionEvent(editor.editor));
                });
            }
            for (int i = 0; i < 100; i++) {
                run(() -> WriteCommandAction.runWriteCommandAction(
                        ide.project, () -> editor.editor.getDocument().insertString(0, TEXT.repeat(1000))));
            }
            run(() -> editor.moveTo(12));
            run(() ->
                    ide.service.find(editor.editor.getDocument()).orElseThrow().refresh());
            HeadlightSettings.Values settings = new HeadlightSettings.Values();
            settings.top = 5;
            run(() -> HeadlightSettings.instance().change(settings));
            run(() -> new EditorWatcher().editorReleased(new EditorFactoryEvent(editor.editor)));
            assertThat(onUi(() -> editor.inlays)).isEmpty();
        }
    }

    @Test
    void aBackgroundWaitEndsWhenCancelled() throws Exception {
        try (StandInIde ide = ide("exec cat > /dev/null")) {
            StandInEditor editor = ide.open("note.md", TEXT);
            HeadlightClient client = ide.service.client();
            String uri = ide.service.find(editor.editor.getDocument()).orElseThrow().uri;
            EmptyProgressIndicator indicator = new EmptyProgressIndicator();
            CompletableFuture<?> asked = client.complete(uri, 12);
            CompletableFuture<Boolean> cancelled = CompletableFuture.supplyAsync(() -> {
                try {
                    ProgressManager.getInstance()
                            .runProcess(
                                    () -> {
                                        CancellableWait.forAnswer(asked);
                                    },
                                    indicator);
                    return false;
                } catch (ProcessCanceledException e) {
                    return true;
                }
            });
            StandInIde.await(indicator::isRunning);
            indicator.cancel();
            assertThat(cancelled.get()).isTrue();
            assertThat(asked).isCancelled();
        }
    }
}
