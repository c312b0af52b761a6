package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.AttentionKind;
import dev.headlight.hub.Hub;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverviewTest {
    @Test
    void aSmallMatrixIsItsOwnThumbnail() {
        byte[] pooled = new byte[4];
        Overview.pool(new Matrix(2, 2, new float[] {0, 0.5f, 1, 0.25f}), pooled, 0);
        assertThat(pooled).containsExactly((byte) 0, (byte) 128, (byte) 255, (byte) 64);
    }

    @Test
    void aLargeMatrixKeepsTheLargestWeightOfEachCell() {
        int tokens = 130;
        float[] weights = new float[tokens * tokens];
        for (int i = 1; i < tokens; i++) {
            weights[i * tokens + i - 1] = 1; // a diagonal one token wide
        }
        byte[] pooled = new byte[64 * 64];
        Overview.pool(new Matrix(tokens, tokens, weights), pooled, 0);
        for (int i = 0; i < 64; i++) {
            assertThat(pooled[i * 64 + i] & 0xff).as("cell " + i).isEqualTo(255);
        }
        assertThat(pooled[63] & 0xff).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64, 65, 100, 127, 128, 511})
    void everyTokenIsInTheCellThatItsShareOfTheMatrixFallsInto(int tokens) {
        int side = Math.min(64, tokens);
        int[] expected = new int[side * side];
        float[] weights = new float[tokens * tokens];
        Random random = new Random(tokens);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextFloat();
            int cell = i / tokens * side / tokens * side + i % tokens * side / tokens;
            expected[cell] = Math.max(expected[cell], Math.round(255 * weights[i]));
        }
        byte[] pooled = new byte[side * side];
        Overview.pool(new Matrix(tokens, tokens, weights), pooled, 0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(pooled[i] & 0xff).as("cell " + i).isEqualTo(expected[i]);
        }
    }

    @Test
    void weightsAreRoundedHalfUpToBytes() {
        for (int i = 0; i < 255; i++) {
            float half = (i + 0.5f) / 255;
            for (float weight : new float[] {Math.nextDown(half), half, Math.nextUp(half)}) {
                assertThat(Overview.quantized(weight) & 0xff).isEqualTo(Math.round(255 * weight));
            }
        }
        assertThat(Overview.quantized(0)).isZero();
        assertThat(Overview.quantized(1) & 0xff).isEqualTo(255);
    }

    @Test
    void theOverviewIsCached() {
        try (Inspector inspector = Inspector.load("embedded", Hub.locate("embedded"));
                Inspected inspected = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
            assertThat(inspected.heads().overview(AttentionKind.SELF, () -> {}))
                    .isSameAs(inspected.heads().overview(AttentionKind.SELF, () -> {}));
        }
    }

    @Test
    void theOverviewHasEveryHead() {
        try (Inspector inspector = Inspector.load("embedded", Hub.locate("embedded"));
                Inspected inspected = inspector.inspect(Request.of("The cat sat."), Options.standard(), () -> {})) {
            Overview overview = inspected.heads().overview(AttentionKind.SELF, () -> {});
            assertThat(List.of(overview.rows(), overview.columns())).containsExactly(6, 6);
            assertThat(overview.thumbnails()).hasSize(12 * 12 * 36);
            assertThat(overview.patterns())
                    .hasSize(12)
                    .allSatisfy(layer -> assertThat(layer).hasSize(12));
            Matrix last = inspected.heads().head(AttentionKind.SELF, 11, 11);
            assertThat(overview.thumbnails()[12 * 12 * 36 - 1] & 0xff).isEqualTo(Math.round(255 * last.at(5, 5)));
            byte[] thumbnail = overview.thumbnail(1, 2);
            byte[] quantized = inspected.heads().quantizedLayer(AttentionKind.SELF, 1);
            assertThat(thumbnail).isEqualTo(Arrays.copyOfRange(quantized, 2 * 36, 3 * 36));
        }
    }
}
