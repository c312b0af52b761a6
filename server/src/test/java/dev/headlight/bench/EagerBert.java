package dev.headlight.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.headlight.engine.Torch;
import dev.headlight.testing.RandomCheckpoint;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What transformers' BertForMaskedLM computes with {@code attn_implementation="eager"}, operation by operation, in the
 * same libtorch: plain linear layers, attention written out, logits of every token. It is what Headlight is measured
 * against where Python is not at hand; transformers itself adds Python's own time to it.
 */
final class EagerBert implements AutoCloseable {
    private final NDManager scope = Torch.start().manager();
    private final Map<String, NDArray> arrays = new HashMap<>();
    private final RandomCheckpoint sizes;

    EagerBert(Checkpoint checkpoint, RandomCheckpoint sizes) {
        this.sizes = sizes;
        Weights weights = Weights.of(checkpoint, scope);
        sizes.shapes().forEach((name, shape) -> arrays.put(name, weights.get(name, shape)));
    }

    /** A pass over tokens of type 0; everything is closed again. */
    long pass(long[] ids) {
        try (NDManager pass = scope.newSubManager()) {
            Shape heads = new Shape(1, ids.length, sizes.heads(), sizes.hidden() / sizes.heads());
            NDArray x = norm(
                    lookup(pass, ids, "word_embeddings")
                            .add(lookup(pass, new long[ids.length], "token_type_embeddings"))
                            .add(lookup(pass, LongStream.range(0, ids.length).toArray(), "position_embeddings")),
                    "bert.embeddings.LayerNorm");
            for (int i = 0; i < sizes.layers(); i++) {
                String layer = "bert.encoder.layer." + i + ".";
                NDArray q =
                        linear(x, layer + "attention.self.query").reshape(heads).transpose(0, 2, 1, 3);
                NDArray k =
                        linear(x, layer + "attention.self.key").reshape(heads).transpose(0, 2, 1, 3);
                NDArray v =
                        linear(x, layer + "attention.self.value").reshape(heads).transpose(0, 2, 1, 3);
                NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).mul(1 / Math.sqrt(heads.get(3)));
                NDArray context =
                        scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3).reshape(x.getShape());
                NDArray attended = norm(
                        linear(context, layer + "attention.output.dense").add(x), layer + "attention.output.LayerNorm");
                NDArray inner = Activation.gelu(linear(attended, layer + "intermediate.dense"));
                x = norm(linear(inner, layer + "output.dense").add(attended), layer + "output.LayerNorm");
            }
            NDArray transformed = norm(
                    Activation.gelu(linear(x, "cls.predictions.transform.dense")),
                    "cls.predictions.transform.LayerNorm");
            NDArray table = arrays.get("bert.embeddings.word_embeddings.weight");
            NDArray logits = Linear.linear(transformed, table, arrays.get("cls.predictions.bias"))
                    .singletonOrThrow();
            return logits.size();
        }
    }

    private NDArray lookup(NDManager pass, long[] numbers, String name) {
        NDArray table = arrays.get("bert.embeddings." + name + ".weight");
        NDArray index = pass.create(numbers, new Shape(1, numbers.length));
        return Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow();
    }

    private NDArray linear(NDArray x, String name) {
        return Linear.linear(x, arrays.get(name + ".weight"), arrays.get(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray norm(NDArray x, String name) {
        Shape shape = new Shape(sizes.hidden());
        return LayerNorm.layerNorm(x, shape, arrays.get(name + ".weight"), arrays.get(name + ".bias"), 1e-12f)
                .singletonOrThrow();
    }

    @Override
    public void close() {
        scope.close();
    }
}
