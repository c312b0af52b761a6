package com.intellij.notification;

import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.project.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Replaces the IDE's class; records notifications. */
public class Notification {
    public static final BlockingQueue<Notification> SHOWN = new LinkedBlockingQueue<>();

    public final String content;
    public final List<AnAction> actions = new ArrayList<>();
    public boolean expired;

    public Notification(String groupId, String title, String content, NotificationType type) {
        this.content = content;
    }

    public Notification addAction(AnAction action) {
        actions.add(action);
        return this;
    }

    public void expire() {
        expired = true;
    }

    public void notify(Project project) {
        SHOWN.add(this);
    }
}
