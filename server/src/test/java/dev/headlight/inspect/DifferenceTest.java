package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Alignment.Pair;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    /** Layers that are given by hand. */
    private static final Block WHOLE = new Block("attention", 1, new Block.Range(0, 99), new Block.Range(0, 99));

    private record ByHand(List<List<Matrix>> attention) implements Layers {
        static ByHand of(Matrix... headsOfOneLayer) {
            return new ByHand(List.of(List.of(headsOfOneLayer)));
        }

        @Override
        public int layers() {
            return attention.size();
        }

        @Override
        public int heads() {
            return attention.get(0).size();
        }

        @Override
        public List<Matrix> layer(int layer) {
            return attention.get(layer);
        }

        @Override
        public List<Matrix> queries(int layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Matrix> keys(int layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Matrix> crossQueries(int layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Matrix> crossKeys(int layer) {
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
        public Overview overview(Cancellation cancellation) {
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
        return Difference.between(first, second, alignment, List.of(WHOLE), Cancellation.NEVER);
    }

    @Test
    void whatIsTheSameDoesNotDiffer() {
        ByHand layers = ByHand.of(matrix(2, 0.5, 0.5, 0, 1));
        Difference difference = between(layers, layers, straight(2));
        assertThat(difference.distances()).containsExactly(0);
        assertThat(difference.thumbnails()).containsOnly((byte) 128);
        assertThat(difference.side()).isEqualTo(2);
    }

    @Test
    void aGainIsBrightAndALossIsDark() {
        Difference difference =
                between(ByHand.of(matrix(2, 1, 0, 0.5, 0.5)), ByHand.of(matrix(2, 0, 1, 0.75, 0.25)), straight(2));
        assertThat(difference.thumbnails()).containsExactly((byte) 1, (byte) 255, (byte) 160, (byte) 96);
    }

    @Test
    void theDistanceIsTheShareOfAttentionThatMovedOnAverage() {
        Difference difference =
                between(ByHand.of(matrix(2, 1, 0, 0.5, 0.5)), ByHand.of(matrix(2, 0, 1, 0.75, 0.25)), straight(2));
        assertThat(difference.distances()[0]).isCloseTo((1 + 0.25f) / 2, within(1e-6f));
    }

    @Test
    void whatIsSpentOnTokensWithoutAPartnerIsLeftOut() {
        Alignment alignment = new Alignment(List.of(new Pair(0, 0), new Pair(1, 2)));
        Difference difference = between(
                ByHand.of(matrix(2, 0.5, 0.5, 0.5, 0.5)),
                ByHand.of(matrix(3, 0.25, 0.5, 0.25, 9, 9, 9, 0.5, 0, 0.5)),
                alignment);
        assertThat(difference.distances()[0]).isCloseTo(0.25f / 2, within(1e-6f));
    }

    @Test
    void everyHeadOfEveryLayerIsComparedWithItself() {
        Matrix here = matrix(2, 1, 0, 1, 0);
        Matrix there = matrix(2, 0, 1, 0, 1);
        Layers first = new ByHand(List.of(List.of(here, here, here), List.of(there, there, there)));
        Layers second = new ByHand(List.of(List.of(here, here, there), List.of(there, here, there)));
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
    void modelsOfAnotherSizeCanNotBeCompared() {
        Matrix matrix = matrix(1, 1);
        assertThatThrownBy(() -> between(ByHand.of(matrix), ByHand.of(matrix, matrix), straight(1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("differ in their layers or heads");
        Layers two = new ByHand(List.of(List.of(matrix), List.of(matrix)));
        assertThatThrownBy(() -> between(ByHand.of(matrix), two, straight(1))).isInstanceOf(UserException.class);
    }

    @Test
    void textsWithNothingInCommonCanNotBeCompared() {
        ByHand layers = ByHand.of(matrix(1, 1));
        assertThatThrownBy(() -> between(layers, layers, straight(0)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no token in common");
    }

    @Test
    void eachBlockOfAnEncoderDecoderHasADistanceOfItsOwn() {
        // two source tokens, two of the target
        Layers first = new ByHand(
                List.of(List.of(new Matrix(4, 4, new float[] {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0.5f, 0.5f}))));
        Layers second = new ByHand(List.of(
                List.of(new Matrix(4, 4, new float[] {0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f}))));
        Block.Range source = new Block.Range(0, 2);
        Block.Range target = new Block.Range(2, 4);
        List<Block> blocks = List.of(
                new Block("encoder", 1, source, source),
                new Block("decoder", 1, target, target),
                new Block("cross", 1, target, source));
        Difference difference = Difference.between(first, second, straight(4), blocks, Cancellation.NEVER);
        assertThat(difference.distances()).containsExactly(0.5f, 0, 0.25f);
    }

    @Test
    void itEndsWhenItIsNotWantedAnyMore() {
        ByHand layers = ByHand.of(matrix(1, 1));
        Cancellation cancelled = () -> {
            throw new CancellationException();
        };
        assertThatThrownBy(() -> Difference.between(layers, layers, straight(1), List.of(WHOLE), cancelled))
                .isInstanceOf(CancellationException.class);
    }
}
