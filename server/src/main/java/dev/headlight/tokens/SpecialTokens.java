package dev.headlight.tokens;

import dev.headlight.UserException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a checkpoint that are no words.
 *
 * @param mask what stands for a blank, such as {@code [MASK]}
 * @param maskId its id
 * @param first ids of what stands before a text ({@code [CLS]})
 * @param separators ids of what ends a text ({@code [SEP]})
 * @param padding ids of what fills up a batch ({@code [PAD]})
 */
public record SpecialTokens(
        String mask, int maskId, Set<Integer> first, Set<Integer> separators, Set<Integer> padding) {

    static SpecialTokens of(Vocabulary vocabulary, TokenizerFiles files) {
        String mask = files.token("mask_token")
                .or(() -> List.of("[MASK]", "<mask>").stream()
                        .filter(token -> vocabulary.addedToken(token).isPresent())
                        .findFirst())
                .orElseThrow(() -> new UserException(files.source()
                        + " names no mask token: choose the checkpoint of a masked language model, such as BERT."));
        OptionalInt maskId = vocabulary.addedToken(mask);
        if (maskId.isEmpty()) {
            throw new UserException(files.source() + " doesn't hold the mask token " + mask
                    + " that tokenizer_config.json names: the two don't belong together.");
        }
        return new SpecialTokens(
                mask,
                maskId.getAsInt(),
                ids(vocabulary, files.token("cls_token"), "[CLS]"),
                ids(vocabulary, files.token("sep_token"), "[SEP]"),
                ids(vocabulary, files.token("pad_token"), "[PAD]"));
    }

    private static Set<Integer> ids(Vocabulary vocabulary, Optional<String> configured, String usual) {
        Set<Integer> ids = new HashSet<>();
        vocabulary.addedToken(configured.orElse(usual)).ifPresent(ids::add);
        return Set.copyOf(ids);
    }

    /** Whether a token of this id belongs to no word, even where somebody typed it. The mask stands for a word. */
    boolean outsideText(int id) {
        return first.contains(id) || separators.contains(id) || padding.contains(id);
    }
}
