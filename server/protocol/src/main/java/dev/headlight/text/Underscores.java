package dev.headlight.text;

import dev.headlight.text.Languages.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells underscores that stand for a word from those that are a rule, an underline, emphasis or a field of a form. */
final class Underscores {
    /** How much of a line is read on each side. */
    private static final int REACH = 200;

    /** A label of one to three words before a field: at the start of a line, after another field, or after a gap. */
    private static final Pattern LABEL =
            Pattern.compile("(?:^[ \\t>]*+(?:[•*☐+-]|\\d++[.)])?|_{3}[ \\t.,;]*+|[|☐]|\\s{2})[ \\t]*+"
                    + "((?:\\p{L}[\\p{L}\\p{N}'’./()-]*+ ?){1,3}+):[ \\t]*+$");

    /** What follows a field: nothing, a gap, or the next label. A full stop ends a sentence. */
    private static final Pattern FIELD_END =
            Pattern.compile("^(?:[ \\t|]*+$|\\.{3}|\\s{2}|\\t|[ ,;|]*+\\p{L}[\\p{L}\\p{N} '’./-]{0,40}+:[ \\t]*+_{3})");

    /** Words that sentences have and labels don't, such as those of “It is: ____”. */
    private static final Pattern OF_A_SENTENCE = Pattern.compile(
            "\\b(?:am|is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|shall|should|must|might"
                    + "|say|says|said|asks?|asked|means?|meant|I|you|he|she|it|we|they|this|that|these|those|there"
                    + "|ist|sind|war|waren|hat|sagt|sagte|est|sont|était|è|é|são)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern EMPHASIS_OPENS = Pattern.compile("^[*~\\[`\"'“‘«(¿¡]");
    private static final Pattern EMPHASIS_OPENED = Pattern.compile("(?:^|\\s)_{3}[*~\\[`\"'“‘«(¿¡\\p{L}]");
    private static final Pattern EMPHASIS_CLOSES = Pattern.compile("[^\\s_]_{3}(?!_)(?=\\s|\\p{P}|$)");

    /** In a line of prose these are rare. */
    private static final Pattern CODE = Pattern.compile("[;{}]\\s*$|\\s:?=\\s|[=!<>]=|=>|->|\\w\\(|::|^\\s*[<@]");

    private static final Pattern WORD = Pattern.compile("\\p{L}{2,}");

    private Underscores() {}

    /** Whether a blank that was found is none, in a document of this kind. */
    static boolean areNoBlank(String text, Span blank, Kind kind) {
        String before = before(text, blank.start());
        String after = after(text, blank.end());
        if (kind == Kind.UNKNOWN && !readsLikeProse(before + " " + after)) {
            return true;
        }
        if (text.charAt(blank.start()) != '_') {
            return false;
        }
        return isRule(before, after)
                || kind != Kind.CODE && isField(before, after)
                || kind == Kind.MARKDOWN && blank.length() == 3 && isEmphasis(before, after);
    }

    private static String before(String text, int offset) {
        int start = offset;
        while (start > 0 && offset - start < REACH && !isLineBreak(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start, offset);
    }

    private static String after(String text, int offset) {
        int end = offset;
        while (end < text.length() && end - offset < REACH && !isLineBreak(text.charAt(end))) {
            end++;
        }
        return text.substring(offset, end);
    }

    private static boolean isLineBreak(char unit) {
        return unit == '\n' || unit == '\r';
    }

    /** Nothing else is in its line but marks of a comment. */
    private static boolean isRule(String before, String after) {
        return (before + after).codePoints().allMatch(c -> Character.isWhitespace(c) || "#/*-;%!_<>|".indexOf(c) >= 0);
    }

    private static boolean isField(String before, String after) {
        Matcher label = LABEL.matcher(before);
        return label.find()
                && !OF_A_SENTENCE.matcher(label.group(1)).find()
                && FIELD_END.matcher(after).find();
    }

    private static boolean isEmphasis(String before, String after) {
        boolean opens = (before.isEmpty() || Character.isWhitespace(before.charAt(before.length() - 1)))
                && EMPHASIS_OPENS.matcher(after).find()
                && EMPHASIS_CLOSES.matcher(after).find();
        if (opens) {
            return true;
        }
        // it closes what another run opened
        boolean closes = !before.isEmpty() && !Character.isWhitespace(before.charAt(before.length() - 1));
        Matcher open = EMPHASIS_OPENED.matcher(before);
        return closes && open.find();
    }

    private static boolean readsLikeProse(String line) {
        long words = WORD.matcher(line).results().limit(2).count();
        long prose = line.codePoints()
                .filter(c -> Character.isLetterOrDigit(c) || Character.isWhitespace(c) || ".,!?'’\"-_".indexOf(c) >= 0)
                .count();
        return words == 2
                && prose * 10 >= 8L * line.codePointCount(0, line.length())
                && !CODE.matcher(line).find();
    }
}
