package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.services.LanguageClient;

/** One process of the server. Every request to it is answered, at the latest when the process ends. */
final class Connection {
    /** How long a server may take to exit by itself. */
    private static final long POLITE_SECONDS = 3;

    /** How long a thread without work is kept. */
    private static final long IDLE_SECONDS = 60;

    final HeadlightLanguageServer server;
    private final Process process;
    private final Instant born = Instant.now();
    private final Set<CompletableFuture<?>> asked = ConcurrentHashMap.newKeySet();

    private Connection(Process process, LanguageClient client) {
        this.process = process;
        ExecutorService inbox = inbox();
        Launcher<HeadlightLanguageServer> launcher = new Launcher.Builder<HeadlightLanguageServer>()
                .setLocalService(client)
                .setRemoteInterface(HeadlightLanguageServer.class)
                .setInput(process.getInputStream())
                .setOutput(process.getOutputStream())
                .setExecutorService(inbox)
                .create();
        server = launcher.getRemoteProxy();
        launcher.startListening();
        process.onExit().thenRun(() -> {
            failAll();
            inbox.shutdown();
        });
    }

    /** @throws HeadlightException if the process can't be started */
    static Connection open(Launch launch, LanguageClient client) {
        try {
            return new Connection(launch.process().start(), client);
        } catch (IOException e) {
            throw new HeadlightException(
                    "Java could not be started (" + e.getMessage()
                            + "): choose another runtime in Headlight’s settings.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
    }

    /** Threads to read messages on; the log is silent until the last one has ended. */
    private static ExecutorService inbox() {
        ProtocolLog.silence();
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> daemon("headlight-inbox", work)) {
            @Override
            protected void terminated() {
                ProtocolLog.restore();
            }
        };
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Daemon(name, work);
        thread.setDaemon(true);
        return thread;
    }

    static boolean isOurs(Thread thread) {
        return thread instanceof Daemon;
    }

    private static final class Daemon extends Thread {
        Daemon(String name, Runnable work) {
            super(work, name);
        }
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
