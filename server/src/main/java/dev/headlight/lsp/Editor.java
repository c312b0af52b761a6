package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.documents.Document;
import dev.headlight.documents.Documents;
import dev.headlight.documents.PositionEncoding;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Request;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The documents of one editor, with results in document coordinates. Thread-safe. */
final class Editor {
    private static final int MOST_ORIGINS = 256;
    /** Of old versions of documents, in UTF-16 units. */
    private static final long MOST_TEXT = 32L << 20;

    private final Documents documents = new Documents();
    private final Session session;
    private final PageAddresses addresses;
    private final Map<Integer, Origin> origins = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, false) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Origin> eldest) {
            return size() > MOST_ORIGINS;
        }
    });
    private volatile int top = Options.standard().top();
    private volatile boolean ghosts;
    private volatile PositionEncoding encoding = PositionEncoding.UTF16;

    /** The source of an inspection's text, or of both texts of a pair. */
    record Origin(List<Part> parts) {
        record Part(Document document, Span span) {
            /** The part in an edited document; the part as it was, if the edit touches it. */
            private Part edited(Document before, Span replaced, Document after) {
                if (document != before || replaced.touches(span)) {
                    return this;
                }
                int by = after.text().length() - before.text().length();
                return new Part(after, replaced.start() < span.start() ? span.shift(by) : span);
            }
        }

        private Origin edited(Document before, Span replaced, Document after) {
            return new Origin(parts.stream()
                    .map(part -> part.edited(before, replaced, after))
                    .toList());
        }
    }

    /**
     * A blank of a document and its words.
     *
     * @param span what a word replaces
     */
    record Suggestion(Span span, List<Prediction> words) {}

    Editor(Session session, PageAddresses addresses) {
        this.session = session;
        this.addresses = addresses;
    }

    Documents documents() {
        return documents;
    }

    Session session() {
        return session;
    }

    void setTop(int words) {
        top = words;
    }

    int top() {
        return top;
    }

    /** Whether inline completion shows words at a blank without being asked. */
    boolean ghosts() {
        return ghosts;
    }

    void setGhosts(boolean automatic) {
        ghosts = automatic;
    }

    PositionEncoding encoding() {
        return encoding;
    }

    void setEncoding(PositionEncoding chosen) {
        encoding = chosen;
    }

    /** Inspects one or two parts of documents, and keeps the inspection open. */
    OpenInspection inspect(Origin origin, Cancellation cancellation) {
        return inspect(origin, Optional.empty(), cancellation);
    }

    /**
     * The same.
     *
     * @param word of the first part's document: the model is asked about it as about a blank
     */
    OpenInspection inspect(Origin origin, Optional<Span> word, Cancellation cancellation) {
        List<String> texts = origin.parts().stream()
                .map(part -> part.span().of(part.document().text()))
                .toList();
        boolean code = !origin.parts().stream().allMatch(part -> part.document().isText());
        Request request = Request.of(texts.get(0), texts.size() > 1 ? Optional.of(texts.get(1)) : Optional.empty())
                .asCode(code && !session.causal(cancellation))
                .masking(word.map(
                        place -> place.shift(-origin.parts().get(0).span().start())));
        OpenInspection opened = session.open(request, new Options(top, false), true, cancellation);
        synchronized (origins) {
            origins.put(opened.id(), origin);
            List<Integer> oldestFirst = List.copyOf(origins.keySet());
            for (int i = 0; i < oldestFirst.size() - 1 && textLength() > MOST_TEXT; i++) {
                origins.remove(oldestFirst.get(i));
            }
        }
        return opened;
    }

    /** The length of all versions of documents that origins refer to. */
    private long textLength() {
        Set<Document> versions = Collections.newSetFromMap(new IdentityHashMap<>());
        origins.values().forEach(origin -> origin.parts().forEach(part -> versions.add(part.document())));
        return versions.stream().mapToLong(document -> document.text().length()).sum();
    }

    /** Moves open inspections along with a document's edit, except those whose text it changes. */
    void edited(Document before, Span replaced, Document after) {
        origins.replaceAll((id, origin) -> origin.edited(before, replaced, after));
    }

    /** The address that all pages are below; the first call starts the web server. */
    String pages() {
        return addresses.pages();
    }

    /** The address of an inspection's page; the first call starts the web server. */
    String page(int inspection, String choices) {
        return addresses.page(inspection, choices);
    }

    /** A one-time address of the same page, to start a browser with. */
    String opening(int inspection, String choices) {
        return addresses.opening(inspection, choices);
    }

    Optional<Origin> origin(int inspection) {
        return Optional.ofNullable(origins.get(inspection));
    }

    /** Reports the token at the cursor to the latest inspection of this version of a document. */
    void cursor(Document document, int offset) {
        synchronized (origins) {
            origins.entrySet().stream()
                    .filter(entry -> entry.getValue().parts().stream()
                            .anyMatch(part -> part.document().equals(document)))
                    .reduce((older, newer) -> newer)
                    .ifPresent(latest -> session.cursorMoved(latest.getKey(), tokenAt(latest, document, offset)));
        }
    }

    private OptionalInt tokenAt(Map.Entry<Integer, Origin> from, Document document, int offset) {
        List<Origin.Part> parts = from.getValue().parts();
        List<Token> tokens = session.find(from.getKey())
                .map(opened -> opened.inspection().tokens())
                .orElse(List.of());
        return IntStream.range(0, tokens.size())
                .filter(i -> !tokens.get(i).added() && tokens.get(i).segment() < parts.size())
                .filter(i -> {
                    Origin.Part part = parts.get(tokens.get(i).segment());
                    Span span = tokens.get(i).span().shift(part.span().start());
                    return part.document().equals(document) && span.start() <= offset && offset < span.end();
                })
                .findFirst();
    }

    /** The words for those blanks of a document that touch a range. */
    List<Suggestion> suggestions(Document document, Span range, int words, Cancellation cancellation) {
        List<Span> wanted =
                document.blanks().stream().filter(blank -> blank.touches(range)).toList();
        List<Suggestion> found = new ArrayList<>();
        if (!wanted.isEmpty() && session.causal(cancellation)) {
            return found; // a causal model can't fill blanks
        }
        int next = 0;
        while (next < wanted.size()) {
            Span passage = document.passage(wanted.get(next));
            String text = passage.of(document.text());
            Map<Span, Blank> blanks = new HashMap<>();
            if (Blanks.find(text).size()
                    <= Request.MOST_BLANKS) { // of more, none is filled: an error would return with each edit
                session.predict(request(document, text), new Options(words, false), cancellation)
                        .forEach(blank -> blanks.put(blank.span().shift(passage.start()), blank));
            }
            do { // a passage has one blank at least
                Span place = wanted.get(next++);
                if (blanks.containsKey(place)) { // else it did not fit into the model
                    found.add(new Suggestion(place, blanks.get(place).predictions()));
                }
            } while (next < wanted.size() && passage.contains(wanted.get(next)));
        }
        return found;
    }

    /** Other words for a word of a document. */
    Suggestion alternatives(Document document, Span word, Cancellation cancellation) {
        Span passage = document.passage(word);
        Request request = new Request(
                passage.of(document.text()),
                Optional.empty(),
                Optional.of(word.shift(-passage.start())),
                !document.isText() && !session.causal(cancellation));
        return suggestion(request, word.start() - passage.start(), word, cancellation);
    }

    /** Words to insert at a place without a blank, with the spaces that they need. */
    Suggestion insertions(Document document, int offset, Cancellation cancellation) {
        Span place = new Span(offset, offset);
        Span passage = document.passage(place);
        String before = document.text().substring(passage.start(), offset);
        if (session.causal(cancellation)) {
            return new Suggestion(place, before.isBlank() ? List.of() : continuations(before, cancellation));
        }
        String after = document.text().substring(offset, passage.end());
        String blank = "[MASK]";
        String spaced = before.isEmpty() || endsInSpace(before) ? blank : " " + blank;
        // nothing after the place doesn't mean that the sentence ends there
        Request request = request(document, before + spaced + " " + (after.isBlank() ? "..." : after));
        int at = before.length() + spaced.length() - blank.length();
        List<Prediction> words = suggestion(request, at, place, cancellation).words().stream()
                .map(word -> spaced(document.text(), offset, word))
                .toList();
        return new Suggestion(place, words);
    }

    /** A request for part of a document; for a program, without its code. */
    private static Request request(Document document, String text) {
        return Request.of(text).asCode(!document.isText());
    }

    /** Words that could follow a text. A trailing space of the text belongs to the next word's token. */
    private List<Prediction> continuations(String text, Cancellation cancellation) {
        String read = text.stripTrailing();
        boolean spaced = read.length() < text.length();
        Options options = new Options(spaced ? Math.min(4 * top, 1000) : top, false);
        return session.predict(Request.of(read), options, cancellation).stream()
                .flatMap(end -> end.predictions().stream())
                .filter(word -> !spaced || word.word().startsWith(" "))
                .limit(top)
                .map(word -> spaced
                        ? new Prediction(word.word().stripLeading(), word.token(), word.id(), word.probability())
                        : word)
                .toList();
    }

    /** A word with the spaces that separate it from its neighbours. */
    private static Prediction spaced(String text, int offset, Prediction word) {
        boolean before = offset > 0 && Character.isLetterOrDigit(text.charAt(offset - 1));
        boolean after = offset < text.length() && Character.isLetterOrDigit(text.charAt(offset));
        String spaced = (before ? " " : "") + word.word() + (after ? " " : "");
        return new Prediction(spaced, word.token(), word.id(), word.probability());
    }

    private static boolean endsInSpace(String text) {
        return Character.isWhitespace(text.charAt(text.length() - 1));
    }

    private Suggestion suggestion(Request request, int at, Span place, Cancellation cancellation) {
        return session.predict(request, new Options(top, false), cancellation).stream()
                .filter(blank -> blank.segment() == 0 && blank.span().start() == at)
                .map(blank -> new Suggestion(place, blank.predictions()))
                .findFirst()
                .orElse(new Suggestion(place, List.of()));
    }

    /** The word that a selection is, or that its only character is in. */
    static Optional<Span> word(Document document, Span selection) {
        boolean one = selection.length() > 0 && CommandService.isPoint(document, selection);
        return one
                ? Blanks.wordAround(document.text(), selection.start())
                : Optional.of(selection).filter(span -> Blanks.isWord(span.of(document.text())));
    }

    /** The word to ask about where no blank is: one that is selected, or that the cursor is in or next to. */
    static Optional<Span> wordAsked(Document document, Span selection) {
        int start = selection.start();
        boolean isAtBlank = document.blanks().stream().anyMatch(blank -> blank.touches(selection));
        return isAtBlank
                ? Optional.empty()
                : word(document, selection)
                        .or(() -> Blanks.wordAround(document.text(), start))
                        .or(() -> start == 0 ? Optional.empty() : Blanks.wordAround(document.text(), start - 1));
    }

    /** The number of the blank at a span of the first part's document, among those of an inspection. */
    static OptionalInt place(OpenInspection opened, Origin.Part part, Span at) {
        List<Blank> blanks = opened.inspection().blanks();
        return IntStream.range(0, blanks.size())
                .filter(i -> blanks.get(i).segment() == 0
                        && blanks.get(i).span().shift(part.span().start()).touches(at))
                .findFirst();
    }

    /** The blank at or next to an offset. */
    static Optional<Span> blankAt(Document document, int offset) {
        Span place = new Span(offset, offset);
        return document.blanks().stream().filter(blank -> blank.touches(place)).findFirst();
    }
}
