package dev.headlight.inspect;

import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A block of attention, and what its keys mean to its queries.
 *
 * @param block where it stands
 * @param patternKeys whose patterns are measured
 */
record Part(Block block, HeadPatterns.PatternKeys patternKeys) {

    /** The only part of a model with one stack of layers; encoder, decoder and cross-attention of an encoder-decoder. */
    static List<Part> of(Inspection inspection, Set<Integer> separators) {
        return inspection.blocks().stream()
                .map(block -> new Part(block, patternKeys(block, inspection, separators)))
                .toList();
    }

    private static HeadPatterns.PatternKeys patternKeys(Block block, Inspection inspection, Set<Integer> separators) {
        List<Token> queries = some(inspection.tokens(), block.queries());
        if (!block.queries().equals(block.keys())) {
            return HeadPatterns.PatternKeys.between(queries, some(inspection.tokens(), block.keys()), separators);
        }
        boolean decoder = block.queries().from() > 0;
        return HeadPatterns.PatternKeys.within(queries, separators, decoder || inspection.causal());
    }

    private static List<Token> some(List<Token> tokens, Block.Range range) {
        return tokens.subList(range.from(), range.to());
    }

    /** What a head of a layer shows here; nothing where the layer has no such block. */
    HeadPatterns measure(int layer, Matrix attention) {
        return layer < block.layers() ? patternKeys.measure(block.of(attention)) : new HeadPatterns(Map.of());
    }
}
