package dev.headlight.tokens;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a translator that name languages, such as {@code fra_Latn} or {@code fr_XX}: one is around each text.
 *
 * @param ids of the tokens
 * @param target the language that targets are in, unless they say another; none if the tokenizer's settings name none
 * @param last whether a text's language follows it (mBART of 25 languages), instead of coming first
 */
public record Languages(Set<Integer> ids, OptionalInt target, boolean last) {}
