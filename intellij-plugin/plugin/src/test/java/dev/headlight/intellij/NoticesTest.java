package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.intellij.notification.Notification;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.actionSystem.AnActionEvent;
import com.intellij.openapi.progress.ProcessCanceledException;
import com.intellij.openapi.progress.ProgressManager;
import com.intellij.openapi.progress.util.AbstractProgressIndicatorBase;
import dev.headlight.client.ClientListener.Remedy;
import dev.headlight.client.HeadlightException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notifications, and the progress of loading a model. */
class NoticesTest {
    private final StandInIde ide = new StandInIde(() -> {
        throw new HeadlightException("No server is needed here.");
    });

    @AfterEach
    void close() {
        ide.close();
    }

    @Test
    void everyProblemIsAMessageWithTheActionThatHelps() throws Exception {
        Map<Remedy, List<String>> actions = Map.of(
                Remedy.NONE, List.of(),
                Remedy.OPEN_SETTINGS, List.of("Open Settings"),
                Remedy.TRY_AGAIN, List.of("Try Again"),
                Remedy.SHOW_LOG, List.of("Show Log"));
        for (Remedy remedy : Remedy.values()) {
            ide.service.failed("<b> & co. are gone.", remedy);
            Notification shown = Notification.SHOWN.poll(30, TimeUnit.SECONDS);
            assertThat(shown.content).isEqualTo("&lt;b&gt; &amp; co. are gone.");
            assertThat(shown.actions).extracting(action -> action.text).containsExactlyElementsOf(actions.get(remedy));
        }
    }

    @Test
    void theFailureOfARequestOffersNoSettings() throws Exception {
        run(() -> ide.service.attention().openInBrowser(1));
        Notification shown = Notification.SHOWN.poll(30, TimeUnit.SECONDS);
        assertThat(shown.content).isEqualTo("This inspection is no longer open: inspect the text again.");
        assertThat(shown.actions).isEmpty();
    }

    @Test
    void aProblemThatSeveralRequestsMeetIsShownOnceWithItsAction() {
        run(() -> {
            ide.service.notices().failed(new HeadlightException("There is no model."));
            ide.service.notices().failed("There is no model.", Remedy.OPEN_SETTINGS, () -> {});
            ide.service.notices().failed(new HeadlightException("There is no model."));
            ide.service.notices().failed("There is no model.", Remedy.OPEN_SETTINGS, () -> {});
        });
        assertThat(Notification.SHOWN)
                .filteredOn(notice -> !notice.expired)
                .singleElement()
                .satisfies(notice -> assertThat(notice.actions).hasSize(1));
    }

    @Test
    void theActionClosesTheNotification() throws Exception {
        ide.service.failed("Loading was cancelled.", Remedy.TRY_AGAIN);
        Notification shown = Notification.SHOWN.poll(30, TimeUnit.SECONDS);
        AnAction again = shown.actions.get(0);
        run(() -> again.actionPerformed(new AnActionEvent(null)));
        assertThat(shown.expired).isTrue();
    }

    @Test
    void progressIsShownUntilLoadingEnds() throws Exception {
        LoadingTask task = new LoadingTask(ide.project, ide.service.client());
        AbstractProgressIndicatorBase indicator = new AbstractProgressIndicatorBase();
        task.step("Loading embedded", -1);
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                () -> ProgressManager.getInstance().runProcess(() -> task.run(indicator), indicator));
        StandInIde.await(() -> "Loading embedded".equals(indicator.getText()));
        assertThat(indicator.isIndeterminate()).isTrue();
        task.step("Downloading org/model: 1 of 4 MB", 25);
        assertThat(indicator.getText()).startsWith("Downloading");
        assertThat(indicator.isIndeterminate()).isFalse();
        assertThat(indicator.getFraction()).isEqualTo(0.25);
        assertThat(task.isCancellable()).isTrue();
        task.done();
        running.get(30, TimeUnit.SECONDS);
    }

    @Test
    void progressDisappearsWhenCancelled() throws Exception {
        LoadingTask task = new LoadingTask(ide.project, ide.service.client());
        AbstractProgressIndicatorBase indicator = new AbstractProgressIndicatorBase();
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                () -> ProgressManager.getInstance().runProcess(() -> task.run(indicator), indicator));
        StandInIde.await(indicator::isRunning);
        indicator.cancel();
        assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ProcessCanceledException.class);
    }
}
