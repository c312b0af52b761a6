package dev.headlight.lsp;

import dev.headlight.protocol.HeadlightLanguageServer;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Session;
import dev.headlight.testing.FakeEditor;
import dev.headlight.web.WebServer;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A language server in this process, with an editor at its other end. */
final class ServerInProcess implements AutoCloseable {
    private final Session session;
    private final FakeEditor editor;
    private final CompletableFuture<Integer> served;
    private WebServer pages;
    private int documents;

    /** A server that an editor has begun to talk to. */
    static ServerInProcess begun(Session session) throws Exception {
        ServerInProcess server = new ServerInProcess(session);
        server.editor.begin();
        return server;
    }

    /** Serves a session, which stays open. */
    ServerInProcess(Session session) throws IOException {
        this.session = session;
        Pipe toServer = Pipe.open();
        Pipe toEditor = Pipe.open();
        served = new CompletableFuture<>();
        Thread thread = new Thread(() -> served.complete(serve(toServer, toEditor)), "lsp under test");
        thread.setDaemon(true);
        thread.start();
        editor = new FakeEditor(Channels.newInputStream(toEditor.source()), Channels.newOutputStream(toServer.sink()));
    }

    private int serve(Pipe in, Pipe out) {
        return HeadlightServer.serve(
                Channels.newInputStream(in.source()),
                Channels.newOutputStream(out.sink()),
                "test",
                session,
                new PageAddresses() {
                    @Override
                    public String pages() {
                        return ServerInProcess.this.pages().url();
                    }

                    @Override
                    public String page(int inspection, String choices) {
                        return ServerInProcess.this.pages().url(inspection, choices);
                    }

                    @Override
                    public String opening(int inspection, String choices) {
                        return ServerInProcess.this.pages().openingUrl(inspection, choices);
                    }
                },
                () -> new Messages.Models(session.state().model(), "", List.of()));
    }

    private synchronized WebServer pages() {
        if (pages == null) {
            pages = WebServer.start(session, 0, Set.of(), List.of());
        }
        return pages;
    }

    FakeEditor editor() {
        return editor;
    }

    HeadlightLanguageServer server() {
        return editor.server();
    }

    /** Opens a Markdown text in which {@code |} is the cursor, or {@code «…»} the selection. */
    Marked check(String marked) {
        return check("markdown", marked);
    }

    Marked check(String language, String marked) {
        documents++;
        Marked text = Marked.of(editor, "file:///" + documents, marked);
        editor.open(text.uri(), language, text.text());
        return text;
    }

    @Override
    public void close() {
        try {
            FakeEditor.get(server().shutdown().handle((nothing, alreadyDown) -> null));
            server().exit();
            served.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the server does not end", e);
        } finally {
            stopPages();
        }
    }

    private synchronized void stopPages() {
        if (pages != null) {
            pages.close();
        }
    }
}
