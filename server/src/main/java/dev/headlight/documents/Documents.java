package dev.headlight.documents;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The open documents, by URI. Thread-safe; a returned document never changes. */
public final class Documents {
    private final Map<String, Document> open = new ConcurrentHashMap<>();

    public void open(Document document) {
        open.put(document.uri(), document);
    }

    /** Replaces an open document by an edited one; does nothing if it isn't open. */
    public void change(String uri, UnaryOperator<Document> edit) {
        open.computeIfPresent(uri, (key, document) -> edit.apply(document));
    }

    public void close(String uri) {
        open.remove(uri);
    }

    public Optional<Document> find(String uri) {
        return Optional.ofNullable(open.get(uri));
    }
}
