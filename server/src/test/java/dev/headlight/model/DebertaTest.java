package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebertaTest {
    @TempDir
    Path temp;

    /** The first distance of each bucket, as transformers' {@code make_log_bucket_position} gave them. */
    @Test
    void farDistancesShareBucketsAsInTheFloat32OfTransformers() {
        int[] ofV3 = {
            129, 130, 131, 133, 134, 136, 137, 139, 140, 142, 143, 145, 146, 148, 150, 151, 153, 155, 156, 158, 160,
                    161,
            163, 165, 167, 169, 170, 172, 174, 176, 178, 180, 182, 184, 186, 188, 190, 192, 194, 196, 198, 201, 203,
                    205,
            207, 210, 212, 214, 216, 219, 221, 224, 226, 229, 231, 234, 236, 239, 241, 244, 247, 249, 252, 255, 258,
                    260,
            263, 266, 269, 272, 275, 278, 281, 284, 287, 290, 294, 297, 300, 303, 307, 310, 313, 317, 320, 324, 327,
                    331,
            335, 338, 342, 346, 349, 353, 357, 361, 365, 369, 373, 377, 381, 385, 390, 394, 398, 403, 407, 411, 416,
                    420,
            425, 430, 434, 439, 444, 449, 454, 459, 464, 469, 474, 479, 484, 490, 495, 500, 506, 512
        };
        checkStarts(256, 512, ofV3);
        checkStarts(
                32, 128, new int[] {17, 19, 22, 25, 28, 32, 37, 43, 49, 56, 64, 74, 84, 97, 111, 128, 146, 168, 193});
        checkStarts(8, 160, new int[] {5, 14, 47, 160});
        checkStarts(4, 10, new int[] {3, 10, 41, 183});
    }

    private static void checkStarts(int buckets, int farthest, int[] expected) {
        List<Integer> starts = new ArrayList<>();
        for (int distance = buckets / 2 + 1; distance <= expected[expected.length - 1]; distance++) {
            int bucket = Deberta.bucket(distance, buckets, farthest);
            assertThat(Deberta.bucket(-distance, buckets, farthest)).isEqualTo(-bucket);
            if (bucket != Deberta.bucket(distance - 1, buckets, farthest)) {
                assertThat(bucket).isEqualTo(buckets / 2 + 1 + starts.size());
                starts.add(distance);
            }
        }
        assertThat(starts)
                .containsExactlyElementsOf(IntStream.of(expected).boxed().toList());
    }

    /** Published checkpoints hold the newer head, and their configuration doesn't say so. */
    @Test
    void theHeadThatTheCheckpointHoldsIsRead() throws IOException {
        Path published = Files.createDirectory(temp.resolve("published"));
        Checkpoints.rewrite(Golden.folder("deberta-v2"), published, tensor -> tensor);
        Checkpoints.edit(published, config -> config.remove("legacy"));
        assertThat(logits(published)).containsExactly(logits(Golden.folder("deberta-v2")));
    }

    @Test
    void aDiscriminatorHasNoWords() throws IOException {
        Path discriminator = Files.createDirectory(temp.resolve("discriminator"));
        Checkpoints.rewrite(Golden.folder("deberta-v2"), discriminator, tensor -> tensor);
        Checkpoints.edit(discriminator, config -> config.remove("legacy"));
        Checkpoints.add(discriminator, "mask_predictions.dense.bias", 16);
        try (Checkpoint checkpoint = Checkpoint.open(discriminator);
                Family model = load(checkpoint)) {
            assertThat(model.predicts()).isFalse();
        }
    }

    /** A pass that is watched shows the same attention as one that is kept. */
    @Test
    void watchersSeeTheTermsForDistances() {
        Golden golden = Golden.of("deberta-v2");
        Golden.Case recorded = golden.cases().get(0);
        Input input = new Input(recorded.ids(), recorded.tokenTypes());
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = load(checkpoint);
                Trace trace = model.forward(input, new int[0], Cancellation.NEVER);
                NDManager scope = trace.scope()) {
            List<float[]> seen = new ArrayList<>();
            model.attend(
                    List.of(input, input),
                    (kind, layer, first, weights) -> seen.add(weights.toFloatArray()),
                    Cancellation.NEVER);
            for (int layer = 0; layer < 2; layer++) {
                NDArray kept = trace.stack(AttentionKind.SELF).weights(layer, scope); // (H, T, T)
                float[] watched = seen.get(layer); // (2, H, T, T)
                float[] expected = kept.toFloatArray();
                for (int i = 0; i < watched.length; i++) {
                    assertThat(watched[i]).isCloseTo(expected[i % expected.length], within(1e-5f));
                }
                assertThat(watched).hasSize(2 * expected.length);
            }
        }
    }

    private static Family load(Checkpoint checkpoint) {
        return Family.load(checkpoint, Torch.start(), Torch.start().kernels(Precision.FLOAT32));
    }

    private static float[] logits(Path folder) {
        Golden.Case recorded = Golden.of("deberta-v2").cases().get(0);
        Input input = new Input(recorded.ids(), recorded.tokenTypes());
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Family model = load(checkpoint);
                Trace trace = model.forward(input, new int[] {3}, Cancellation.NEVER)) {
            return trace.logits().toFloatArray();
        }
    }
}
