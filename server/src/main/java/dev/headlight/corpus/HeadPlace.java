package dev.headlight.corpus;

import dev.headlight.AttentionKind;

/** Which head it is, counted from 0. */
public record HeadPlace(AttentionKind kind, int layer, int head) {}
