package dev.headlight.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.server.Request;

/** Finds the user behind a connection, on systems that tell: Linux does for every local connection. */
final class Callers {
    private static final List<Path> CONNECTIONS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int USER = 7;

    private Callers() {}

    /** Whether another user, except root, made the connection; false if unknown. */
    static boolean isAnotherUser(Request request) {
        if (!(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress caller)
                || !(request.getConnectionMetaData().getLocalSocketAddress() instanceof InetSocketAddress here)) {
            return false;
        }
        String from = port(caller);
        String to = port(here);
        try {
            String own = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
            for (Path list : CONNECTIONS) {
                for (String line : Files.readAllLines(list)) {
                    String[] cells = line.strip().split("\\s+");
                    if (cells.length > USER && cells[LOCAL].endsWith(from) && cells[REMOTE].endsWith(to)) {
                        return !cells[USER].equals(own) && !cells[USER].equals("0");
                    }
                }
            }
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            // not Linux
        }
        return false;
    }

    private static String port(InetSocketAddress address) {
        return String.format(Locale.ROOT, ":%04X", address.getPort());
    }
}
