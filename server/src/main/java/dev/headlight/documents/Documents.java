package dev.headlight.documents;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The open documents, by URI. Thread-safe; a returned document never changes. */
public final class Documents {
    /** Replaced by every change, never changed. */
    private volatile Map<String, Document> open = Map.of();

    /**
     * The documents at one moment.
     *
     * @param byUri never changed
     */
    public record Snapshot(Map<String, Document> byUri) {
        public Optional<Document> find(String uri) {
            return Optional.ofNullable(byUri.get(uri));
        }
    }

    public synchronized void open(Document document) {
        Map<String, Document> changed = new HashMap<>(open);
        changed.put(document.uri(), document);
        open = changed;
    }

    /** Replaces an open document by an edited one; does nothing if it isn't open. */
    public synchronized void change(String uri, UnaryOperator<Document> edit) {
        find(uri).ifPresent(document -> open(edit.apply(document)));
    }

    public synchronized void close(String uri) {
        Map<String, Document> changed = new HashMap<>(open);
        changed.remove(uri);
        open = changed;
    }

    public void closeAll() {
        open = Map.of();
    }

    /** The documents as they are now. */
    public Snapshot now() {
        return new Snapshot(open);
    }

    public Optional<Document> find(String uri) {
        return now().find(uri);
    }
}
