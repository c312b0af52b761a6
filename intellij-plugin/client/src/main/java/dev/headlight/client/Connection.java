package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.services.LanguageClient;

/** One process of the server. Every request to it is answered, at the latest when the process ends. */
final class Connection {
    /** Its messages quote what is sent, which may be the user's text: never logged. */
    private static final Logger PROTOCOL_LOG = Logger.getLogger("org.eclipse.lsp4j");

    /** How long a server may take to exit by itself. */
    private static final long POLITE_SECONDS = 3;

    final HeadlightLanguageServer server;
    private final Process process;
    private final Instant born = Instant.now();
    private final Set<CompletableFuture<?>> asked = ConcurrentHashMap.newKeySet();

    private Connection(Process process, LanguageClient client) {
        PROTOCOL_LOG.setLevel(Level.OFF);
        this.process = process;
        Launcher<HeadlightLanguageServer> launcher = new Launcher.Builder<HeadlightLanguageServer>()
                .setLocalService(client)
                .setRemoteInterface(HeadlightLanguageServer.class)
                .setInput(process.getInputStream())
                .setOutput(process.getOutputStream())
                .setExecutorService(Executors.newCachedThreadPool(work -> daemon("headlight-inbox", work)))
                .create();
        server = launcher.getRemoteProxy();
        launcher.startListening();
        process.onExit().thenRun(this::failAll);
    }

    /** @throws HeadlightException if the process can't be started */
    static Connection open(Launch launch, LanguageClient client) {
        try {
            return new Connection(launch.process().start(), client);
        } catch (IOException e) {
            throw new HeadlightException("Headlight’s server could not be started: " + e.getMessage() + ".");
        }
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Keeps track of a request, so that it fails if the process ends before it answers. */
    <T> CompletableFuture<T> track(CompletableFuture<T> request) {
        asked.add(request);
        request.whenComplete((value, problem) -> asked.remove(request));
        if (!process.isAlive()) {
            failAll();
        }
        return request;
    }

    private void failAll() {
        HeadlightException ended = new HeadlightException("Headlight’s server ended: try again in a moment.");
        List.copyOf(asked).forEach(request -> request.completeExceptionally(ended));
    }

    /** Completes when the process has ended. */
    CompletableFuture<Void> ended() {
        return process.onExit().thenAccept(dead -> {});
    }

    Duration lived() {
        return Duration.between(born, Instant.now());
    }

    /** Asks the process to exit, and kills it if it doesn't. Returns at once. */
    void end() {
        process.onExit().orTimeout(POLITE_SECONDS, TimeUnit.SECONDS).exceptionally(tooLate -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            return process.destroyForcibly();
        });
        daemon("headlight-ending", () -> {
                    try {
                        track(server.shutdown()).join();
                        server.exit();
                    } catch (RuntimeException e) {
                        // it has ended, or will be killed
                    }
                })
                .start();
    }
}
