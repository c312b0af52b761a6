package dev.headlight.inspect;

/**
 * A pattern of attention that heads can show. Names and thresholds follow Clark et al. 2019, "What Does BERT Look At?":
 * a share of attention over 0.5 for positions, over 0.6 for special tokens and punctuation; more than 3.8 nats of
 * entropy for heads that attend broadly. Tokens farther away, a single token that attracts the others, and attention that
 * is nearly uniform are measured likewise.
 */
public enum HeadPattern {
    PREVIOUS_TOKEN("previous token", 0.5),
    NEXT_TOKEN("next token", 0.5),
    SAME_TOKEN("same token", 0.5),
    TWO_BEFORE("two tokens before", 0.5),
    THREE_BEFORE("three tokens before", 0.5),
    FOUR_BEFORE("four tokens before", 0.5),
    TWO_AFTER("two tokens after", 0.5),
    THREE_AFTER("three tokens after", 0.5),
    FOUR_AFTER("four tokens after", 0.5),
    FIRST_TOKEN("first token", 0.6),
    SEPARATOR("separator", 0.6),
    PUNCTUATION("punctuation", 0.6),
    SAME_WORD("same word elsewhere", 0.5),
    OTHER_SENTENCE("other sentence", 0.6),
    /** A single token, whichever it is; named only if no other pattern is shown. */
    ONE_TOKEN("one token", 0.6),
    BROAD("broad", 3.8),
    /** Nearly uniform over what each token sees; says more than any other pattern that is shown. */
    EVERYTHING_ALIKE("everything alike", 0.95);

    private final String label;
    private final double threshold;

    HeadPattern(String label, double threshold) {
        this.label = label;
        this.threshold = threshold;
    }

    /** For display. */
    public String label() {
        return label;
    }

    /** A head shows the pattern when its measure is larger. */
    public double threshold() {
        return threshold;
    }
}
