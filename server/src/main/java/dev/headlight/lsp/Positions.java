package dev.headlight.lsp;

import dev.headlight.documents.Document;
import dev.headlight.documents.TextPosition;
import dev.headlight.text.Span;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** Converts between LSP positions and spans of a document. The one place that knows both. */
final class Positions {
    private Positions() {}

    /** The URI of a document that a request is about. */
    static String uri(TextDocumentIdentifier document) {
        if (document == null || document.getUri() == null) {
            throw RequestRunner.error(ResponseErrorCode.InvalidParams, "The textDocument is missing.");
        }
        return document.getUri();
    }

    static int offset(Document document, Position position) {
        if (position == null) {
            throw RequestRunner.error(ResponseErrorCode.InvalidParams, "A position is missing.");
        }
        return document.offset(new TextPosition(position.getLine(), position.getCharacter()));
    }

    static Span span(Document document, Range range) {
        if (range == null) {
            throw RequestRunner.error(ResponseErrorCode.InvalidParams, "A range is missing.");
        }
        int a = offset(document, range.getStart());
        int b = offset(document, range.getEnd());
        return new Span(Math.min(a, b), Math.max(a, b));
    }

    static Position position(Document document, int offset) {
        TextPosition position = document.position(offset);
        return new Position(position.line(), position.character());
    }

    static Range range(Document document, Span span) {
        return new Range(position(document, span.start()), position(document, span.end()));
    }
}
