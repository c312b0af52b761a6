package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import java.util.Optional;

/**
 * What the two parts of a layer do.
 *
 * @param layer counted from 0
 * @param attention the effect of its attention adding nothing
 * @param feedForward the effect of its feed-forward part adding nothing; none for cross-attention, which has none
 */
public record LayerEffect(AttentionKind kind, int layer, Effect attention, Optional<Effect> feedForward) {}
