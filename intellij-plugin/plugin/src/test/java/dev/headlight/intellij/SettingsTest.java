package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.await;
import static dev.headlight.intellij.StandInIde.onUi;
import static dev.headlight.intellij.StandInIde.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.intellij.openapi.components.RoamingType;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.components.State;
import com.intellij.openapi.options.ConfigurationException;
import com.intellij.openapi.ui.ComponentWithBrowseButton;
import com.intellij.util.xmlb.XmlSerializer;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.JavaRuntime;
import java.awt.Component;
import java.awt.Container;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JSpinner;
import javax.swing.JTextField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path temp;

    private final List<String> cached = List.of("embedded", "google-bert/bert-base-uncased");
    private final HeadlightConfigurable page =
            new HeadlightConfigurable(() -> CompletableFuture.completedFuture(cached));
    private StandInIde ide;
    private JComponent form;

    @BeforeEach
    void open() {
        ide = new StandInIde(() -> {
            throw new HeadlightException("No server is needed here.");
        });
        form = onUi(page::createComponent);
    }

    @AfterEach
    void close() {
        ide.close();
    }

    private <T extends Component> List<T> fields(Class<T> kind) {
        List<T> found = new ArrayList<>();
        collect(form, kind, found);
        return found;
    }

    private static <T extends Component> void collect(Container in, Class<T> kind, List<T> found) {
        for (Component part : in.getComponents()) {
            if (kind.isInstance(part)) {
                found.add(kind.cast(part));
            } else if (part instanceof Container container
                    && !(part instanceof JComboBox)
                    && !(part instanceof JSpinner)) {
                collect(container, kind, found);
            }
        }
    }

    private JComboBox<?> model() {
        return fields(JComboBox.class).get(0);
    }

    private JTextField javaHome() {
        return fields(JTextField.class).get(0);
    }

    @Test
    void nothingIsModifiedUntilTheUserChangesSomething() {
        assertThat(page.isModified()).isFalse();
        run(() -> fields(JSpinner.class).get(0).setValue(7));
        assertThat(page.isModified()).isTrue();
        run(page::reset);
        assertThat(page.isModified()).isFalse();
    }

    @Test
    void appliedSettingsAreKept() throws Exception {
        run(() -> {
            model().getEditor().setItem(" FacebookAI/roberta-base ");
            fields(JComboBox.class).get(1).setSelectedItem("bfloat16");
            fields(JSpinner.class).get(0).setValue(5);
            fields(JCheckBox.class).get(0).setSelected(false);
            javaHome().setText(System.getProperty("java.home"));
            fields(JTextField.class).get(1).setText("-Xmx1g");
        });
        page.apply();
        HeadlightSettings.Values kept = HeadlightSettings.get();
        assertThat(kept.model()).isEqualTo("FacebookAI/roberta-base");
        assertThat(kept.precision).isEqualTo("bfloat16");
        assertThat(kept.top).isEqualTo(5);
        assertThat(kept.inline).isFalse();
        assertThat(ServerHome.java(kept.javaHome)).isEqualTo(JavaRuntime.own());
        assertThat(kept.javaOptions).isEqualTo("-Xmx1g");
        assertThat(page.isModified()).isFalse();
    }

    @Test
    void modelsOnThisMachineCanBeSelected() throws Exception {
        await(() -> model().getItemCount() == 2);
        assertThat(model().getItemAt(1)).isEqualTo("google-bert/bert-base-uncased");
        assertThat(model().getItemAt(0)).isEqualTo("embedded");
    }

    @Test
    void aMissingJavaIsReportedBeforeItIsSaved() {
        run(() -> javaHome().setText(temp.toString()));
        assertThatThrownBy(page::apply)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no Java at " + temp);
        run(() -> javaHome().setText("no\0folder"));
        assertThatThrownBy(page::apply)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is not a valid path");
        assertThat(HeadlightSettings.get().javaHome).isEmpty();
    }

    /** The screenshot is saved for inspection. */
    @Test
    void everyFieldFitsItsText() throws Exception {
        BufferedImage image = onUi(() -> {
            form.setSize(640, form.getPreferredSize().height);
            layOut(form);
            BufferedImage painted = new BufferedImage(form.getWidth(), form.getHeight(), BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = painted.createGraphics();
            form.paint(pen);
            pen.dispose();
            return painted;
        });
        Path file = Path.of("target/pictures/settings.png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        assertThat(fields(JLabel.class))
                .filteredOn(label -> !label.getText().isEmpty())
                .hasSizeGreaterThan(8)
                .allSatisfy(label -> assertThat(label.getWidth())
                        .as(label.getText())
                        .isGreaterThanOrEqualTo(label.getPreferredSize().width));
        assertThat(fields(JTextField.class)).allMatch(field -> field.getWidth() > 300);
        assertThat(model().getWidth()).isGreaterThan(300);
        assertThat(fields(JCheckBox.class).get(0).getWidth())
                .isGreaterThanOrEqualTo(fields(JCheckBox.class).get(0).getPreferredSize().width);
    }

    private static void layOut(Container container) {
        container.doLayout();
        for (Component part : container.getComponents()) {
            if (part instanceof Container inner) {
                layOut(inner);
            }
        }
    }

    @Test
    @SuppressWarnings("rawtypes")
    void aClosedPageKeepsNothingAndOpensAgain() {
        List<ComponentWithBrowseButton> folders = fields(ComponentWithBrowseButton.class);
        assertThat(folders).hasSize(2).noneMatch(field -> field.disposed);
        run(page::disposeUIResources);
        assertThat(folders).allMatch(field -> field.disposed);
        assertThat(page.isModified()).isFalse();
        run(page::disposeUIResources);
        form = onUi(page::createComponent);
        assertThat(fields(ComponentWithBrowseButton.class)).noneMatch(field -> field.disposed);
    }

    @Test
    void modelsThatArriveAfterThePageWasClosedAreIgnored() throws Exception {
        CompletableFuture<List<String>> late = new CompletableFuture<>();
        HeadlightConfigurable closed = new HeadlightConfigurable(() -> late);
        run(closed::createComponent);
        run(closed::disposeUIResources);
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        run(() -> Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> thrown.add(problem)));
        late.complete(cached);
        run(() -> {});
        run(() -> Thread.currentThread().setUncaughtExceptionHandler(null));
        assertThat(thrown).isEmpty();
    }

    @Test
    void theIdesOwnJavaIsTheDefault() {
        assertThat(ServerHome.java(new HeadlightSettings.Values().javaHome)).isEqualTo(JavaRuntime.own());
    }

    @Test
    void onlyAnotherModelNeedsNoRestart() {
        HeadlightSettings.Values values = new HeadlightSettings.Values();
        HeadlightSettings.Values other = new HeadlightSettings.Values();
        other.model = "org/other";
        other.inline = false;
        assertThat(other.needsNoRestart(values)).isTrue();
        assertThat(other).isNotEqualTo(values);
        other.precision = "bfloat16";
        assertThat(other.needsNoRestart(values)).isFalse();
    }

    @Test
    void theIdeCanSaveAndLoadThem() {
        HeadlightSettings.Values values = new HeadlightSettings.Values();
        values.model = "org/other";
        values.precision = "bfloat16";
        values.top = 9;
        values.inline = false;
        values.javaHome = "/java";
        values.javaOptions = "-Xmx1g";
        assertThat(XmlSerializer.deserialize(XmlSerializer.serialize(values), HeadlightSettings.Values.class))
                .isEqualTo(values);
    }

    @Test
    void theyBelongToTheIdeAndNeverToAProject() {
        assertThat(HeadlightSettings.class.getAnnotation(Service.class).value()).containsExactly(Service.Level.APP);
        State state = HeadlightSettings.class.getAnnotation(State.class);
        assertThat(state.storages()).singleElement().satisfies(storage -> {
            assertThat(storage.value()).isEqualTo("headlight.xml"); // in the IDE's folder of settings, not in .idea
            assertThat(storage.roamingType()).isEqualTo(RoamingType.DISABLED);
        });
    }

    @Test
    void aRelativePathIsRejectedWhereverTheIdeWasStarted() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        String relative =
                here.relativize(Path.of(System.getProperty("java.home"))).toString();
        assertThat(Path.of(relative).resolve("bin")).isDirectory();
        run(() -> javaHome().setText(relative));
        assertThatThrownBy(page::apply)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no Java at " + relative);
    }
}
