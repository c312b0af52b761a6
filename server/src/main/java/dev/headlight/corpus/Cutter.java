package dev.headlight.corpus;

import dev.headlight.inspect.Inspector;
import dev.headlight.text.Reading;
import dev.headlight.text.Sentences;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts documents into texts that a model takes. May be used on several threads at once. */
final class Cutter {
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|[\\n\\r\\u0085\\u2028\\u2029]");
    private static final Pattern EMPTY_LINES = Pattern.compile("(?:\\r\\n|[\\n\\r])[ \\t]*(?:\\r\\n|[\\n\\r])\\s*");

    private final Inspector inspector;
    private final Cutting cutting;
    private final int room;

    Cutter(Inspector inspector, Cutting cutting) {
        this.inspector = inspector;
        this.cutting = cutting;
        this.room = Math.min(inspector.longestPassage(), cutting.mostTokens().orElse(Integer.MAX_VALUE));
    }

    /**
     * What was cut.
     *
     * @param parsed whether a document of code is Java
     */
    record Cut(List<Piece> pieces, boolean parsed) {}

    Cut cut(Document document) {
        String text = document.text();
        boolean wraps = !document.code() && cutting.unitOf(document) != Unit.WINDOWS; // a line break means nothing
        String read = wraps ? text.replace('\n', ' ').replace('\r', ' ') : text;
        Optional<List<Link>> parsed = document.code() ? JavaLinks.of(text) : Optional.empty();
        List<Link> links = parsed.orElseGet(() -> WordLinks.brackets(text));
        Lines lines = new Lines(document);
        List<Piece> pieces = new ArrayList<>();
        for (Span unit : units(document)) {
            fitting(read, unit, (span, tokens) -> {
                String own = span.of(read);
                List<Link> all = new ArrayList<>(WordLinks.of(own));
                links.forEach(link -> link.within(span).ifPresent(all::add));
                pieces.add(new Piece(new Sample(lines.id(span.start()), own), all, inspector.passage(tokens)));
            });
        }
        return new Cut(pieces, parsed.isPresent());
    }

    private List<Span> units(Document document) {
        String text = document.text();
        List<Span> units = switch (cutting.unitOf(document)) {
            case SENTENCES -> Sentences.of(Reading.of(text, List.of(), ""));
            case LINES -> between(LINE_BREAK, text);
            case PARAGRAPHS -> between(EMPTY_LINES, text);
            case WINDOWS -> List.of(new Span(0, text.length()));
        };
        return units.stream()
                .map(unit -> stripped(unit, text))
                .filter(unit -> unit.of(text).codePoints().anyMatch(Character::isLetterOrDigit))
                .toList();
    }

    private static List<Span> between(Pattern separators, String text) {
        List<Span> spans = new ArrayList<>();
        Matcher matcher = separators.matcher(text);
        int start = 0;
        while (matcher.find()) {
            spans.add(new Span(start, matcher.start()));
            start = matcher.end();
        }
        spans.add(new Span(start, text.length()));
        return spans;
    }

    private static Span stripped(Span span, String text) {
        int from = span.start();
        int to = span.end();
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        return new Span(from, to);
    }

    private interface Fitting {
        void take(Span span, List<Token> tokens);
    }

    /** Hands over a span of a text, in parts if it has more tokens than there is room for. */
    private void fitting(String text, Span span, Fitting fitting) {
        String own = span.of(text);
        List<Token> tokens = inspector.tokens(own);
        List<Token> written = tokens.stream().filter(token -> !token.added()).toList();
        if (written.isEmpty()) {
            return;
        }
        if (tokens.size() <= room) {
            fitting.take(span, tokens);
            return;
        }
        int most = Math.max(1, room - (tokens.size() - written.size()));
        for (int from = 0; from < written.size(); ) {
            int to = end(written, from, most, own);
            Span part = stripped(
                    new Span(
                                    written.get(from).span().start(),
                                    written.get(to - 1).span().end())
                            .shift(span.start()),
                    text);
            if (part.length() < span.length()) { // else it is one letter of more tokens than there is room for
                fitting(text, part, fitting);
            }
            from = to;
        }
    }

    /** Where to cut: the last token there is room for, before the line or else the word that it would cut apart. */
    private static int end(List<Token> tokens, int from, int most, String text) {
        int end = Math.min(tokens.size(), from + most);
        if (end == tokens.size()) {
            return end;
        }
        for (int at = end; at > from + most / 2; at--) {
            String between = text.substring(
                    tokens.get(at - 1).span().end(), tokens.get(at).span().start());
            if (between.indexOf('\n') >= 0 || between.indexOf('\r') >= 0) {
                return at;
            }
        }
        for (int at = end; at > from + most / 2; at--) {
            if (tokens.get(at).word() != tokens.get(at - 1).word()) {
                return at;
            }
        }
        return end;
    }

    /** Names places of a document, asked for in their order. */
    private static final class Lines {
        private final Document document;
        private final Matcher breaks;
        private int line;
        private int start;
        private int next;

        Lines(Document document) {
            this.document = document;
            this.breaks = LINE_BREAK.matcher(document.text());
            this.line = document.line();
            this.next = breaks.find() ? breaks.end() : Integer.MAX_VALUE;
        }

        String id(int offset) {
            while (next <= offset) {
                start = next;
                line++;
                next = breaks.find() ? breaks.end() : Integer.MAX_VALUE;
            }
            return document.name() + ":" + line + ":" + (offset - start + 1);
        }
    }
}
