package dev.headlight.text;

import dev.headlight.text.Languages.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a text that are not prose in its format: code, formulas, addresses, front matter, hidden comments. */
final class Verbatim {
    private static final Pattern URL = Pattern.compile("\\b(?:[a-z][a-z0-9+.-]{1,9}://|www\\.)[^\\s<>\"]++");
    private static final Pattern FRONT_MATTER = Pattern.compile("\\A(---|\\+\\+\\+)[ \\t]*+\\R");
    private static final Pattern FENCE =
            Pattern.compile("[ \\t>]*+(?:[-*+] |\\d{1,9}[.)] )?[ \\t]*+(`{3,}+|~{3,}+)(.*)");
    private static final Pattern TICKS = Pattern.compile("`++");
    private static final Pattern BLOCK_LINE = Pattern.compile("(-{4,}|\\.{4,}|\\+{4,}|/{4,}|`{3,})\\s*+");
    private static final Pattern RST_CODE =
            Pattern.compile("\\s*+\\.\\. +(?:code-block|code|sourcecode|math|parsed-literal|raw)::.*");
    private static final Pattern LATEX_VERBATIM =
            Pattern.compile("\\\\begin\\{((?:verbatim|Verbatim|lstlisting|minted|alltt|"
                    + "equation|align|alignat|gather|multline|flalign|eqnarray|displaymath|math)\\*?)}");
    private static final Pattern LATEX_INLINE = Pattern.compile(
            "\\\\verb\\*?([^\\sA-Za-z*])[^\\n]*?\\1|\\\\\\((?:[^\\\\]|\\\\[^)]){0,1000}+\\\\\\)|\\\\\\[(?:[^\\\\]|\\\\[^\\]]){0,1000}+\\\\]"
                    + "|\\$\\$[^$]{0,9999}+\\$\\$|(?<!\\\\)\\$(?:[^$\\\\\\n]|\\\\.|\\n(?!\\s*\\n)){1,1000}+\\$");
    private static final Pattern MATH = Pattern.compile("(?<!\\\\)\\$[^$\\n]++\\$");
    private static final Pattern ORG_BEGIN = Pattern.compile("(?i)\\s*+#\\+begin_(src|example|export|latex)\\b.*");
    private static final Pattern SCISSORS = Pattern.compile("(?m)^# -{8,} >8 -{8,}$");

    private final String text;
    private final List<Span> found = new ArrayList<>();

    private Verbatim(String text) {
        this.text = text;
    }

    /** These parts, in order; they may overlap. */
    static List<Span> spans(String text, Kind kind) {
        Verbatim verbatim = new Verbatim(text);
        verbatim.all(URL);
        switch (kind) {
            case MARKDOWN -> {
                verbatim.frontMatter();
                verbatim.fences();
                verbatim.comments();
                verbatim.codeSpans();
            }
            case RESTRUCTURED_TEXT -> {
                verbatim.literalBlocks();
                verbatim.codeSpans();
            }
            case ASCIIDOC -> {
                verbatim.frontMatter();
                verbatim.delimitedBlocks();
                verbatim.codeSpans();
            }
            case LATEX -> {
                verbatim.environments();
                verbatim.all(LATEX_INLINE);
            }
            case ORG -> verbatim.orgBlocks();
            case TYPST -> {
                verbatim.codeSpans();
                verbatim.all(MATH);
            }
            case COMMIT -> {
                Matcher scissors = SCISSORS.matcher(text);
                if (scissors.find()) {
                    verbatim.found.add(new Span(scissors.start(), text.length()));
                }
            }
            default -> {}
        }
        return merged(verbatim.found);
    }

    private static List<Span> merged(List<Span> spans) {
        List<Span> merged = new ArrayList<>();
        for (Span span :
                spans.stream().sorted(Comparator.comparingInt(Span::start)).toList()) {
            int last = merged.size() - 1;
            if (last >= 0 && span.start() <= merged.get(last).end()) {
                Span before = merged.get(last);
                merged.set(last, new Span(before.start(), Math.max(before.end(), span.end())));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }

    private void all(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(new Span(matcher.start(), matcher.end()));
        }
    }

    private void comments() {
        for (int at = text.indexOf("<!--"); at >= 0; ) {
            int end = text.indexOf("-->", at + "<!--".length());
            end = end < 0 ? text.length() : end + "-->".length();
            found.add(new Span(at, end));
            at = text.indexOf("<!--", end);
        }
    }

    private void frontMatter() {
        Matcher start = FRONT_MATTER.matcher(text);
        if (start.find()) {
            Matcher end = Pattern.compile("(?m)^" + Pattern.quote(start.group(1)) + "[ \\t]*+$")
                    .matcher(text);
            if (end.find(start.end())) {
                found.add(new Span(0, end.end()));
            }
        }
    }

    /** Its lines, without their breaks. */
    private List<Span> lines() {
        List<Span> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '\n') {
                lines.add(new Span(start, i > start && text.charAt(i - 1) == '\r' ? i - 1 : i));
                start = i + 1;
            }
        }
        return lines;
    }

    private void fences() {
        String open = null;
        int start = 0;
        for (Span line : lines()) {
            Matcher fence = FENCE.matcher(text).region(line.start(), line.end());
            if (!fence.matches()) {
                continue;
            }
            String ticks = fence.group(1);
            if (open == null && (ticks.charAt(0) == '~' || fence.group(2).indexOf('`') < 0)) {
                open = ticks;
                start = line.start();
            } else if (open != null && ticks.startsWith(open) && fence.group(2).isBlank()) {
                found.add(new Span(start, line.end()));
                open = null;
            }
        }
        if (open != null) {
            found.add(new Span(start, text.length()));
        }
    }

    /** Between two runs of as many backticks, in one paragraph. */
    private void codeSpans() {
        List<Span> runs = new ArrayList<>();
        Matcher ticks = TICKS.matcher(text);
        while (ticks.find()) {
            runs.add(new Span(ticks.start(), ticks.end()));
        }
        Map<Integer, Integer> later = new HashMap<>(); // the next run of a length
        int[] partner = new int[runs.size()];
        for (int i = runs.size() - 1; i >= 0; i--) {
            partner[i] = later.getOrDefault(runs.get(i).length(), -1);
            later.put(runs.get(i).length(), i);
        }
        for (int i = 0; i < runs.size(); i++) {
            if (partner[i] >= 0) {
                Span code = new Span(runs.get(i).start(), runs.get(partner[i]).end());
                if (code.length() < 2000 && !code.of(text).contains("\n\n")) {
                    found.add(code);
                    i = partner[i];
                }
            }
        }
    }

    private void literalBlocks() {
        List<Span> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).of(text);
            boolean paragraph =
                    line.stripTrailing().endsWith("::") && !line.strip().startsWith("..");
            if (!paragraph && !RST_CODE.matcher(line).matches()) {
                continue;
            }
            int indent = indent(line);
            int last = i;
            while (last + 1 < lines.size()
                    && (lines.get(last + 1).of(text).isBlank()
                            || indent(lines.get(last + 1).of(text)) > indent)) {
                last++;
            }
            found.add(new Span(lines.get(i).end(), lines.get(last).end()));
            i = last;
        }
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private void delimitedBlocks() {
        String open = null;
        int start = 0;
        for (Span line : lines()) {
            Matcher delimiter = BLOCK_LINE.matcher(text).region(line.start(), line.end());
            if (!delimiter.matches()) {
                continue;
            }
            if (open == null) {
                open = delimiter.group(1);
                start = line.start();
            } else if (delimiter.group(1).equals(open)) {
                found.add(new Span(start, line.end()));
                open = null;
            }
        }
    }

    private void environments() {
        Matcher begin = LATEX_VERBATIM.matcher(text);
        for (int at = 0; begin.find(at); ) {
            int end = text.indexOf("\\end{" + begin.group(1) + "}", begin.end());
            at = end < 0 ? text.length() : end;
            found.add(new Span(begin.start(), at));
        }
    }

    private void orgBlocks() {
        String end = null;
        int start = 0;
        for (Span line : lines()) {
            Matcher begin = ORG_BEGIN.matcher(text).region(line.start(), line.end());
            if (end == null && begin.matches()) {
                end = "#+end_" + begin.group(1);
                start = line.start();
            } else if (end != null && line.of(text).strip().equalsIgnoreCase(end)) {
                found.add(new Span(start, line.end()));
                end = null;
            }
        }
    }
}
