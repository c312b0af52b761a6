package dev.headlight.cli;

import dev.headlight.Release;
import dev.headlight.hub.Hub;
import dev.headlight.lsp.HeadlightServer;
import dev.headlight.lsp.PageAddresses;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Session;
import dev.headlight.web.WebServer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code headlight lsp}. */
@Command(
        name = "lsp",
        description = "Run the language server over standard input and output.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LspCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--allow-host",
            paramLabel = "HOST",
            description = "Accept this Host header too, for a proxy in front of the pages.")
    private Set<String> allowedHosts = Set.of();

    @Mixin
    private MemoryOption memory;

    @Option(names = "--stdio", hidden = true, description = "Accepted and ignored: some editors pass it.")
    private boolean stdio;

    @Override
    public Integer call() {
        try (Session session = new Session(
                        model.name(), Models.loader(model.precision(), name -> step -> {}), memory.bytes());
                PageServer pages = new PageServer(session, allowedHosts)) {
            int code = HeadlightServer.serve(
                    main.io().in(), main.io().out(), Release.version(), session, pages, () -> models(session));
            main.io().end(code); // the editor waits, and freeing the model's memory would take half a second
            return code;
        }
    }

    /** The models on this machine. */
    private static Messages.Models models(Session session) {
        List<Messages.Model> models = Models.known(List.of()).stream()
                .map(model -> new Messages.Model(
                        model.name(),
                        model.type(),
                        model.bytes(),
                        model.problem().orElse(null)))
                .toList();
        return new Messages.Models(
                session.state().model(), Hub.ofProcess().cacheFolder().toString(), models);
    }

    /** The web server, started on the first request for an address. */
    private static final class PageServer implements PageAddresses, AutoCloseable {
        private final Session session;
        private final Set<String> allowedHosts;
        private WebServer server;

        PageServer(Session session, Set<String> allowedHosts) {
            this.session = session;
            this.allowedHosts = allowedHosts;
        }

        @Override
        public String pages() {
            return server().url();
        }

        @Override
        public String page(int inspection, String choices) {
            return server().url(inspection, choices);
        }

        @Override
        public String opening(int inspection, String choices) {
            return server().openingUrl(inspection, choices);
        }

        private synchronized WebServer server() {
            if (server == null) {
                server = WebServer.startForEditor(session, allowedHosts);
            }
            return server;
        }

        @Override
        public synchronized void close() {
            if (server != null) {
                server.close();
            }
        }
    }
}
