package dev.headlight;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Which tokens a stack of attention layers lets attend to which. */
public enum AttentionKind {
    /** The tokens of a model of one stack, to each other. */
    SELF,
    /** The source tokens of an encoder-decoder, to each other. */
    ENCODER,
    /** The target tokens of an encoder-decoder, to themselves and those before them. */
    DECODER,
    /** The target tokens of an encoder-decoder, to its source tokens. */
    CROSS;

    /** The kind's name in JSON and in addresses. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of an id; none where there is no such kind. */
    public static Optional<AttentionKind> of(String id) {
        return Stream.of(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }

    /**
     * What an array of this kind is called in files: {@code query} of self-attention, else {@code encoderQuery} and so
     * on.
     */
    public String arrayName(String what) {
        return this == SELF ? what : id() + Character.toUpperCase(what.charAt(0)) + what.substring(1);
    }
}
