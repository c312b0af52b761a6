package dev.headlight;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A term of the scores of disentangled attention (He et al. 2021, arXiv 2006.03654), beside content to content. */
public enum PositionTerm {
    /** Content to position: q · K_r / √d, of the query and a key for the distance. */
    C2P("positionKey"),
    /** Position to content: k · Q_r / √d, of the key and a query for the distance. */
    P2C("positionQuery");

    private final String array;

    PositionTerm(String array) {
        this.array = array;
    }

    /** What it is called in the API, in files and in checkpoints' {@code pos_att_type}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the vectors for distances are called as an array. */
    public String array() {
        return array;
    }

    /** The term of this name. */
    public static Optional<PositionTerm> of(String id) {
        return Arrays.stream(values()).filter(term -> term.id().equals(id)).findFirst();
    }
}
