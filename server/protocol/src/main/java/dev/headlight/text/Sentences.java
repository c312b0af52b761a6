package dev.headlight.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits a text into sentences, by Unicode's rules (UAX 29) as the JDK implements them. */
public final class Sentences {
    private Sentences() {}

    /** The sentences of a reading, in order; together they cover it, and none crosses a paragraph's end. */
    public static List<Span> of(Reading reading) {
        List<Span> sentences = new ArrayList<>();
        int start = 0;
        for (int paragraph : reading.paragraphs()) {
            split(reading.text(), start, paragraph, sentences);
            start = paragraph;
        }
        split(reading.text(), start, reading.text().length(), sentences);
        return sentences;
    }

    private static void split(String text, int start, int end, List<Span> sentences) {
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        breaks.setText(text.substring(start, end));
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            sentences.add(new Span(start + from, start + to));
            from = to;
        }
    }
}
