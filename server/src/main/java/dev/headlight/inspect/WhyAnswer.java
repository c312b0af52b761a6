package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in a sentence what a {@link Why} measured, for somebody who has never heard of heads. */
public final class WhyAnswer {
    /** An effect below this, in nats, is not spoken of: it changes odds by less than a quarter. */
    private static final double NOTICEABLE = 0.2;

    /** Of a head, so much of its attention from the place is named. */
    private static final double MOSTLY = 0.6;

    private WhyAnswer() {}

    /** The question, such as: why “were” rather than “was”? */
    public static String question(Why.Question question) {
        return "Why " + quoted(question.word().word())
                + question.rather().map(v -> " rather than " + quoted(v.word())).orElse("") + "?";
    }

    /**
     * A head and what it looks at from the place.
     *
     * @param looksAt the words that it looks at, the most first, with their shares of its attention
     * @param pattern what it shows most clearly, if anything
     */
    public record Looking(HeadEffect head, List<Looked> looksAt, Optional<HeadPattern> pattern) {
        public Looking {
            looksAt = List.copyOf(looksAt);
        }
    }

    /**
     * A word and its share of a head's attention.
     *
     * @param token its token, counted among those of the inspection
     */
    public record Looked(String word, int token, double weight) {}

    /**
     * The answer, such as: “were” rather than “was” rests on “keys”; head 6.2, which looks at “the keys”, carries most of it.
     * A word that the text repeats has its position, as on the page: “Peter”₅.
     *
     * @param words all words of the text
     */
    public static String answer(Why.Question question, List<WordEffect> words, Optional<Looking> strongest) {
        String subject = quoted(question.word().word())
                + question.rather().map(v -> " rather than " + quoted(v.word())).orElse("");
        if (question.rather().isPresent() && Math.abs(question.quantity()) < NOTICEABLE) {
            return "The model hardly prefers " + subject.replace(" rather than ", " to ")
                    + ": ask about words that differ more.";
        }
        List<WordEffect> speaking = speaking(words);
        Optional<Looking> head =
                strongest.filter(looking -> looking.head().effect().value() >= NOTICEABLE);
        String rests = speaking.isEmpty()
                ? "No single word carries " + subject
                : subject + " rests on "
                        + listed(speaking.stream()
                                .map(word -> named(word, words))
                                .toList());
        String sentence = Character.toUpperCase(rests.charAt(0)) + rests.substring(1);
        if (head.isEmpty()) {
            return sentence + (speaking.isEmpty() ? ", and no head does." : "; no single head carries much of it.");
        }
        return sentence + "; head " + name(head.get().head()) + looks(head.get(), words) + ", carries "
                + share(head.get(), question) + ".";
    }

    private static String looks(Looking head, List<WordEffect> words) {
        List<String> mostly = new ArrayList<>();
        double sum = 0;
        for (Looked looked : head.looksAt()) {
            if (sum >= MOSTLY || mostly.size() == 2) {
                break;
            }
            mostly.add(words.stream()
                    .filter(word -> word.tokens().contains(looked.token()))
                    .findFirst()
                    .map(word -> named(word, words))
                    .orElse(quoted(looked.word())));
            sum += looked.weight();
        }
        return mostly.isEmpty() ? "" : ", which looks at " + listed(mostly);
    }

    private static String share(Looking head, Why.Question question) {
        double share = head.head().effect().value() / Math.abs(question.quantity());
        if (question.rather().isEmpty()) {
            return "the most";
        }
        return share > 0.5 ? "most of it" : share > 0.2 ? "much of it" : "a part of it";
    }

    /** The words that speak for it: the strongest, and those at least half as strong; three at most. */
    private static List<WordEffect> speaking(List<WordEffect> words) {
        double most =
                words.stream().mapToDouble(word -> word.effect().value()).max().orElse(0);
        return words.stream()
                .filter(word -> word.effect().value() >= Math.max(NOTICEABLE, most / 2))
                .sorted(Comparator.comparingDouble(word -> -word.effect().value()))
                .limit(3)
                .toList();
    }

    /** A head as people number it: layer and head from 1, with its kind where a model has several. */
    public static String name(HeadEffect head) {
        return name(head.kind(), head.layer(), head.head());
    }

    /** The same of a head by its numbers. */
    public static String name(AttentionKind kind, int layer, int head) {
        return (layer + 1) + "." + (head + 1) + of(kind);
    }

    /** A layer as people number it, such as: layer 3 of the decoder. */
    public static String name(AttentionKind kind, int layer) {
        return "layer " + (layer + 1) + of(kind);
    }

    private static String of(AttentionKind kind) {
        return switch (kind) {
            case SELF -> "";
            case ENCODER -> " of the encoder";
            case DECODER -> " of the decoder";
            case CROSS -> " of cross-attention";
        };
    }

    /** A word in quotation marks; one of several with the position of its first token, from 1, below the line. */
    private static String named(WordEffect word, List<WordEffect> words) {
        boolean again =
                words.stream().filter(other -> other.text().equals(word.text())).count() > 1;
        return quoted(word.text()) + (again ? subscript(word.tokens().get(0) + 1) : "");
    }

    private static String subscript(int number) {
        return String.valueOf(number)
                .chars()
                .mapToObj(digit -> Character.toString('₀' + digit - '0'))
                .collect(Collectors.joining());
    }

    private static String quoted(String word) {
        return "“" + word + "”";
    }

    private static String listed(List<String> all) {
        int last = all.size() - 1;
        return last == 0 ? all.get(0) : String.join(", ", all.subList(0, last)) + " and " + all.get(last);
    }
}
