package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.inspect.TakenOut.Edge;
import dev.headlight.inspect.TakenOut.Head;
import dev.headlight.inspect.TakenOut.Layer;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a user writes to take something out, such as {@code head 3.5, word 4, edge 3.5:2-7}. Everything counts from 1: the
 * layer and the head, the word among those of the text, and an edge's tokens, from the one that looks.
 */
public final class WithoutText {
    private static final String NUMBER = "([1-9]\\d{0,5})";
    private static final Pattern PART = Pattern.compile("(?:(encoder|decoder|cross) )?(?:"
            + "(?<what>head|average) " + NUMBER + "\\." + NUMBER
            + "|edge " + NUMBER + "\\." + NUMBER + ":" + NUMBER + "-" + NUMBER
            + "|(?<part>attention|feed-forward) " + NUMBER
            + "|word " + NUMBER + ")");

    private final List<List<Integer>> words = new ArrayList<>();
    private final boolean hide;
    private final Set<Integer> taken = new HashSet<>();
    private final Set<Head> heads = new HashSet<>();
    private final Set<Head> averaged = new HashSet<>();
    private final Set<Edge> edges = new HashSet<>();
    private final Set<Layer> attention = new HashSet<>();
    private final Set<Layer> feedForward = new HashSet<>();

    private WithoutText(List<Token> tokens, boolean hide) {
        this.hide = hide;
        List<Integer> before = List.of();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            List<Integer> word = List.of(token.segment(), token.word());
            if (!token.added() && !word.equals(before)) {
                words.add(new ArrayList<>());
            }
            if (!token.added()) {
                words.get(words.size() - 1).add(i);
                before = word;
            }
        }
    }

    /**
     * Reads it.
     *
     * @param inspection of the text
     * @param hide whether words are hidden instead of blanked out
     * @throws UserException if a part of it is unknown, or names a word that the text doesn't have
     */
    public static TakenOut read(String text, Inspection inspection, boolean hide) {
        return read(text, inspection.tokens(), hide);
    }

    static TakenOut read(String text, List<Token> tokens, boolean hide) {
        WithoutText read = new WithoutText(tokens, hide);
        for (String part : text.split(",", -1)) {
            read.part(part.strip().replaceAll("\\s+", " "));
        }
        return new TakenOut(
                hide ? Set.of() : read.taken,
                hide ? read.taken : Set.of(),
                read.heads,
                read.averaged,
                read.edges,
                read.attention,
                read.feedForward);
    }

    private void part(String part) {
        Matcher found = PART.matcher(part);
        if (!found.matches()) {
            throw new UserException("“" + part + "” is nothing to take out: write head 3.5, average 3.5, word 4,"
                    + " edge 3.5:2-7, attention 3 or feed-forward 3, with commas between them.");
        }
        AttentionKind kind = found.group(1) == null
                ? AttentionKind.SELF
                : AttentionKind.of(found.group(1)).orElseThrow();
        List<Integer> numbers = IntStream.rangeClosed(2, found.groupCount())
                .mapToObj(found::group)
                .filter(group -> group != null && group.matches("\\d+"))
                .map(group -> Integer.parseInt(group) - 1)
                .toList();
        if (found.group("what") != null) {
            Set<Head> all = found.group("what").equals("head") ? heads : averaged;
            all.add(new Head(kind, numbers.get(0), numbers.get(1)));
        } else if (found.group("part") != null) {
            Set<Layer> all = found.group("part").equals("attention") ? attention : feedForward;
            all.add(new Layer(kind, numbers.get(0)));
        } else if (numbers.size() > 1) {
            edges.add(new Edge(kind, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3)));
        } else if (numbers.get(0) < words.size()) {
            taken.addAll(words.get(numbers.get(0)));
        } else {
            throw new UserException("The text has " + words.size() + " words, not " + (numbers.get(0) + 1)
                    + ": punctuation and blanks count.");
        }
    }
}
