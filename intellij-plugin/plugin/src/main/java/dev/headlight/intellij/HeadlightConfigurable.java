package dev.headlight.intellij;

import com.intellij.openapi.fileChooser.FileChooser;
import com.intellij.openapi.fileChooser.FileChooserDescriptorFactory;
import com.intellij.openapi.options.Configurable;
import com.intellij.openapi.options.ConfigurationException;
import com.intellij.openapi.ui.ComponentWithBrowseButton;
import com.intellij.openapi.ui.TextFieldWithBrowseButton;
import com.intellij.openapi.util.Disposer;
import com.intellij.openapi.vfs.VirtualFile;
import com.intellij.util.ui.FormBuilder;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.Launch;
import java.awt.EventQueue;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.JSpinner;
import javax.swing.JTextField;
import javax.swing.SpinnerNumberModel;

/** Headlight's page in the IDE's settings. */
public final class HeadlightConfigurable implements Configurable {
    private final Supplier<CompletableFuture<List<String>>> models;
    private JComboBox<String> model;
    private ComponentWithBrowseButton<JComboBox<String>> modelOrFolder;
    private JComboBox<String> precision;
    private JSpinner top;
    private JCheckBox inline;
    private TextFieldWithBrowseButton javaHome;
    private JTextField javaOptions;

    public HeadlightConfigurable() {
        this(HeadlightService::models);
    }

    /** @param models the names of the models on this machine */
    HeadlightConfigurable(Supplier<CompletableFuture<List<String>>> models) {
        this.models = models;
    }

    @Override
    public String getDisplayName() {
        return "Headlight";
    }

    @Override
    public JComponent createComponent() {
        model = new JComboBox<>(new String[] {Launch.EMBEDDED});
        model.setEditable(true);
        precision = new JComboBox<>(Launch.PRECISIONS.toArray(String[]::new));
        top = new JSpinner(new SpinnerNumberModel(3, 1, 20, 1));
        inline = new JCheckBox("Show words next to every blank");
        javaHome = new TextFieldWithBrowseButton();
        javaHome.addActionListener(event -> chooseFolder(javaHome, javaHome::setText));
        javaOptions = new JTextField();
        modelOrFolder = new ComponentWithBrowseButton<>(model, event -> chooseFolder(model, model::setSelectedItem));
        reset();
        models.get().thenAccept(found -> EventQueue.invokeLater(() -> list(found)));
        return FormBuilder.createFormBuilder()
                .addLabeledComponent("Model:", modelOrFolder)
                .addTooltip("“embedded”, a folder, or a name on the Hugging Face Hub")
                .addLabeledComponent("Precision:", precision)
                .addTooltip("auto: as the model is stored; bfloat16 takes half the memory")
                .addLabeledComponent("Words for a blank:", top)
                .addTooltip("In the completion list; three are shown next to the blank")
                .addComponent(inline)
                .addLabeledComponent("Java runtime:", javaHome)
                .addTooltip("Leave empty to use the IDE’s own")
                .addLabeledComponent("Java options:", javaOptions)
                .addTooltip("For example -Xmx1g")
                .addComponentFillVertically(new JPanel(), 0)
                .getPanel();
    }

    private void list(List<String> found) {
        if (model != null) {
            found.stream().filter(name -> !name.equals(Launch.EMBEDDED)).forEach(model::addItem);
        }
    }

    private static void chooseFolder(JComponent field, Consumer<String> take) {
        VirtualFile folder =
                FileChooser.chooseFile(FileChooserDescriptorFactory.createSingleFolderDescriptor(), field, null, null);
        if (folder != null) {
            take.accept(folder.getPath());
        }
    }

    @Override
    public void disposeUIResources() {
        if (model != null) {
            Disposer.dispose(modelOrFolder);
            Disposer.dispose(javaHome);
        }
        model = null;
        modelOrFolder = null;
        precision = null;
        top = null;
        inline = null;
        javaHome = null;
        javaOptions = null;
    }

    private HeadlightSettings.Values entered() {
        HeadlightSettings.Values values = new HeadlightSettings.Values();
        values.model = String.valueOf(model.getEditor().getItem()).strip();
        values.precision = (String) precision.getSelectedItem();
        values.top = (Integer) top.getValue();
        values.inline = inline.isSelected();
        values.javaHome = javaHome.getText();
        values.javaOptions = javaOptions.getText();
        return values;
    }

    @Override
    public boolean isModified() {
        return model != null && !entered().equals(HeadlightSettings.get());
    }

    @Override
    public void apply() throws ConfigurationException {
        HeadlightSettings.Values values = entered();
        try {
            ServerHome.java(values.javaHome);
        } catch (HeadlightException e) {
            throw new ConfigurationException(e.getMessage());
        }
        HeadlightSettings.instance().change(values);
    }

    @Override
    public void reset() {
        HeadlightSettings.Values values = HeadlightSettings.get();
        model.setSelectedItem(values.model());
        precision.setSelectedItem(values.precision);
        top.setValue(values.top);
        inline.setSelected(values.inline);
        javaHome.setText(values.javaHome);
        javaOptions.setText(values.javaOptions);
    }
}
