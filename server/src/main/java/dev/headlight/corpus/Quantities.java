package dev.headlight.corpus;

import dev.headlight.inspect.HeadPattern;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** What is measured of a head in a text, and the place of each in an array. */
public final class Quantities {
    /** Keys up to so many tokens away have an offset of their own; those farther away share one on each side. */
    public static final int FARTHEST = 16;

    /** −17 and farther, −16 to 16, 17 and farther. */
    public static final int OFFSETS = 2 * FARTHEST + 3;

    private static final HeadPattern[] PATTERNS = HeadPattern.values();
    private static final Relation[] RELATIONS = Relation.values();
    private static final int FIRST_OFFSET = PATTERNS.length;
    private static final int FIRST_MASS = FIRST_OFFSET + OFFSETS;
    private static final int FIRST_RELATION = FIRST_MASS + Mass.values().length;
    private static final int PER_RELATION = Part.values().length;

    /** How many there are. */
    public static final int COUNT = FIRST_RELATION + PER_RELATION * RELATIONS.length;

    /** How many of these have texts that show them most: patterns and relations. */
    static final int LISTED = PATTERNS.length + RELATIONS.length;

    private Quantities() {}

    /** Attention on a kind of token, wherever it is. */
    public enum Mass {
        /** Tokens that belong to no word, such as {@code [CLS]} and {@code [SEP]}. */
        SPECIAL,
        /** Tokens without a letter or digit, except these. */
        PUNCTUATION;

        /** In files. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is measured of a relation. */
    public enum Part {
        /** The weight along it. */
        WEIGHT,
        /** The mean weight of other pairs of tokens of the same text that are as far apart, in the same direction. */
        BASELINE,
        /** The first less the second. */
        DIFFERENCE
    }

    /** Of a pattern its measure: a share of attention, or of the last ones an entropy. */
    public static int of(HeadPattern pattern) {
        return pattern.ordinal();
    }

    /** The share of attention on keys so far from their query, at most 17 on either side. */
    public static int ofOffset(int offset) {
        return FIRST_OFFSET + Math.max(-FARTHEST - 1, Math.min(FARTHEST + 1, offset)) + FARTHEST + 1;
    }

    /** A share of attention. */
    public static int of(Mass mass) {
        return FIRST_MASS + mass.ordinal();
    }

    /** A weight. */
    public static int of(Relation relation, Part part) {
        return FIRST_RELATION + PER_RELATION * relation.ordinal() + part.ordinal();
    }

    private static final double[] THRESHOLDS = new double[COUNT];

    static {
        Arrays.fill(THRESHOLDS, FIRST_OFFSET, FIRST_RELATION, Double.POSITIVE_INFINITY);
        Stream.of(PATTERNS).forEach(pattern -> THRESHOLDS[of(pattern)] = pattern.threshold());
    }

    /** Whether a value shows what it is about: a pattern if above its threshold, a relation if above 0. */
    static boolean isShown(int quantity, double value) {
        return value > THRESHOLDS[quantity];
    }

    /** The number of a pattern's list of texts. */
    static int listOf(HeadPattern pattern) {
        return pattern.ordinal();
    }

    static int listOf(Relation relation) {
        return PATTERNS.length + relation.ordinal();
    }

    /** The quantity that a list is ordered by. */
    static int quantityOf(int list) {
        return list < PATTERNS.length ? list : of(RELATIONS[list - PATTERNS.length], Part.WEIGHT);
    }
}
