package dev.headlight.intellij;

import com.intellij.codeInsight.lookup.LookupManager;
import com.intellij.core.CoreApplicationEnvironment;
import com.intellij.ide.BrowserUtil;
import com.intellij.mock.MockApplication;
import com.intellij.mock.MockProject;
import com.intellij.notification.Notification;
import com.intellij.openapi.Disposable;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.application.ModalityState;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.EditorFactory;
import com.intellij.openapi.editor.colors.EditorColorsManager;
import com.intellij.openapi.editor.event.EditorFactoryEvent;
import com.intellij.openapi.editor.impl.DocumentWriteAccessGuard;
import com.intellij.openapi.fileEditor.FileDocumentManager;
import com.intellij.openapi.fileTypes.PlainTextFileType;
import com.intellij.openapi.util.Condition;
import com.intellij.openapi.util.Disposer;
import com.intellij.openapi.wm.ToolWindow;
import com.intellij.openapi.wm.ToolWindowManager;
import com.intellij.testFramework.LightVirtualFile;
import dev.headlight.client.Launch;
import java.awt.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** JetBrains' platform core with one project and a UI thread, but without windows. */
final class StandInIde implements AutoCloseable {
    private final Disposable root = Disposer.newDisposable("ide");
    final MockProject project;
    final HeadlightService service;
    boolean toolWindowShown;
    private final List<StandInEditor> editors = new ArrayList<>();

    StandInIde(Supplier<Launch> launch) {
        System.setProperty(
                "intellij.progress.task.ignoreHeadless", "true"); // tasks run in the background, as in an IDE
        MockApplication application = new Environment(root).application();
        CoreApplicationEnvironment.registerApplicationExtensionPoint(
                DocumentWriteAccessGuard.EP_NAME, DocumentWriteAccessGuard.class);
        application.registerService(HeadlightSettings.class, new HeadlightSettings());
        project = new MockProject(application.getPicoContainer(), root);
        LookupManager.open = null;
        BrowserUtil.OPENED.clear();
        Notification.SHOWN.clear();
        AnAction.BOUND.clear();
        EditorFactory.OPEN.clear();
        ToolWindowManager.window = StandIn.of(ToolWindow.class, new Object() {
            void show(Runnable then) {
                toolWindowShown = true;
            }
        });
        service = new HeadlightService(project, launch);
        project.registerService(HeadlightService.class, service);
        Disposer.register(root, service);
    }

    private static final class Environment extends CoreApplicationEnvironment {
        Environment(Disposable root) {
            super(root);
        }

        MockApplication application() {
            return application;
        }

        @Override
        protected MockApplication createApplication(Disposable parent) {
            return new MockApplication(parent) {
                @Override
                public void invokeLater(Runnable work, Condition<?> expired) {
                    EventQueue.invokeLater(() -> {
                        if (!expired.value(null)) {
                            work.run();
                        }
                    });
                }

                @Override
                public void invokeLater(Runnable work, ModalityState state, Condition<?> expired) {
                    invokeLater(work, expired);
                }

                @Override
                public void invokeLater(Runnable work, ModalityState state) {
                    EventQueue.invokeLater(work);
                }

                @Override
                public void invokeLater(Runnable work) {
                    EventQueue.invokeLater(work);
                }

                @Override
                public boolean isDispatchThread() {
                    return EventQueue.isDispatchThread();
                }
            };
        }
    }

    /** Opens a text in an editor. */
    StandInEditor open(String name, String text) {
        StandInEditor editor = openUnnoticed(name, text);
        run(() -> new EditorWatcher().editorCreated(new EditorFactoryEvent(editor.editor)));
        return editor;
    }

    /** Opens a text in an editor while the plugin is not loaded. */
    StandInEditor openUnnoticed(String name, String text) {
        return onUi(() -> {
            LightVirtualFile file = new LightVirtualFile(name, PlainTextFileType.INSTANCE, text);
            Document document = FileDocumentManager.getInstance().getDocument(file);
            StandInEditor editor = new StandInEditor(project, document);
            EditorColorsManager.scheme = editor.scheme();
            EditorFactory.OPEN.add(editor.editor);
            editors.add(editor);
            return editor;
        });
    }

    void closeEditors() {
        run(() -> editors.forEach(one -> new EditorWatcher().editorReleased(new EditorFactoryEvent(one.editor))));
        editors.clear();
        EditorFactory.OPEN.clear();
    }

    /** Runs something on the UI thread; a call that blocks forever fails. */
    static <T> T onUi(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        EventQueue.invokeLater(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable problem) {
                done.completeExceptionally(problem);
            }
        });
        try {
            return done.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("on the UI thread", e.getCause() == null ? e : e.getCause());
        }
    }

    static void run(Runnable work) {
        onUi(() -> {
            work.run();
            return null;
        });
    }

    /** Waits until a condition holds on the UI thread. */
    static void await(Callable<Boolean> condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!onUi(condition)) {
            if (System.nanoTime() > until) {
                throw new AssertionError("the condition never became true");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        run(() -> Disposer.dispose(root));
    }
}
