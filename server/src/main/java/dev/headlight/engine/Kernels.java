package dev.headlight.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

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
            %sdef narrow(self: __torch__.M, x: Tensor) -> Tensor:
              return %s
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              context = torch.transpose(torch.scaled_dot_product_attention(q, k, v), 1, 2)
              return torch.flatten(torch.flatten(context, 0, 1), 1)
            def attend_masked(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, m: Tensor) -> Tensor:
              context = torch.transpose(torch.scaled_dot_product_attention(q, k, v, m), 1, 2)
              return torch.flatten(torch.flatten(context, 0, 1), 1)
            """;

    /**
     * Packs a weight if its product with a vector stays the same: oneDNN 3.7 loses parts of some weights on some
     * processors. Otherwise copies it, because it may lie in a mapped file that Java unmaps.
     */
    private static final String PACK = """
              plain = torch.contiguous(torch.to(w, %1$d))
              x = torch.unsqueeze(torch.to(torch.cos(torch.arange(torch.size(plain, 1))), %1$d), 0)
              packed = ops.mkldnn._reorder_linear_weight(plain, None)
              expected = torch.linear(x, plain)
              off = torch.sub(ops.mkldnn._linear_pointwise(x, packed, None, "none", [], ""), expected)
              most = torch.mul(torch.max(torch.abs(expected)), %2$s)
              return packed if bool(torch.le(torch.max(torch.abs(off)), most)) else torch.clone(plain)
            """;

    private static final int FLOAT32 = 6; // libtorch's numbers of types
    private static final int BFLOAT16 = 15;
    /** More than rounding makes of a layer's sums, as a part of the largest: what is wrong is off by more. */
    private static final float ROUNDING = 1e-4f;
    /** The same in bfloat16. */
    private static final float NARROW_ROUNDING = 0.02f;

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
            return packed.isRight(scope, ROUNDING) ? packed : plain(scope);
        } catch (EngineException e) {
            return plain(scope);
        }
    }

    static Kernels packed(NDManager scope) {
        return new Kernels(Script.load(scope, packedMethods(FLOAT32, "%s", "%s", ROUNDING)), true);
    }

    /**
     * Kernels whose linear layers compute in bfloat16.
     *
     * @param packed whether by oneDNN, if it is right on this machine
     */
    static Kernels bfloat16(NDManager scope, boolean packed) {
        String narrow = "torch.to(%s, " + BFLOAT16 + ")";
        String widen = "torch.to(%s, " + FLOAT32 + ")";
        Kernels plain = new Kernels(Script.load(scope, plainMethods(BFLOAT16, narrow, widen)), true, true, null);
        if (packed) {
            Script script = Script.load(scope, packedMethods(BFLOAT16, narrow, widen, NARROW_ROUNDING));
            Kernels kernels = new Kernels(script, true, true, plain);
            if (kernels.isRight(scope, NARROW_ROUNDING)) {
                return kernels;
            }
        }
        return new Kernels(plain.script, true, true, plain);
    }

    static Kernels plain(NDManager scope) {
        return new Kernels(Script.load(scope, plainMethods(FLOAT32, "%s", "%s")), false);
    }

    /**
     * @param type in which linear layers compute
     * @param input makes their inputs that type
     * @param output makes a result float32
     * @param tolerance how far a product may be off, as a part of its largest number
     */
    private static String packedMethods(int type, String input, String output, float tolerance) {
        String linear = "ops.mkldnn._linear_pointwise(" + input.formatted("x") + ", w, " + input.formatted("b")
                + ", \"%s\", [], \"%s\")";
        return methods(PACK.formatted(type, tolerance), input, (activation, wide) -> {
            String packed = switch (activation) {
                case NONE -> linear.formatted("none", "");
                case GELU -> linear.formatted("gelu", "none");
                case GELU_TANH -> linear.formatted("gelu", "tanh");
                case RELU -> "torch.relu_(" + linear.formatted("none", "") + ")"; // oneDNN's takes NaN for 0
                case SILU -> linear.formatted("swish", "");
            };
            return (wide ? output.formatted(packed) : packed) + " if w.is_mkldnn else "
                    + plainLinear(activation, input, output);
        });
    }

    private static String plainMethods(int type, String input, String output) {
        String pack = "  return torch.contiguous(torch.to(w, " + type + "))\n";
        return methods(pack, input, (activation, wide) -> plainLinear(activation, input, output));
    }

    private static String plainLinear(Activation activation, String input, String output) {
        String linear = output.formatted("torch.linear(" + input.formatted("x") + ", w, " + input.formatted("b") + ")");
        return switch (activation) {
            case NONE -> linear;
            case GELU -> "torch.gelu(" + linear + ")";
            case GELU_TANH -> "torch.gelu(" + linear + ", approximate=\"tanh\")";
            case RELU -> "torch.relu(" + linear + ")";
            case SILU -> "torch.silu(" + linear + ")";
        };
    }

    /** @param linear the expression of a linear layer with an activation, and whether its result must be float32 */
    private static String methods(String pack, String input, BiFunction<Activation, Boolean, String> linear) {
        StringBuilder methods = new StringBuilder(METHODS.formatted(pack, input.formatted("x")));
        for (Activation activation : Activation.values()) {
            methods.append(LINEAR.formatted(
                    activation.method, linear.apply(activation, true), linear.apply(activation, false)));
        }
        return methods.toString();
    }

    /**
     * Whether they compute the same as plain operations on this machine.
     *
     * @param tolerance as a part of the largest number
     */
    private boolean isRight(NDManager scope, float tolerance) {
        try { // the second with blocks cut short
            return isRight(scope, 3, 32, 16, tolerance) && isRight(scope, 5, 70, 80, tolerance);
        } catch (EngineException e) {
            return false; // this processor is too old for them
        }
    }

    private boolean isRight(NDManager scope, int n, int in, int out, float tolerance) {
        try (NDManager trial = scope.newSubManager()) {
            NDArray x = trial.arange((float) n * in).reshape(n, in).sin();
            NDArray weight = trial.arange((float) out * in).reshape(out, in).cos();
            NDArray bias = trial.arange((float) out);
            NDArray ours = linear(x, pack(weight), bias, Activation.GELU);
            NDArray theirs =
                    ai.djl.nn.Activation.gelu(x.matMul(weight.transpose()).add(bias));
            return ours.getShape().equals(new Shape(n, out))
                    && ours.sub(theirs).abs().max().getFloat()
                            < tolerance * theirs.max().getFloat();
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
