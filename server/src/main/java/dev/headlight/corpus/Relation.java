package dev.headlight.corpus;

import java.util.Locale;

/**
 * A relation between two places of a text, that heads may attend along. All are directed: from the token that attends to
 * the one that is attended to. The last four are only found in code.
 */
public enum Relation {
    SAME_WORD_BEFORE("word → the same word before"),
    SAME_WORD_AFTER("word → the same word after"),
    CAPITALISED_BEFORE("capitalised word → the one before"),
    CAPITALISED_AFTER("capitalised word → the one after"),
    NUMBER_BEFORE("number → the number before"),
    NUMBER_AFTER("number → the number after"),
    OPENING_TO_CLOSING("opening bracket → its partner"),
    CLOSING_TO_OPENING("closing bracket → its partner"),
    USE_TO_DECLARATION("identifier → its declaration"),
    /** What {@link #USE_TO_DECLARATION} is to be compared with: the same name, but not where it is declared. */
    USE_TO_USE("identifier → its use before"),
    CALL_TO_CALLEE("call → the method called"),
    ARGUMENT_TO_CALL("argument → the call’s name");

    private final String label;

    Relation(String label) {
        this.label = label;
    }

    /** For display. */
    public String label() {
        return label;
    }

    /** In files: lower case, with hyphens. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
