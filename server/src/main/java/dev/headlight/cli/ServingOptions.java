package dev.headlight.cli;

import dev.headlight.imports.CorpusFile;
import dev.headlight.session.Session;
import dev.headlight.web.WebServer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Option;

/** How the page is served and opened. */
final class ServingOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The port to listen on; 0 (the default) picks a free one.")
    private int port;

    @Option(names = "--no-browser", description = "Don't open a browser.")
    private boolean noBrowser;

    @Option(
            names = "--allow-host",
            paramLabel = "HOST",
            description = "Accept this Host header too, for a proxy in front of this server.")
    private Set<String> allowedHosts = Set.of();

    WebServer start(Session session) {
        return start(session, List.of());
    }

    /** The same with what the Corpus view shows. */
    WebServer start(Session session, List<CorpusFile> corpora) {
        return WebServer.start(session, port, allowedHosts, corpora);
    }

    /** Opens a browser, unless told not to, and serves until a signal ends the process. */
    void serve(WebServer server, String openingUrl) {
        if (!noBrowser) {
            Browser.open(openingUrl);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
