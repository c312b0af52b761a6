package dev.headlight.client;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Drops what LSP4J logs on Headlight's threads, as it quotes messages, which may hold the user's text. Loggers belong to
 * the whole IDE: what LSP4J logs for other plugins passes, their filters stay in use, and nothing is left once the last
 * connection has ended.
 */
final class ProtocolLog implements Filter {
    /** The classes of LSP4J that log. */
    private static final List<String> NAMES = List.of(
            "org.eclipse.lsp4j.jsonrpc.RemoteEndpoint",
            "org.eclipse.lsp4j.jsonrpc.json.ConcurrentMessageProcessor",
            "org.eclipse.lsp4j.jsonrpc.json.StreamMessageProducer",
            "org.eclipse.lsp4j.jsonrpc.services.GenericEndpoint");

    private static final List<ProtocolLog> INSTALLED = new ArrayList<>();
    private static int connections;

    private final Logger logger;
    private final Filter before;

    private ProtocolLog(Logger logger) {
        this.logger = logger;
        before = logger.getFilter();
        logger.setFilter(this);
    }

    /** A connection was opened. */
    static synchronized void silence() {
        if (connections++ == 0) {
            NAMES.forEach(name -> INSTALLED.add(new ProtocolLog(Logger.getLogger(name))));
        }
    }

    /** A connection has ended. */
    static synchronized void restore() {
        if (--connections == 0) {
            INSTALLED.forEach(ProtocolLog::remove);
            INSTALLED.clear();
        }
    }

    private void remove() {
        if (logger.getFilter() == this) {
            logger.setFilter(before);
        }
    }

    /** Called on the thread that logs. */
    @Override
    public boolean isLoggable(LogRecord record) {
        return !Connection.isOurs(Thread.currentThread()) && (before == null || before.isLoggable(record));
    }
}
