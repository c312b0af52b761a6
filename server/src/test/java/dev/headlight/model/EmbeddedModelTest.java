package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.engine.Torch;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The model that ships inside Headlight computes what transformers does with the same files (golden_embedded.py). */
class EmbeddedModelTest {
    private static final Golden GOLDEN = Golden.of("embedded");
    private static final float TOLERANCE = 1e-4f;

    private static Family model;

    @BeforeAll
    static void load() {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(Hub.locate(Hub.EMBEDDED))) {
            model = Family.load(checkpoint, torch, torch.kernels());
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void itHasAsManyHeadsAsBertBase() {
        assertThat(model.dimensions().layers()).isEqualTo(12);
        assertThat(model.dimensions().heads()).isEqualTo(12);
        assertThat(model.dimensions().maxTokens()).isEqualTo(512);
    }

    @Test
    void logitsAndAttentionEqualThoseOfTransformers() {
        List<Golden.Case> cases = GOLDEN.cases();
        for (int number = 0; number < cases.size(); number++) {
            Golden.Case recorded = cases.get(number);
            int[] rows = recorded.predictions().stream()
                    .mapToInt(Golden.Prediction::position)
                    .toArray();
            try (Trace trace =
                            model.forward(new Input(recorded.ids(), recorded.tokenTypes()), rows, Cancellation.NEVER);
                    NDManager scope = trace.scope()) {
                float[] logits = GOLDEN.array(number, "logits");
                assertThat(logits).hasSize(rows.length * model.dimensions().vocabulary());
                assertThat(trace.logits().toFloatArray()).containsExactly(logits, within(TOLERANCE));
                float[] attention = GOLDEN.array(number, "attention");
                int layers = model.dimensions().layers();
                int size = attention.length / layers;
                for (int layer = 0; layer < layers; layer++) {
                    float[] found = trace.stack(AttentionKind.SELF)
                            .weights(layer, scope)
                            .toFloatArray();
                    assertThat(found).hasSize(size);
                    for (int i = 0; i < size; i++) {
                        assertThat(found[i])
                                .as("case %d, layer %d", number, layer)
                                .isCloseTo(attention[layer * size + i], within(TOLERANCE));
                    }
                }
            }
        }
    }
}
