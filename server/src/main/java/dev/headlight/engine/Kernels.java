package dev.headlight.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The heavy operations. Linear layers are computed on weights packed once by oneDNN for its kernels, which takes a
 * third to four fifths of the time, or on plain weights if oneDNN is missing: only this class knows the difference.
 * Attention runs fused, so that no T × T matrix is written.
 */
public final class Kernels {
    private static final String METHODS = """
            def stored(self: __torch__.M, file: str, first: int, rows: int, size: int) -> Tensor:
              numbers = torch.from_file(file, False, first + rows * size, dtype=15)
              return torch.as_strided(numbers, [rows, size], [size, 1], first)
            def pack(self: __torch__.M, w: Tensor) -> Tensor:
              return %s
            def narrow(self: __torch__.M, x: Tensor) -> Tensor:
              return %s
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              context = torch.transpose(torch.scaled_dot_product_attention(q, k, v), 1, 2)
              return torch.flatten(torch.flatten(context, 0, 1), 1)
            def attend_masked(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, m: Tensor) -> Tensor:
              context = torch.transpose(torch.scaled_dot_product_attention(q, k, v, m), 1, 2)
              return torch.flatten(torch.flatten(context, 0, 1), 1)
            """;

    /** A linear layer, and the same with its result as it is computed: in bfloat16, or float32 in any case. */
    private static final String LINEAR = """
            def %1$s(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return %2$s
            def %1$s_narrow(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return %3$s
            """;

    /** The activation of a linear layer's output. */
    public enum Activation {
        NONE,
        /** x Φ(x), with the error function (Hendrycks and Gimpel 2016). */
        GELU,
        /** GELU with the tanh approximation, {@code gelu_new} in configurations. */
        GELU_TANH,
        RELU,
        /** x σ(x) (Elfwing et al. 2018), also called swish. */
        SILU;

        private final String method = name().toLowerCase(Locale.ROOT);
    }

    private final Script script;
    private final boolean packs;
    private final boolean narrows;
    private final Kernels direct; // for weights that are bfloat16 as they are stored; null where these are widened

    private Kernels(Script script, boolean packs) {
        this(script, packs, false, null);
    }

    private Kernels(Script script, boolean packs, boolean narrows, Kernels direct) {
        this.script = script;
        this.packs = packs;
        this.narrows = narrows;
        this.direct = direct;
    }

    /**
     * oneDNN's kernels if this machine's libtorch has them and they compute the same as plain operations, otherwise
     * plain ones.
     */
    static Kernels fastest(NDManager scope) {
        try {
            Kernels packed = packed(scope);
            return packed.isRight(scope) ? packed : plain(scope);
        } catch (EngineException e) {
            return plain(scope);
        }
    }

    static Kernels packed(NDManager scope) {
        return new Kernels(Script.load(scope, packedMethods("torch.contiguous(torch.to(w, 6))", "%s", "x", "b")), true);
    }

    /** Kernels whose linear layers compute in bfloat16, by oneDNN if this machine's libtorch has it. */
    static Kernels bfloat16(NDManager scope, boolean packed) {
        String narrow = "torch.to(%s, 15)";
        String widen = "torch.to(%s, 6)";
        String weight = narrow.formatted("torch.contiguous(w)");
        String x = narrow.formatted("x");
        String bias = narrow.formatted("b");
        Kernels plain = new Kernels(Script.load(scope, plainMethods(weight, widen, x, bias)), true, true, null);
        Script script = packed ? Script.load(scope, packedMethods(weight, widen, x, bias)) : plain.script;
        return new Kernels(script, true, true, plain);
    }

    static Kernels plain(NDManager scope) {
        return new Kernels(Script.load(scope, plainMethods("torch.to(w, 6)", "%s", "x", "b")), false);
    }

    private static String packedMethods(String weight, String result, String x, String bias) {
        String linear = "ops.mkldnn._linear_pointwise(" + x + ", w, " + bias + ", \"%s\", [], \"%s\")";
        return methods(
                "ops.mkldnn._reorder_linear_weight(" + weight + ", None)",
                x,
                result,
                activation -> switch (activation) {
                    case NONE -> linear.formatted("none", "");
                    case GELU -> linear.formatted("gelu", "none");
                    case GELU_TANH -> linear.formatted("gelu", "tanh");
                    case RELU -> "torch.relu_(" + linear.formatted("none", "") + ")"; // oneDNN's takes NaN for 0
                    case SILU -> linear.formatted("swish", "");
                });
    }

    private static String plainMethods(String weight, String result, String x, String bias) {
        String linear = result.formatted("torch.linear(" + x + ", w, " + bias + ")");
        return methods(weight, x, "%s", activation -> switch (activation) {
            case NONE -> linear;
            case GELU -> "torch.gelu(" + linear + ")";
            case GELU_TANH -> "torch.gelu(" + linear + ", approximate=\"tanh\")";
            case RELU -> "torch.relu(" + linear + ")";
            case SILU -> "torch.silu(" + linear + ")";
        });
    }

    private static String methods(String pack, String x, String result, Function<Activation, String> linear) {
        StringBuilder methods = new StringBuilder(METHODS.formatted(pack, x));
        for (Activation activation : Activation.values()) {
            String computed = linear.apply(activation);
            methods.append(LINEAR.formatted(activation.method, result.formatted(computed), computed));
        }
        return methods.toString();
    }

    private boolean isRight(NDManager scope) {
        try (NDManager trial = scope.newSubManager()) {
            NDArray x = trial.arange(96f).reshape(3, 32).sin();
            NDArray weight = trial.arange(512f).reshape(16, 32).cos();
            NDArray bias = trial.arange(16f);
            NDArray ours = linear(x, pack(weight), bias, Activation.GELU);
            NDArray theirs =
                    ai.djl.nn.Activation.gelu(x.matMul(weight.transpose()).add(bias));
            return ours.getShape().equals(new Shape(3, 16))
                    && ours.sub(theirs).abs().max().getFloat() < 1e-4f;
        }
    }

    /**
     * Maps bfloat16 numbers of a file: they take no memory but the system's, which may drop it.
     *
     * @param scope how long they live
     * @param first the place of the first number in the file, in numbers
     * @return bfloat16 [rows, size], not to be changed; empty where libtorch can't map the file
     */
    public Optional<NDArray> stored(NDManager scope, Path file, long first, long rows, long size) {
        try {
            return Optional.of(script.call(scope, "stored", file.toString(), first, rows, size));
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /** The kernels that compute on a weight as it is stored, without packing it; none if it should be packed. */
    public Optional<Kernels> direct(NDArray weight) {
        return Optional.ofNullable(direct).filter(kernels -> isBfloat16(weight));
    }

    /** DJL has no name for bfloat16, and no other unknown type is read. */
    private static boolean isBfloat16(NDArray array) {
        return array.getDataType() == DataType.UNKNOWN;
    }

    /** Whether weights are packed; if not, {@link #pack} returns float32 unchanged. */
    public boolean packs() {
        return packs;
    }

    /**
     * Packs a weight for {@link #linear}.
     *
     * @param weight float32, float16 or bfloat16 [out, in]; not modified
     * @return the weight for {@link #linear}: a new array in the scope of {@code weight}, or {@code weight} itself
     */
    public NDArray pack(NDArray weight) {
        boolean plain = !packs && weight.getDataType() == DataType.FLOAT32;
        return plain ? weight : script.call("pack", weight);
    }

    /**
     * Computes activation(x Wᵀ + b).
     *
     * @param x float32 [n, in], or from {@link #narrow} or {@link #inner}
     * @param weight the result of {@link #pack} for float32 [out, in]
     * @param bias float32 [out]
     * @return float32 [n, out], in the scope of {@code x}
     */
    public NDArray linear(NDArray x, NDArray weight, NDArray bias, Activation activation) {
        return script.call(activation.method, x, weight, bias);
    }

    /**
     * The same for another linear layer of these kernels to read: bfloat16 if these compute in it, which saves widening
     * the result to narrow it again.
     */
    public NDArray inner(NDArray x, NDArray weight, NDArray bias, Activation activation) {
        return script.call(activation.method + "_narrow", x, weight, bias);
    }

    /** What several linear layers read, in the form in which they compute: {@code x} itself, or bfloat16, in its scope. */
    public NDArray narrow(NDArray x) {
        return narrows ? script.call("narrow", x) : x;
    }

    /**
     * Computes softmax(Q Kᵀ / √d + M) V for C texts and puts the heads side by side.
     *
     * @param query float32 [C, H, n, d]
     * @param key float32 [C, H, T, d]
     * @param value float32 [C, H, T, d]
     * @param mask M, float32, broadcast to [C, H, n, T]; empty if it would be all zeros
     * @return float32 [C · n, H · d], in the scope of {@code query}
     */
    public NDArray attend(NDArray query, NDArray key, NDArray value, Optional<NDArray> mask) {
        return mask.isEmpty()
                ? script.call("attend", query, key, value)
                : script.call("attend_masked", query, key, value, mask.get());
    }
}
