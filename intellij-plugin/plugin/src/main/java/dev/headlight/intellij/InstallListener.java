package dev.headlight.intellij;

import com.intellij.ide.plugins.DynamicPluginListener;
import com.intellij.ide.plugins.IdeaPluginDescriptor;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.editor.EditorFactory;
import java.util.List;

/** Shows words in the editors that were open when the plugin was installed or enabled, without a restart. */
public final class InstallListener implements DynamicPluginListener {
    static final String PLUGIN = "dev.headlight";

    @Override
    public void pluginLoaded(IdeaPluginDescriptor loaded) {
        if (loaded.getPluginId().getIdString().equals(PLUGIN)) {
            ApplicationManager.getApplication()
                    .invokeLater(() ->
                            List.of(EditorFactory.getInstance().getAllEditors()).forEach(EditorWatcher::opened));
        }
    }
}
