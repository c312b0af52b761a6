package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headlight.PositionTerm;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Disentangled attention (He et al. 2021, arXiv 2006.03654): to the score of a query and a key are added what the query
 * has to do with how far away the key is, and the key with how far away the query is. Each distance has a key and a query
 * of its own, which a layer projects from a table that all layers share. C copies, T tokens, R queries, K keys, H heads,
 * d head size, D hidden size, B rows of the table that a text needs.
 *
 * @param table of distances, (N, D), float32
 * @param rows the row of each distance, query − key, from 1 − P to P − 1, of the P tokens that a text has at most
 * @param projections of the table, (B, D) to (B, H·d), of the terms that there are
 */
record Disentangled(NDArray table, int[] rows, Map<PositionTerm, Block> projections) {

    /**
     * A layer's keys and queries for the distances in a text.
     *
     * @param vectors (H, B, d) each, of neighbouring rows of the table
     * @param rows as above
     * @param first the first of these rows
     */
    record Positions(Map<PositionTerm, NDArray> vectors, int[] rows, int first) {
        private int row(int distance) {
            return rows[distance + rows.length / 2] - first;
        }

        /**
         * What is added to the scores of some queries, in all.
         *
         * @param positions none if nothing is added for them
         * @param others what else is added, to be broadcast
         */
        static Optional<NDArray> added(
                Optional<Positions> positions, NDArray query, NDArray key, Rows queries, Optional<NDArray> others) {
            return positions
                    .map(known -> known.scores(query, key, queries))
                    .map(terms -> others.map(terms::add).orElse(terms))
                    .or(() -> others);
        }

        /** Those of some heads, in a scope. */
        Positions of(NDIndex heads, NDManager scope) {
            Map<PositionTerm, NDArray> some = new EnumMap<>(PositionTerm.class);
            vectors.forEach((term, all) -> some.put(term, all.get(scope, heads)));
            return new Positions(some, rows, first);
        }

        /** Those of a term by the distance key − query + T − 1: (H, 2T − 1, d), in a scope. */
        NDArray byDistance(PositionTerm term, int tokens, NDManager scope) {
            long[] places = new long[2 * tokens - 1];
            for (int i = 0; i < places.length; i++) {
                places[i] = row(tokens - 1 - i);
            }
            NDArray all = vectors.get(term); // (H, B, d)
            long heads = all.getShape().get(0);
            NDArray byRow = all.get(scope, new NDIndex(":"))
                    .transpose(1, 0, 2)
                    .reshape(all.getShape().get(1), -1);
            return Embedding.rows(byRow, places, scope)
                    .reshape(places.length, heads, -1)
                    .transpose(1, 0, 2);
        }

        /**
         * What is added to scores.
         *
         * @param query (…, H, R, d)
         * @param key (…, H, K, d)
         * @param queries the place of each in the text; where copies have different ones, one of each copy
         * @return (…, H, R, K), in the scope of the queries
         */
        NDArray scores(NDArray query, NDArray key, Rows queries) {
            int last = query.getShape().dimension() - 1;
            double scale = 1 / Math.sqrt(query.getShape().get(last));
            int keys = (int) key.getShape().get(last - 1);
            NDArray sum = null;
            for (Map.Entry<PositionTerm, NDArray> of : vectors.entrySet()) {
                boolean byQuery = of.getKey() == PositionTerm.C2P;
                NDArray dots = (byQuery ? query : key).matMul(of.getValue().swapAxes(1, 2)); // (…, H, R or K, B)
                NDArray index = index(queries, keys, !byQuery, query.getManager());
                long[] shape = dots.getShape().getShape().clone();
                shape[last] = byQuery ? keys : queries.count();
                NDArray picked = dots.gather(index.broadcast(new Shape(shape)), last);
                NDArray added = byQuery ? picked : picked.swapAxes(last - 1, last);
                sum = sum == null ? added : sum.add(added);
            }
            return sum.mul(scale);
        }

        /** The rows of the distances of queries and keys: (R, K), or (K, R), of copies that differ (C, 1, 1, K). */
        private NDArray index(Rows queries, int keys, boolean byKey, NDManager scope) {
            long[] places = queries.numbers();
            long[] index = new long[places.length * keys];
            for (int i = 0; i < places.length; i++) {
                for (int key = 0; key < keys; key++) {
                    index[i * keys + key] = row((int) places[i] - key);
                }
            }
            if (queries.differ()) {
                return scope.create(
                        index, byKey ? new Shape(places.length, 1, keys, 1) : new Shape(places.length, 1, 1, keys));
            }
            NDArray byQuery = scope.create(index, new Shape(places.length, keys));
            return byKey ? byQuery.transpose() : byQuery;
        }
    }

    /** The keys and queries for the distances in a text of T tokens, in a scope. */
    Positions positions(int tokens, int heads, NDManager scope) {
        int middle = rows.length / 2;
        int[] used = Arrays.copyOfRange(rows, middle + 1 - tokens, middle + tokens);
        int first = Arrays.stream(used).min().orElseThrow();
        int end = Arrays.stream(used).max().orElseThrow() + 1;
        NDArray some = table.get(scope, new NDIndex("{}:{}", first, end)); // (B, D)
        Map<PositionTerm, NDArray> vectors = new EnumMap<>(PositionTerm.class);
        projections.forEach((term, projection) -> vectors.put(
                term, projection.forward(some).reshape(end - first, heads, -1).transpose(1, 0, 2))); // (H, B, d)
        return new Positions(vectors, rows, first);
    }
}
