package dev.headlight.intellij;

import com.intellij.openapi.project.DumbAware;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.util.Disposer;
import com.intellij.openapi.wm.ToolWindow;
import com.intellij.openapi.wm.ToolWindowFactory;
import com.intellij.ui.content.Content;
import com.intellij.ui.content.ContentFactory;
import java.util.List;

/** Creates the tool window that shows attention. */
public final class AttentionToolWindow implements ToolWindowFactory, DumbAware {
    static final String ID = "Headlight";

    @Override
    public void createToolWindowContent(Project project, ToolWindow window) {
        Attention attention = HeadlightService.of(project).attention();
        AttentionPanel panel = new AttentionPanel(attention::openInBrowser);
        panel.onVisibility(inSight -> attention.visible(panel, inSight));
        Disposer.register(panel, () -> attention.closed(panel));
        Content content = ContentFactory.getInstance().createContent(panel.component(), null, false);
        content.setDisposer(panel);
        window.getContentManager().addContent(content);
        window.setTitleActions(List.of(new OpenInBrowserAction(panel)));
        attention.showIn(panel);
    }

    @Override
    public boolean isDumbAware() {
        return true;
    }
}
