package dev.headlight.intellij;

import com.intellij.openapi.project.Project;

/** Restarts the server. */
public final class RestartAction extends ProjectAction {
    @Override
    void perform(Project project) {
        HeadlightService.of(project).client().restart();
    }
}
