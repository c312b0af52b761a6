package dev.headlight.tokens;

import dev.headlight.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A checkpoint's special tokens.
 *
 * @param mask the mask token, such as {@code [MASK]}; empty for a causal model
 * @param maskId its id, -1 if there is none
 * @param sentinels ids of the tokens that stand for blanks, another for each (T5's {@code <extra_id_0>} and so on); none
 *     in other models
 * @param unknown the token that stands for what the vocabulary lacks, such as {@code <unk>}
 * @param unknownId its id
 * @param languages the tokens that name languages, of a translator of several
 * @param first ids of tokens that start a text ({@code [CLS]})
 * @param separators ids of tokens that end a text ({@code [SEP]})
 * @param padding ids of padding tokens ({@code [PAD]})
 */
public record SpecialTokens(
        Optional<String> mask,
        int maskId,
        List<Integer> sentinels,
        Optional<String> unknown,
        OptionalInt unknownId,
        Optional<Languages> languages,
        Set<Integer> first,
        Set<Integer> separators,
        Set<Integer> padding) {

    static SpecialTokens of(Vocabulary vocabulary, TokenizerDefinition definition) {
        Optional<String> mask = definition
                .named("mask_token")
                .or(() -> List.of("[MASK]", "<mask>").stream()
                        .filter(token -> vocabulary.addedToken(token).isPresent())
                        .findFirst());
        OptionalInt maskId = mask.map(vocabulary::addedToken).orElse(OptionalInt.empty());
        if (mask.isPresent() && maskId.isEmpty()) {
            throw new UserException(definition.source() + " doesn't contain the mask token " + mask.get()
                    + " that the tokenizer's settings name: they don't belong together.");
        }
        Optional<String> unknown = definition.named("unk_token");
        return new SpecialTokens(
                mask,
                maskId.orElse(-1),
                sentinels(vocabulary),
                unknown,
                unknown.map(vocabulary::addedToken).orElse(OptionalInt.empty()),
                languages(vocabulary, definition),
                ids(
                        vocabulary,
                        definition,
                        List.of("cls_token", "bos_token"),
                        List.of("[CLS]", "<s>", "<|endoftext|>")),
                ids(
                        vocabulary,
                        definition,
                        List.of("sep_token", "eos_token"),
                        List.of("[SEP]", "</s>", "<|endoftext|>")),
                ids(vocabulary, definition, List.of("pad_token"), List.of("[PAD]", "<pad>")));
    }

    /** How a blank is written whose number is this, counted from 0, in a model with sentinels. */
    public static String sentinel(int number) {
        return "<extra_id_" + number + ">";
    }

    private static Optional<Languages> languages(Vocabulary vocabulary, TokenizerDefinition definition) {
        Set<Integer> ids = vocabulary.addedTokens(definition.kind()::isLanguage);
        OptionalInt target =
                definition.targetLanguage().map(vocabulary::addedToken).orElse(OptionalInt.empty());
        return ids.isEmpty()
                ? Optional.empty()
                : Optional.of(new Languages(ids, target, definition.kind().languageLast()));
    }

    private static List<Integer> sentinels(Vocabulary vocabulary) {
        List<Integer> ids = new ArrayList<>();
        while (true) {
            String name = sentinel(ids.size());
            OptionalInt id = vocabulary.addedToken(name);
            if (id.isEmpty()) {
                id = vocabulary.addedToken(TokenizerJson.SPACE + name);
            }
            if (id.isEmpty()) {
                return List.copyOf(ids);
            }
            ids.add(id.getAsInt());
        }
    }

    /** The ids of the tokens that the configuration names, or of the usual ones if it names none. */
    private static Set<Integer> ids(
            Vocabulary vocabulary, TokenizerDefinition definition, List<String> configured, List<String> usual) {
        List<String> named = configured.stream()
                .flatMap(name -> definition.named(name).stream())
                .toList();
        return (named.isEmpty() ? usual : named)
                .stream()
                        .map(vocabulary::addedToken)
                        .flatMapToInt(OptionalInt::stream)
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a token of this id may stand for a blank. */
    public boolean isBlank(int id) {
        return id == maskId || sentinels.contains(id) || unknownId.isPresent() && unknownId.getAsInt() == id;
    }

    /** Whether a token of this id names a language. */
    public boolean isLanguage(int id) {
        return languages.filter(known -> known.ids().contains(id)).isPresent();
    }

    /** Whether a token of this id belongs to no word, even if the user typed it. The mask counts as a word. */
    boolean outsideText(int id) {
        return first.contains(id) || separators.contains(id) || padding.contains(id);
    }
}
