package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import dev.headlight.inspect.Alignment.Pair;
import dev.headlight.model.Mask;
import dev.headlight.text.Span;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final Mask ALL = new Mask(false, Integer.MAX_VALUE);

    /** Layers of one attention that are given by hand. */
    private record ByHand(AttentionKind kind, Span queries, Span keys, List<List<Matrix>> attention) implements Layers {
        static ByHand of(Matrix... headsOfOneLayer) {
            return layers(List.of(List.of(headsOfOneLayer)));
        }

        static ByHand layers(List<List<Matrix>> attention) {
            Span tokens = new Span(0, attention.get(0).get(0).rows());
            return new ByHand(AttentionKind.SELF, tokens, tokens, attention);
        }

        @Override
        public Selection held() {
            return Selection.all(attention.size(), attention.get(0).size());
        }

        @Override
        public List<AttentionShape> attentions() {
            return List.of(new AttentionShape(kind, queries, keys, Collections.nCopies(attention.size(), ALL)));
        }

        @Override
        public List<Matrix> layer(AttentionKind of, int layer) {
            assertThat(of).isEqualTo(kind);
            return attention.get(layer);
        }

        @Override
        public Matrix head(AttentionKind of, int layer, int head) {
            return layer(of, layer).get(head);
        }

        @Override
        public List<Matrix> queries(AttentionKind of, int layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Matrix> keys(AttentionKind of, int layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Matrix> positions(AttentionKind of, int layer, PositionTerm term) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int logitRows() {
            return 0;
        }

        @Override
        public Matrix logits(int from, int to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int vocabulary() {
            return 0;
        }

        @Override
        public Overview overview(AttentionKind of, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }
    }

    private static Matrix matrix(int side, double... weights) {
        float[] values = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            values[i] = (float) weights[i];
        }
        return new Matrix(side, weights.length / side, values);
    }

    private static Alignment straight(int size) {
        return new Alignment(
                IntStream.range(0, size).mapToObj(i -> new Pair(i, i)).toList());
    }

    private static Difference between(Layers first, Layers second, Alignment alignment) {
        return Difference.between(AttentionKind.SELF, first, second, alignment, Cancellation.NEVER);
    }

    @Test
    void identicalInspectionsDoNotDiffer() {
        ByHand layers = ByHand.of(matrix(2, 0.5, 0.5, 0, 1));
        Difference difference = between(layers, layers, straight(2));
        assertThat(difference.distances()).containsExactly(0);
        assertThat(difference.thumbnails()).containsOnly((byte) 128);
        assertThat(List.of(difference.rows(), difference.columns())).containsExactly(2, 2);
    }

    @Test
    void aGainIsBrightAndALossIsDark() {
        Difference difference =
                between(ByHand.of(matrix(2, 1, 0, 0.5, 0.5)), ByHand.of(matrix(2, 0, 1, 0.75, 0.25)), straight(2));
        assertThat(difference.thumbnails()).containsExactly((byte) 1, (byte) 255, (byte) 160, (byte) 96);
    }

    @Test
    void theDistanceIsTheMeanShareOfAttentionThatMoved() {
        Difference difference =
                between(ByHand.of(matrix(2, 1, 0, 0.5, 0.5)), ByHand.of(matrix(2, 0, 1, 0.75, 0.25)), straight(2));
        assertThat(difference.distances()[0]).isCloseTo((1 + 0.25f) / 2, within(1e-6f));
    }

    @Test
    void attentionToUnpairedTokensIsLeftOut() {
        Alignment alignment = new Alignment(List.of(new Pair(0, 0), new Pair(1, 2)));
        Difference difference = between(
                ByHand.of(matrix(2, 0.5, 0.5, 0.5, 0.5)),
                ByHand.of(matrix(3, 0.25, 0.5, 0.25, 9, 9, 9, 0.5, 0, 0.5)),
                alignment);
        assertThat(difference.distances()[0]).isCloseTo(0.25f / 2, within(1e-6f));
    }

    @Test
    void everyHeadIsComparedWithItself() {
        Matrix here = matrix(2, 1, 0, 1, 0);
        Matrix there = matrix(2, 0, 1, 0, 1);
        Layers first = ByHand.layers(List.of(List.of(here, here, here), List.of(there, there, there)));
        Layers second = ByHand.layers(List.of(List.of(here, here, there), List.of(there, here, there)));
        assertThat(between(first, second, straight(2)).distances()).containsExactly(0, 0, 1, 0, 1, 0);
    }

    @Test
    void aCellKeepsTheValueOfLargestMagnitude() {
        int size = 128;
        float[] values = new float[size * size];
        values[0] = 0.25f;
        values[1] = -0.5f;
        values[size + 3] = 1;
        values[(size - 1) * size + size - 2] = -1;
        byte[] pooled = new byte[64 * 64];
        Difference.pool(new Matrix(size, size, values), pooled, 0);
        assertThat(pooled[0] & 0xff).isEqualTo(Math.round(128 - 63.5f));
        assertThat(pooled[1] & 0xff).isEqualTo(255);
        assertThat(pooled[2] & 0xff).isEqualTo(128);
        assertThat(pooled[64 * 64 - 1] & 0xff).isEqualTo(1);
    }

    @Test
    void modelsOfDifferentSizesCannotBeCompared() {
        Matrix matrix = matrix(1, 1);
        assertThatThrownBy(() -> between(ByHand.of(matrix), ByHand.of(matrix, matrix), straight(1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("differ in their layers or heads");
        Layers two = ByHand.layers(List.of(List.of(matrix), List.of(matrix)));
        assertThatThrownBy(() -> between(ByHand.of(matrix), two, straight(1))).isInstanceOf(UserException.class);
    }

    @Test
    void textsWithNothingInCommonCannotBeCompared() {
        ByHand layers = ByHand.of(matrix(1, 1));
        assertThatThrownBy(() -> between(layers, layers, straight(0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no token in common");
    }

    @Test
    void crossAttentionIsComparedOverTargetAndSource() {
        // a source of two tokens in both texts; targets of three tokens and of two, of which two correspond
        Span source = new Span(0, 2);
        Layers first =
                new ByHand(AttentionKind.CROSS, new Span(2, 5), source, List.of(List.of(new Matrix(3, 2, new float[] {
                    1, 0, 0.5f, 0.5f, 0, 1
                }))));
        Layers second = new ByHand(
                AttentionKind.CROSS, new Span(2, 4), source, List.of(List.of(new Matrix(2, 2, new float[] {1, 0, 1, 0
                }))));
        Alignment alignment = new Alignment(List.of(new Pair(0, 0), new Pair(1, 1), new Pair(2, 2), new Pair(4, 3)));
        Difference difference = Difference.between(AttentionKind.CROSS, first, second, alignment, Cancellation.NEVER);
        assertThat(difference.distances()).containsExactly(0.5f);
        assertThat(List.of(difference.rows(), difference.columns())).containsExactly(2, 2);
        assertThat(difference.thumbnails()).containsExactly((byte) 128, (byte) 128, (byte) 255, (byte) 1);
    }

    @Test
    void attentionThatTheOtherModelLacksCannotBeCompared() {
        Layers cross = new ByHand(AttentionKind.CROSS, new Span(1, 2), new Span(0, 1), List.of(List.of(matrix(1, 1))));
        assertThatThrownBy(() -> Difference.between(
                        AttentionKind.CROSS, cross, ByHand.of(matrix(1, 1)), straight(2), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("The two models differ");
    }

    @Test
    void itEndsWhenItIsCancelled() {
        ByHand layers = ByHand.of(matrix(1, 1));
        Cancellation cancelled = () -> {
            throw new CancellationException();
        };
        assertThatThrownBy(() -> Difference.between(AttentionKind.SELF, layers, layers, straight(1), cancelled))
                .isInstanceOf(CancellationException.class);
    }
}
