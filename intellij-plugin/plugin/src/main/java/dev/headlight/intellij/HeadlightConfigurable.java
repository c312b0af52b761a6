package dev.headlight.intellij;

import com.intellij.openapi.fileChooser.FileChooser;
import com.intellij.openapi.fileChooser.FileChooserDescriptorFactory;
import com.intellij.openapi.options.Configurable;
import com.intellij.openapi.options.ConfigurationException;
import com.intellij.openapi.vfs.VirtualFile;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.JavaRuntime;
import java.awt.BorderLayout;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JSpinner;
import javax.swing.JTextField;
import javax.swing.SpinnerNumberModel;

/** The page of the IDE's settings. */
public final class HeadlightConfigurable implements Configurable {
    private JTextField model;
    private JSpinner top;
    private JCheckBox inline;
    private JTextField javaHome;
    private JTextField javaOptions;

    @Override
    public String getDisplayName() {
        return "Headlight";
    }

    @Override
    public JComponent createComponent() {
        model = new JTextField();
        top = new JSpinner(new SpinnerNumberModel(3, 1, 20, 1));
        inline = new JCheckBox("Show words beside every blank");
        javaHome = new JTextField();
        javaOptions = new JTextField();
        JPanel form = new JPanel(new GridBagLayout());
        row(form, 0, "Model:", withFolder(model), "“embedded”, or the folder of a checkpoint");
        row(form, 1, "Words for a blank:", top, "in the list; three stand beside it");
        row(form, 2, "", inline, "");
        row(form, 3, "Java runtime:", withFolder(javaHome), "empty for the IDE’s own");
        row(form, 4, "Java options:", javaOptions, "such as -Xmx1g");
        JPanel page = new JPanel(new BorderLayout());
        page.add(form, BorderLayout.NORTH);
        reset();
        return page;
    }

    private static void row(JPanel form, int row, String name, JComponent field, String hint) {
        GridBagConstraints place = new GridBagConstraints();
        place.gridy = row;
        place.insets = new Insets(3, 0, 3, 8);
        place.anchor = GridBagConstraints.LINE_START;
        JLabel label = new JLabel(name);
        label.setLabelFor(field);
        form.add(label, place);
        place.weightx = field instanceof JSpinner ? 0 : 1;
        place.fill = GridBagConstraints.HORIZONTAL;
        form.add(field, place);
        place.weightx = 0;
        form.add(new JLabel(hint), place);
    }

    private static JComponent withFolder(JTextField field) {
        JButton choose = new JButton("…");
        choose.setToolTipText("Choose a folder");
        choose.addActionListener(event -> {
            VirtualFile folder = FileChooser.chooseFile(
                    FileChooserDescriptorFactory.createSingleFolderDescriptor(), field, null, null);
            if (folder != null) {
                field.setText(folder.getPath());
            }
        });
        JPanel both = new JPanel(new BorderLayout());
        both.add(field, BorderLayout.CENTER);
        both.add(choose, BorderLayout.LINE_END);
        return both;
    }

    private HeadlightSettings.Values entered() {
        HeadlightSettings.Values values = new HeadlightSettings.Values();
        values.model = model.getText();
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
            if (!values.javaHome.isBlank()) {
                JavaRuntime.at(Path.of(values.javaHome.strip()));
            }
        } catch (HeadlightException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (InvalidPathException e) {
            throw new ConfigurationException(values.javaHome + " is no folder: correct the Java runtime.");
        }
        HeadlightSettings.instance().change(values);
    }

    @Override
    public void reset() {
        HeadlightSettings.Values values = HeadlightSettings.get();
        model.setText(values.model);
        top.setValue(values.top);
        inline.setSelected(values.inline);
        javaHome.setText(values.javaHome);
        javaOptions.setText(values.javaOptions);
    }
}
