package dev.headlight.intellij;

import com.intellij.openapi.fileChooser.FileChooser;
import com.intellij.openapi.fileChooser.FileChooserDescriptorFactory;
import com.intellij.openapi.options.Configurable;
import com.intellij.openapi.options.ConfigurationException;
import com.intellij.openapi.vfs.VirtualFile;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.Launch;
import java.awt.BorderLayout;
import java.awt.EventQueue;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JSpinner;
import javax.swing.JTextField;
import javax.swing.SpinnerNumberModel;

/** Headlight's page in the IDE's settings. */
public final class HeadlightConfigurable implements Configurable {
    /** The name of the included model. */
    private static final String EMBEDDED = "embedded";

    private final Supplier<CompletableFuture<List<String>>> models;
    private JComboBox<String> model;
    private JComboBox<String> precision;
    private JSpinner top;
    private JCheckBox inline;
    private JTextField javaHome;
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
        model = new JComboBox<>(new String[] {EMBEDDED});
        model.setEditable(true);
        precision = new JComboBox<>(Launch.PRECISIONS.toArray(String[]::new));
        top = new JSpinner(new SpinnerNumberModel(3, 1, 20, 1));
        inline = new JCheckBox("Show words next to every blank");
        javaHome = new JTextField();
        javaOptions = new JTextField();
        JPanel form = new JPanel(new GridBagLayout());
        row(
                form,
                "Model:",
                withFolder(model, model::setSelectedItem),
                "“embedded”, a folder, or a name on the Hugging Face Hub");
        row(form, "Precision:", atStart(precision), "bfloat16 uses half the memory and is slightly less precise");
        row(form, "Words for a blank:", atStart(top), "in the completion list; three are shown next to the blank");
        row(form, "", atStart(inline), "");
        row(form, "Java runtime:", withFolder(javaHome, javaHome::setText), "leave empty to use the IDE’s own");
        row(form, "Java options:", javaOptions, "for example -Xmx1g");
        JPanel page = new JPanel(new BorderLayout());
        page.add(form, BorderLayout.NORTH);
        reset();
        models.get().thenAccept(found -> EventQueue.invokeLater(() -> list(found)));
        return page;
    }

    private void list(List<String> found) {
        found.stream().filter(name -> !name.equals(EMBEDDED)).forEach(model::addItem);
    }

    /** Adds a field next to its label, with a hint below. */
    private static void row(JPanel form, String name, JComponent field, String hint) {
        JLabel label = new JLabel(name);
        label.setLabelFor(field);
        int row = form.getComponentCount();
        form.add(label, place(0, row, new Insets(6, 0, 0, 8)));
        form.add(field, place(1, row, new Insets(6, 0, 0, 0)));
        JLabel below = new JLabel(hint);
        below.setEnabled(false);
        form.add(below, place(1, row + 1, new Insets(1, 0, 0, 0)));
    }

    private static GridBagConstraints place(int column, int row, Insets around) {
        GridBagConstraints place = new GridBagConstraints();
        place.gridx = column;
        place.gridy = row;
        place.weightx = column;
        place.fill = GridBagConstraints.HORIZONTAL;
        place.insets = around;
        return place;
    }

    /** A field that is no wider than necessary. */
    private static JComponent atStart(JComponent field) {
        JPanel line = new JPanel(new BorderLayout());
        line.add(field, BorderLayout.LINE_START);
        return line;
    }

    private static JComponent withFolder(JComponent field, Consumer<String> take) {
        JButton choose = new JButton("…");
        choose.setToolTipText("Choose a folder");
        choose.addActionListener(event -> {
            VirtualFile folder = FileChooser.chooseFile(
                    FileChooserDescriptorFactory.createSingleFolderDescriptor(), field, null, null);
            if (folder != null) {
                take.accept(folder.getPath());
            }
        });
        JPanel both = new JPanel(new BorderLayout());
        both.add(field, BorderLayout.CENTER);
        both.add(choose, BorderLayout.LINE_END);
        return both;
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
        return !entered().equals(HeadlightSettings.get());
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
