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
 * Tells listeners what happens: each in order, and each on a thread of its own, so that one that stalls holds up neither
 * the session nor the others. Telling never blocks, so it may be done under any lock.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Map<Listener, Mailbox> mailboxes = new ConcurrentHashMap<>();

    /** Adds a listener; {@code first} is what it hears before all else. */
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

    /** Tells of something that makes the event before it worthless, if that has the same key and was not heard yet. */
    void tellLatest(Object key, Consumer<Listener> event) {
        mailboxes.values().forEach(mailbox -> mailbox.post(new Event(key, event)));
    }

    @Override
    public void close() {
        mailboxes.keySet().forEach(this::remove);
    }

    private record Event(Object key, Consumer<Listener> told) {}

    /** What one listener has not heard yet. */
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
                return; // a later one took its place, and was delivered
            }
            try {
                event.told.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a listener failed", e);
            }
        }
    }
}
