package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A block of attention, and what its keys mean to its queries.
 *
 * @param block where it stands
 * @param roles whose patterns are measured
 */
record Part(Block block, HeadPatterns.Roles roles) {

    /** The only part of a model with one stack of layers; encoder, decoder and cross-attention of an encoder-decoder. */
    static List<Part> of(Inspection inspection, Set<Integer> separators) {
        return inspection.blocks().stream()
                .map(block -> new Part(block, roles(block, inspection, separators)))
                .toList();
    }

    private static HeadPatterns.Roles roles(Block block, Inspection inspection, Set<Integer> separators) {
        List<Token> queries = some(inspection.tokens(), block.queries());
        if (!block.queries().equals(block.keys())) {
            return HeadPatterns.Roles.between(queries, some(inspection.tokens(), block.keys()), separators);
        }
        boolean decoder = block.queries().from() > 0;
        return HeadPatterns.Roles.within(queries, separators, decoder || inspection.causal());
    }

    private static List<Token> some(List<Token> tokens, Block.Range range) {
        return tokens.subList(range.from(), range.to());
    }

    /** What a head of a layer shows here; nothing where the layer has no such block. */
    HeadPatterns measure(int layer, Matrix attention) {
        return layer < block.layers() ? roles.measure(block.of(attention)) : new HeadPatterns(Map.of());
    }
}
