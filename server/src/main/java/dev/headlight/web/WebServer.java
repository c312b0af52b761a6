package dev.headlight.web;

import dev.headlight.UserException;
import dev.headlight.imports.CorpusFile;
import dev.headlight.session.Session;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves a session's pages and inspections on 127.0.0.1, under a path of 256 random bits that is the only credential.
 * docs/http-api.md describes what it serves.
 */
public final class WebServer implements AutoCloseable {
    /** Posted bodies are text: twice the longest allowed, for JSON's escapes. */
    private static final long LARGEST_REQUEST = 4_000_000;

    private static final String CORPUS = "#view=corpus";

    private final Javalin server;
    private final Events events;
    private final String token;
    private final OneTimeCodes codes;

    private WebServer(Javalin server, Events events, String token, OneTimeCodes codes) {
        this.codes = codes;
        this.server = server;
        this.events = events;
        this.token = token;
    }

    /**
     * Starts the server.
     *
     * @param port the port, 0 for a free one
     * @param allowedHosts host names to accept besides those of this machine, for a proxy in front of the server
     * @param corpora what the Corpus view shows
     * @throws UserException if the port is in use
     */
    public static WebServer start(Session session, int port, Set<String> allowedHosts, List<CorpusFile> corpora) {
        return start(session, port, allowedHosts, corpora, InstantSource.system(), true);
    }

    /** The same for an editor, which chooses the session's model: pages of its can't. */
    public static WebServer startForEditor(Session session, Set<String> allowedHosts) {
        return start(session, 0, allowedHosts, List.of(), InstantSource.system(), false);
    }

    /**
     * The same with a clock.
     *
     * @param chooses whether pages may choose the session's model
     */
    static WebServer start(
            Session session,
            int port,
            Set<String> allowedHosts,
            List<CorpusFile> corpora,
            InstantSource clock,
            boolean chooses) {
        if (port < 0 || port > 65_535) {
            throw new UserException("Invalid port " + port + ": use a number up to 65535, or 0 for a free port.");
        }
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Set<String> hosts =
                allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        Events events = new Events(session);
        OneTimeCodes codes = new OneTimeCodes(clock);
        Gate gate = new Gate(token, hosts, codes);
        Javalin server =
                Javalin.create(config -> configure(config, new Api(session, chooses, corpora), events, token, gate));
        try {
            server.start("127.0.0.1", port);
        } catch (JavalinBindException e) {
            throw new UserException("Port " + port + " is in use: use another one, or 0 for a free port.", e);
        }
        return new WebServer(server, events, token, codes);
    }

    private static void configure(JavalinConfig config, Api api, Events events, String token, Gate gate) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE; // useless on the loopback
        config.http.maxRequestSize = LARGEST_REQUEST;
        config.router.contextPath = "/" + token;
        config.router.javaLangErrorHandler(Unfinished::failed);
        QueuedThreadPool threads = new QueuedThreadPool(32, 2);
        threads.setName("headlight-web");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> {
            server.insertHandler(gate);
            server.setErrorHandler(Gate::malformed);
        });
        config.routes.get("/", WebServer::index);
        config.routes.get("/assets/<file>", context -> page(context, "assets/" + context.pathParam("file")));
        config.routes.sse("/api/events", events::connect);
        api.addTo(config.routes);
    }

    private static void index(Context context) {
        page(context, "index.html");
    }

    private static void page(Context context, String path) {
        PageFiles.find(path)
                .ifPresentOrElse(
                        page -> context.contentType(page.type()).result(page.content()),
                        () -> context.status(404).result("Not found."));
    }

    /** The page's address, with a trailing slash. */
    public String url() {
        return "http://127.0.0.1:" + server.port() + "/" + token + "/";
    }

    /** The address of the Corpus view. */
    public String corpusUrl() {
        return url() + CORPUS;
    }

    /** The address of an inspection's page. */
    public String url(int inspection) {
        return url(inspection, "");
    }

    /** The same, with choices of the page, each after a {@code &}. */
    public String url(int inspection, String choices) {
        return url() + place(inspection) + choices;
    }

    private static String place(int inspection) {
        return "#inspection=" + inspection;
    }

    /** A one-time address of the page, valid for a minute: safe in a browser's arguments, which others can read. */
    public String openingUrl() {
        return opening("");
    }

    /** A one-time address of an inspection's page, valid for a minute. */
    public String openingUrl(int inspection) {
        return openingUrl(inspection, "");
    }

    /** The same, with choices of the page, each after a {@code &}. */
    public String openingUrl(int inspection, String choices) {
        return opening(place(inspection) + choices);
    }

    /** A one-time address of the Corpus view, valid for a minute. */
    public String openingCorpusUrl() {
        return opening(CORPUS);
    }

    private String opening(String place) {
        return "http://127.0.0.1:" + server.port() + Gate.OPEN + codes.issue(place);
    }

    @Override
    public void close() {
        events.close();
        server.stop();
    }
}
