package dev.headlight.corpus;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.inspect.Inspector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Measures what the heads of a model do in documents. Texts of equally many tokens run together. Used by one thread at a
 * time, like its inspector; within a call it uses all cores, and each of them works on texts of its own.
 */
public final class Analyzer {
    /** So many rows of hidden states are worth a call; those of more would not stay in a core's cache. */
    private static final int MOST_ROWS = 512;

    /** So many weights of a layer are held at once by a core, at most, unless a single text has more. */
    private static final int MOST_WEIGHTS = 2_000_000;

    /** So many characters of documents are cut at once: more of them fill more batches, and take more memory. */
    private static final int CHUNK = 1 << 17;

    private final Inspector inspector;
    private final Cutter cutter;
    private final List<HeadPlace> heads;
    private final Map<AttentionKind, Integer> first = new EnumMap<>(AttentionKind.class); // number of its first head

    public Analyzer(Inspector inspector, Cutting cutting) {
        this.inspector = inspector;
        this.cutter = new Cutter(inspector, cutting);
        this.heads = heads(inspector);
        for (int number = heads.size() - 1; number >= 0; number--) {
            first.put(heads.get(number).kind(), number);
        }
    }

    private static List<HeadPlace> heads(Inspector inspector) {
        List<HeadPlace> heads = new ArrayList<>();
        for (AttentionKind kind : AttentionKind.values()) {
            for (int layer = 0; layer < inspector.layersOf().getOrDefault(kind, 0); layer++) {
                for (int head = 0; head < inspector.heads(); head++) {
                    heads.add(new HeadPlace(kind, layer, head));
                }
            }
        }
        return heads;
    }

    /** Statistics of no documents, to add others to. */
    public Statistics none() {
        return new Statistics(heads);
    }

    /** The next documents of many: as many as are worth measuring together, one at least if there is one. */
    public static List<Document> chunk(Iterator<Document> documents) {
        List<Document> chunk = new ArrayList<>();
        int length = 0;
        while (length < CHUNK && documents.hasNext()) {
            Document next = documents.next();
            chunk.add(next);
            length += next.text().length();
        }
        return chunk;
    }

    /**
     * Measures documents.
     *
     * @param cancellation asked between layers; throws to end the work
     * @throws dev.headlight.UserException if the model computes no numbers
     */
    public Statistics measure(List<Document> documents, Cancellation cancellation) {
        Statistics statistics = none();
        List<Cutter.Cut> cuts = documents.parallelStream().map(cutter::cut).toList();
        statistics.count(Count.DOCUMENTS, documents.size());
        Map<Integer, List<Piece>> byLength = new TreeMap<>(Comparator.reverseOrder()); // short ones fill the end
        for (int number = 0; number < cuts.size(); number++) {
            Cutter.Cut cut = cuts.get(number);
            statistics.count(Count.UNPARSED, documents.get(number).code() && !cut.parsed() ? 1 : 0);
            cut.pieces()
                    .forEach(piece -> byLength.computeIfAbsent(piece.tokens(), same -> new ArrayList<>())
                            .add(piece));
        }
        List<List<Piece>> batches = new ArrayList<>();
        byLength.forEach((tokens, pieces) -> {
            int most = most(tokens);
            for (int from = 0; from < pieces.size(); from += most) {
                batches.add(pieces.subList(from, Math.min(pieces.size(), from + most)));
            }
        });
        List<Statistics> parts = Collections.synchronizedList(new ArrayList<>());
        Inspector.spread(batches, () -> {
            Statistics own = none();
            parts.add(own);
            return batch -> run(batch, own, cancellation);
        });
        parts.forEach(statistics::add);
        return statistics;
    }

    private int most(int tokens) {
        long weights = (long) inspector.heads() * tokens * tokens;
        return (int) Math.max(1, Math.min(MOST_ROWS / tokens, MOST_WEIGHTS / weights));
    }

    private void run(List<Piece> pieces, Statistics statistics, Cancellation cancellation) {
        cancellation.check();
        List<Map<AttentionKind, Along>> along =
                pieces.stream().map(Analyzer::along).toList();
        int heads = inspector.heads();
        inspector.attend(
                pieces.stream().map(Piece::passage).toList(),
                (kind, layer, head, text, attention) -> statistics.add(
                        first.get(kind) + layer * heads + head,
                        along.get(text).get(kind).measure(layer, attention),
                        pieces.get(text).sample()),
                cancellation);
        for (int text = 0; text < pieces.size(); text++) {
            statistics.count(pieces.get(text).sample(), pieces.get(text).tokens());
            for (Along of : along.get(text).values()) {
                Stream.of(Relation.values()).forEach(relation -> statistics.countLinks(relation, of.links(relation)));
            }
        }
    }

    private static Map<AttentionKind, Along> along(Piece piece) {
        Map<AttentionKind, Along> along = new HashMap<>();
        piece.passage().attentions().forEach(shape -> along.put(shape.kind(), new Along(piece, shape)));
        return along;
    }
}
