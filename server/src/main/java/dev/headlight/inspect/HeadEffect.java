package dev.headlight.inspect;

import dev.headlight.AttentionKind;

/**
 * What a head does.
 *
 * @param layer counted from 0, as is {@code head}
 * @param effect of taking it out
 */
public record HeadEffect(AttentionKind kind, int layer, int head, Effect effect) {}
