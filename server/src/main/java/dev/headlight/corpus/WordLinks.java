package dev.headlight.corpus;

import dev.headlight.text.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Relations that are in the letters of a text: no tagger is needed, and no language is assumed. */
final class WordLinks {
    private static final Pattern NUMBER_OR_WORD = Pattern.compile(
            "(?<number>\\p{Nd}+(?:[.,]\\p{Nd}+)*+(?![\\p{L}_]))|[\\p{L}\\p{Nd}_][\\p{L}\\p{M}\\p{Nd}_]*+(?:['’]\\p{L}++)*+");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?:\\n]");
    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";

    private final String text;
    private final List<Link> links = new ArrayList<>();
    private final Map<String, Span> words = new HashMap<>();
    private Span capitalised;
    private Span number;

    private WordLinks(String text) {
        this.text = text;
    }

    /** Of words and numbers. */
    static List<Link> of(String text) {
        WordLinks found = new WordLinks(text);
        Matcher matcher = NUMBER_OR_WORD.matcher(text);
        int end = -1;
        while (matcher.find()) {
            Span span = new Span(matcher.start(), matcher.end());
            if (matcher.group("number") == null) {
                found.word(
                        span,
                        end < 0
                                || SENTENCE_END
                                        .matcher(text)
                                        .region(end, span.start())
                                        .find());
            } else {
                found.number = found.linked(found.number, span, Relation.NUMBER_BEFORE, Relation.NUMBER_AFTER);
            }
            end = span.end();
        }
        return found.links;
    }

    /** A word; the first of a sentence has its capital from its place. */
    private void word(Span span, boolean first) {
        String word = span.of(text);
        String alike = word.toLowerCase(Locale.ROOT);
        words.put(alike, linked(words.get(alike), span, Relation.SAME_WORD_BEFORE, Relation.SAME_WORD_AFTER));
        if (!first && Character.isUpperCase(word.codePointAt(0)) && !word.equals("I")) {
            capitalised = linked(capitalised, span, Relation.CAPITALISED_BEFORE, Relation.CAPITALISED_AFTER);
        }
    }

    private Span linked(Span earlier, Span later, Relation before, Relation after) {
        if (earlier != null) {
            links.add(new Link(before, later, earlier));
            links.add(new Link(after, earlier, later));
        }
        return later;
    }

    /** Of brackets, as characters: in code also those of strings. */
    static List<Link> brackets(String text) {
        Brackets brackets = new Brackets();
        for (int at = 0; at < text.length(); at++) {
            brackets.see(text.charAt(at), at);
        }
        return brackets.links;
    }

    /** Pairs brackets that are shown to it one after another; those without a partner are left alone. */
    static final class Brackets {
        private final Deque<Integer> open = new ArrayDeque<>(); // place · number of kinds + kind
        private final List<Link> links = new ArrayList<>();

        void see(char bracket, int at) {
            int opens = OPENING.indexOf(bracket);
            int closes = CLOSING.indexOf(bracket);
            if (opens >= 0) {
                open.push(at * OPENING.length() + opens);
            } else if (closes >= 0 && !open.isEmpty() && open.peek() % OPENING.length() == closes) {
                int partner = open.pop() / OPENING.length();
                Span opening = new Span(partner, partner + 1);
                Span closing = new Span(at, at + 1);
                links.add(new Link(Relation.OPENING_TO_CLOSING, opening, closing));
                links.add(new Link(Relation.CLOSING_TO_OPENING, closing, opening));
            }
        }

        List<Link> links() {
            return links;
        }
    }
}
