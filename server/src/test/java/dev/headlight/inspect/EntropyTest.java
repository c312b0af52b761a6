package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntropyTest {
    private static double entropy(float... weights) {
        return Entropy.of(weights, 0, weights.length);
    }

    @Test
    void itIsAccurateToAMillionth() {
        Random random = new Random(1);
        for (int spread = 1; spread < 200; spread *= 2) {
            float[] weights = softmax(random, 512, spread);
            double entropy = 0;
            for (float weight : weights) {
                entropy -= weight > 0 ? weight * Math.log(weight) : 0;
            }
            assertThat(entropy(weights)).as("spread " + spread).isCloseTo(entropy, within(1e-6));
        }
    }

    private static float[] softmax(Random random, int size, int spread) {
        double[] exponentials =
                random.doubles(size).map(score -> Math.exp(-spread * score)).toArray();
        double sum = Arrays.stream(exponentials).sum();
        float[] weights = new float[size];
        for (int i = 0; i < size; i++) {
            weights[i] = (float) (exponentials[i] / sum);
        }
        return weights;
    }

    @Test
    void attentionToASingleTokenHasNoEntropy() {
        assertThat(entropy(0, 1, 0, Float.MIN_VALUE)).isCloseTo(0, within(1e-6));
    }

    @Test
    void entropiesOfRowsAddUp() {
        assertThat(entropy(0.5f, 0.5f, 0.25f, 0.25f, 0.25f, 0.25f)).isCloseTo(Math.log(2) + Math.log(4), within(1e-6));
    }
}
