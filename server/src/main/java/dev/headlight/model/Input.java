package dev.headlight.model;

import dev.headlight.UserException;
import java.util.ArrayList;
import java.util.List;

/**
 * The input of a pass.
 *
 * @param ids token ids, [T]
 * @param types token types, [T]; models with fewer than two ignore them. Of an encoder-decoder, 0 for the
 *     source and 1 for what the decoder is given
 */
public record Input(List<Integer> ids, List<Integer> types) {
    public Input {
        ids = List.copyOf(ids);
        types = List.copyOf(types);
    }

    public int tokens() {
        return ids.size();
    }

    /** The tokens from a position on. */
    Input from(int first) {
        return first == 0 ? this : new Input(ids.subList(first, ids.size()), types.subList(first, types.size()));
    }

    /** This, followed by another token, of the last one's type. */
    public Input and(int id) {
        List<Integer> longer = new ArrayList<>(ids);
        longer.add(id);
        List<Integer> typed = new ArrayList<>(types);
        typed.add(types.get(types.size() - 1));
        return new Input(longer, typed);
    }

    /** Rejects ids that native code would read out of bounds. */
    void check(Dimensions dimensions) {
        if (ids.isEmpty() || ids.size() != types.size()) {
            throw new IllegalArgumentException(ids.size() + " ids and " + types.size() + " types");
        }
        if (ids.size() > dimensions.maxTokens()) {
            throw new IllegalArgumentException(ids.size() + " tokens, at most " + dimensions.maxTokens());
        }
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i) < 0 || ids.get(i) >= dimensions.vocabulary()) {
                throw new UserException("The tokenizer gives token " + ids.get(i) + ", but the model's vocabulary has "
                        + dimensions.vocabulary() + ": they don't belong together; fetch the checkpoint again.");
            }
            boolean typed = dimensions.tokenTypes() > 1;
            if (typed && (types.get(i) < 0 || types.get(i) >= dimensions.tokenTypes())) {
                throw new UserException("The tokenizer gives token type " + types.get(i) + ", but the model knows "
                        + dimensions.tokenTypes() + ": they don't belong together; fetch the checkpoint again.");
            }
        }
    }

    long[] idArray() {
        return ids.stream().mapToLong(Integer::longValue).toArray();
    }

    long[] typeArray() {
        return types.stream().mapToLong(Integer::longValue).toArray();
    }
}
