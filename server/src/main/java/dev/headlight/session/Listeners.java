package dev.headlight.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to listeners: to each in order, and to each on its own thread, so that a stalled one delays neither
 * the session nor the others. Posting an event never blocks, so it is safe under any lock.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Map<Listener, Mailbox> mailboxes = new ConcurrentHashMap<>();

    /** Adds a listener; {@code first} is its first event. */
    void add(Listener listener, Consumer<Listener> first) {
        Mailbox mailbox = new Mailbox(listener);
        mailbox.post(new Event(null, first));
        mailboxes.put(listener, mailbox);
    }

    void remove(Listener listener) {
        Mailbox mailbox = mailboxes.remove(listener);
        if (mailbox != null) {
            mailbox.thread.shutdown();
        }
    }

    void tell(Consumer<Listener> event) {
        mailboxes.values().forEach(mailbox -> mailbox.post(new Event(null, event)));
    }

    /** Posts an event that replaces an undelivered one with the same key. */
    void tellLatest(Object key, Consumer<Listener> event) {
        mailboxes.values().forEach(mailbox -> mailbox.post(new Event(key, event)));
    }

    @Override
    public void close() {
        mailboxes.keySet().forEach(this::remove);
    }

    private record Event(Object key, Consumer<Listener> call) {}

    /** One listener's undelivered events. */
    private static final class Mailbox {
        private final Listener listener;
        private final ExecutorService thread = Engine.thread("headlight-listener");
        private final Deque<Event> waiting = new ArrayDeque<>(); // guarded by this

        Mailbox(Listener listener) {
            this.listener = listener;
        }

        synchronized void post(Event event) {
            if (thread.isShutdown()) {
                return;
            }
            if (event.key != null && !waiting.isEmpty() && event.key.equals(waiting.getLast().key)) {
                waiting.removeLast();
            }
            waiting.add(event);
            thread.execute(this::deliver);
        }

        private void deliver() {
            Event event;
            synchronized (this) {
                event = waiting.poll();
            }
            if (event == null) {
                return; // a later event replaced it and was delivered
            }
            try {
                event.call.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a listener failed", e);
            }
        }
    }
}
