package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.tokens.Token;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An inspection and its attention, which holds native memory until it is closed.
 *
 * @param inspection the inspection
 * @param heads its attention
 */
public record Inspected(Inspection inspection, Heads heads) implements AutoCloseable {
    /**
     * What a head looks at from a place, the most first; nothing where its attention has no such query.
     *
     * @param most how many words at most
     */
    public List<WhyAnswer.Looked> looksAt(HeadEffect head, Blank from, int most) {
        AttentionShape shape = heads.shape(head.kind());
        if (from.token() < shape.queries().start()
                || from.token() >= shape.queries().end()) {
            return List.of();
        }
        Matrix weights = heads.from(head.kind(), head.layer(), from.token()); // [H, K]
        List<Token> keys = shape.keysOf(inspection.tokens());
        return IntStream.range(0, keys.size())
                .boxed()
                .sorted(Comparator.comparingDouble(key -> -weights.at(head.head(), key)))
                .limit(most)
                .map(key -> new WhyAnswer.Looked(inspection.asWritten(keys.get(key)), weights.at(head.head(), key)))
                .toList();
    }

    /** What a head looks at from a place, at most so many words, and the pattern that it shows over the text. */
    public WhyAnswer.Looking looking(HeadEffect head, Blank from, int most) {
        List<HeadPattern> shown = heads.overview(head.kind(), Cancellation.NEVER)
                .patterns()
                .get(head.layer())
                .get(head.head())
                .shown();
        return new WhyAnswer.Looking(
                head, looksAt(head, from, most), shown.stream().findFirst());
    }

    @Override
    public void close() {
        heads.close();
    }
}
