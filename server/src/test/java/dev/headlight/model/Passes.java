package dev.headlight.model;

import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Forward passes of texts of many lengths, each followed by reading one layer's attention. */
final class Passes {
    private Passes() {}

    static void run(Family model, Random random, int count) {
        for (int i = 0; i < count; i++) {
            int tokens = 8 + random.nextInt(140);
            List<Integer> ids = random.ints(tokens, 0, model.dimensions().vocabulary())
                    .boxed()
                    .toList();
            Input input = new Input(ids, Collections.nCopies(tokens, 0));
            try (Trace trace = model.forward(input, new int[] {i % tokens}, () -> {});
                    NDManager scope = trace.scope()) {
                trace.stack(AttentionKind.SELF).weights(i % model.dimensions().layers(), scope);
            }
        }
    }
}
