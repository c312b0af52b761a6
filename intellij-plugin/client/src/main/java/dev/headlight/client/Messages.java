package dev.headlight.client;

import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentIdentifier;

/** The shapes of Headlight's own messages; docs/lsp-extensions.md describes each, and a test compares the two. */
final class Messages {
    static final String INSPECT = "headlight/inspect";
    static final String OPENING_ADDRESS = "headlight/openingAddress";
    static final String MODELS = "headlight/models";
    static final String USE_MODEL = "headlight/useModel";
    static final String CURSOR = "headlight/cursor";
    static final String HIGHLIGHT = "headlight/highlight";

    /** Commands of the server. */
    static final String SUGGEST = "headlight.suggestWords";

    static final String ACCEPT = "headlight.acceptWord";

    private Messages() {}

    record Place(TextDocumentIdentifier textDocument, Range range) {}

    record InspectParams(TextDocumentIdentifier textDocument, Range range, Place pair) {}

    record InspectResult(int id, String url, String model, int tokens, int leftOut, List<BlankWords> blanks) {}

    record OpenInspection(int inspection) {}

    record OpeningAddress(String url) {}

    record BlankWords(String uri, Range range, List<Word> words) {}

    record Word(String word, double probability) {}

    record AcceptWord(String uri, Range range, String word) {}

    record Models(String current, String cache, List<Model> models) {}

    record Model(String name, String type, long bytes, String problem) {}

    record UseModel(String model) {}

    record Cursor(TextDocumentIdentifier textDocument, Position position) {}

    record Highlight(String uri, int version, int inspection, List<WeightedSpan> spans) {}

    record WeightedSpan(Range range, double weight) {}
}
