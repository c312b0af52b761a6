package dev.headlight.documents;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The documents now open, by URI. May be used from any thread; a document that was handed out never changes. */
public final class Documents {
    private final Map<String, Document> open = new ConcurrentHashMap<>();

    public void open(Document document) {
        open.put(document.uri(), document);
    }

    /** Puts an edited document in place of an open one; does nothing for one that isn't open. */
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
