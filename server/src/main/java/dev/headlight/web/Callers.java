package dev.headlight.web;

import dev.headlight.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Request;

/** The client of a connection: its user, and whether it is still there. Linux tells for every local connection. */
final class Callers {
    private static final List<Path> CONNECTIONS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final String ESTABLISHED = "01";
    private static final long INTERVAL_NANOS = 200_000_000;

    private Callers() {}

    /** The client left before it was answered. */
    static final class Departed extends CancellationException {
        private static final long serialVersionUID = 1;

        Departed() {
            super("the client has left");
        }
    }

    /** For work for a client: cancels it soon after the client has left, where the system tells. */
    static Cancellation whileConnected(Request request) {
        AtomicLong asked = new AtomicLong(System.nanoTime());
        AtomicBoolean seen = new AtomicBoolean();
        return () -> {
            long now = System.nanoTime();
            if (now - asked.get() < INTERVAL_NANOS) {
                return;
            }
            asked.set(now);
            Optional<Boolean> connected = connected(request);
            boolean vanished = connected.isEmpty() && seen.get();
            if (vanished || connected.equals(Optional.of(false))) {
                throw new Departed();
            }
            seen.set(connected.isPresent());
        };
    }

    /** Whether the client's end is open; empty if the connection is not listed. */
    private static Optional<Boolean> connected(Request request) {
        try {
            return entry(here(request), caller(request))
                    .filter(cells -> cells.length > STATE)
                    .map(cells -> cells[STATE].equals(ESTABLISHED));
        } catch (IOException e) {
            return Optional.empty(); // not Linux
        }
    }

    /** Whether another user, except root, made the connection; false if unknown. */
    static boolean isAnotherUser(Request request) {
        try {
            String own = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
            return entry(caller(request), here(request))
                    .filter(cells -> cells.length > USER)
                    .filter(cells -> !cells[USER].equals(own) && !cells[USER].equals("0"))
                    .isPresent();
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return false; // not Linux
        }
    }

    private static SocketAddress caller(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress();
    }

    private static SocketAddress here(Request request) {
        return request.getConnectionMetaData().getLocalSocketAddress();
    }

    /** What the system says of one end of a connection. */
    private static Optional<String[]> entry(SocketAddress end, SocketAddress other) throws IOException {
        if (!(end instanceof InetSocketAddress local) || !(other instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        for (Path list : CONNECTIONS) {
            for (String line : Files.readAllLines(list)) {
                String[] cells = line.strip().split("\\s+");
                if (cells.length > REMOTE
                        && cells[LOCAL].endsWith(port(local))
                        && cells[REMOTE].endsWith(port(remote))) {
                    return Optional.of(cells);
                }
            }
        }
        return Optional.empty();
    }

    private static String port(InetSocketAddress address) {
        return String.format(Locale.ROOT, ":%04X", address.getPort());
    }
}
