package dev.headlight.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headlight.UserException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint's arrays by name, under a prefix: {@code
 * weights.at("encoder.layer.0").get("attention.self.query.weight", 768, 768)}. Names and shapes are checked here, once,
 * so that a forward pass needs no checks. float32 is mapped, not copied; float16, bfloat16 and float64 become float32,
 * except for arrays requested as stored.
 */
public final class Weights {
    /** How many bfloat16 numbers are widened at once. */
    private static final int MOST_AT_ONCE = 1 << 28;

    /** Smaller arrays are widened: it is not worth to map them. */
    private static final int LEAST_MAPPED = 1 << 20;

    private final Checkpoint checkpoint;
    private final NDManager scope;
    private final Mapper mapper;
    private final String prefix;

    /** Maps bfloat16 numbers of a file, which DJL can't. */
    @FunctionalInterface
    public interface Mapper {
        /** None are mapped: they are widened. */
        Mapper NONE = (scope, file, first, rows, size) -> Optional.empty();

        /**
         * Some numbers.
         *
         * @param first the place of the first one, in numbers
         * @return (rows, size), in a scope; empty if they can't be mapped
         */
        Optional<NDArray> map(NDManager scope, Path file, long first, long rows, long size);
    }

    private Weights(Checkpoint checkpoint, NDManager scope, Mapper mapper, String prefix) {
        this.checkpoint = checkpoint;
        this.scope = scope;
        this.mapper = mapper;
        this.prefix = prefix;
    }

    /**
     * The arrays of a checkpoint, which must stay open while they are requested.
     *
     * @param scope how long the arrays live
     */
    public static Weights of(Checkpoint checkpoint, NDManager scope) {
        return of(checkpoint, scope, Mapper.NONE);
    }

    /** The same, of which large bfloat16 arrays can be mapped. */
    public static Weights of(Checkpoint checkpoint, NDManager scope, Mapper mapper) {
        return new Weights(checkpoint, scope, mapper, "");
    }

    /** The arrays under a name. */
    public Weights at(String name) {
        return new Weights(checkpoint, scope, mapper, prefix + name + ".");
    }

    /** The arrays under a name if there are any, otherwise these: some checkpoints leave out a model's prefix. */
    public Weights below(String name) {
        return has(name) ? at(name) : this;
    }

    /** float32 zeros, in the scope of the arrays, for arrays that a checkpoint may leave out. */
    public NDArray zeros(int size) {
        return scope.zeros(new Shape(size), DataType.FLOAT32);
    }

    /** A bias (size); zeros if the checkpoint lacks it, as in transformers. */
    public NDArray bias(String name, int size) {
        if (checkpoint.tensor(prefix + name).isPresent()) {
            return get(name, size);
        }
        checkpoint.absent(prefix + name);
        return zeros(size);
    }

    /** Whether there is an array of this name, or any under it. */
    public boolean has(String name) {
        return checkpoint.tensor(prefix + name).isPresent() || checkpoint.anyBelow(prefix + name + ".");
    }

    /**
     * An array of a known shape.
     *
     * @return float32; not to be changed in place, because it may be mapped
     * @throws UserException naming the tensor, if it is missing, has another shape, or an unsupported type
     */
    public NDArray get(String name, long... shape) {
        return widened(stored(name, shape));
    }

    /**
     * The same, but float16 if stored so, and bfloat16 if it is large and can be mapped: mapped, so that it takes no memory
     * of its own. For arrays that are packed, or looked up by row.
     */
    public NDArray stored(String name, long... shape) {
        return array(tensor(name, shape), new Shape(shape));
    }

    /**
     * Tensors that are stacked in one, of some rows each: mapped, as {@link #stored} says.
     *
     * @param size of a row
     * @return in the order of the rows; empty if they can't be mapped, and the whole is to be taken
     * @throws UserException as for {@link #get}
     */
    public Optional<List<NDArray>> stacked(String name, int[] rows, long size) {
        Checkpoint.Tensor tensor = tensor(name, Arrays.stream(rows).sum(), size);
        List<NDArray> parts = new ArrayList<>();
        long first = 0;
        for (int count : rows) {
            Optional<NDArray> part = tensor.entry().type() == DType.BF16
                    ? mapped(tensor, first * size, new Shape(count, size))
                    : Optional.empty();
            if (part.isEmpty()) {
                parts.forEach(NDArray::close);
                return Optional.empty();
            }
            parts.add(part.get());
            first += count;
        }
        return Optional.of(parts);
    }

    private Checkpoint.Tensor tensor(String name, long... shape) {
        String full = prefix + name;
        Checkpoint.Tensor tensor = checkpoint
                .tensor(full)
                .orElseThrow(() -> new UserException(checkpoint.folder() + ": " + full + " is missing."));
        if (!Arrays.equals(tensor.entry().shape(), shape)) {
            throw new UserException(
                    tensor.file().file() + ": " + tensor.storedName() + ": expected " + Arrays.toString(shape)
                            + ", found " + Arrays.toString(tensor.entry().shape()) + ".");
        }
        if (tensor.entry().size() > Integer.MAX_VALUE) {
            throw new UserException(tensor.file().file() + ": " + tensor.storedName()
                    + " is larger than 2 GB, the most that Headlight reads.");
        }
        checkpoint.used(full);
        return tensor;
    }

    private NDArray array(Checkpoint.Tensor tensor, Shape shape) {
        if (shape.size() == 0) {
            return scope.zeros(shape, DataType.FLOAT32);
        }
        ByteBuffer bytes = tensor.file().bytes(tensor.entry());
        DType type = tensor.entry().type();
        return switch (type) {
            case F32 -> scope.create(aligned(bytes, type), shape, DataType.FLOAT32);
            case F64 -> {
                try (NDArray wide = scope.create(aligned(bytes, type), shape, DataType.FLOAT64)) {
                    yield wide.toType(DataType.FLOAT32, true);
                }
            }
            case F16 -> scope.create(aligned(bytes, type), shape, DataType.FLOAT16);
            case BF16 ->
                mapped(tensor, 0, shape).orElseGet(() -> widened(bytes.asShortBuffer(), shape, MOST_AT_ONCE, scope));
            default ->
                throw new UserException(tensor.file().file() + ": " + tensor.storedName() + " is of type " + type
                        + "; Headlight reads F32, F16, BF16 and F64.");
        };
    }

    private Optional<NDArray> mapped(Checkpoint.Tensor tensor, long first, Shape shape) {
        Path file = tensor.file().file();
        long place = tensor.file().place(tensor.entry()) + first * Short.BYTES;
        boolean possible = shape.dimension() == 2
                && shape.size() >= LEAST_MAPPED
                && place % Short.BYTES == 0
                && file.getFileSystem() == FileSystems.getDefault();
        return possible ? mapper.map(scope, file, place / Short.BYTES, shape.get(0), shape.get(1)) : Optional.empty();
    }

    private static NDArray widened(NDArray stored) {
        if (stored.getDataType() == DataType.FLOAT32) {
            return stored;
        }
        try (stored) {
            return stored.toType(DataType.FLOAT32, true);
        }
    }

    /**
     * bfloat16 as float32, in a scope: rows by rows, because a buffer of Java holds 2 GB at most, and the embeddings of
     * Gemma 2 are larger.
     *
     * @param most how many numbers at once, unless one row has more
     */
    static NDArray widened(ShortBuffer halves, Shape shape, int most, NDManager scope) {
        if (shape.size() <= most) {
            return widened(halves, shape, scope);
        }
        int row = Math.toIntExact(shape.size() / shape.get(0));
        int rows = Math.max(1, most / row);
        try (NDList parts = new NDList()) {
            for (int from = 0; from < shape.get(0); from += rows) {
                int count = (int) Math.min(rows, shape.get(0) - from);
                long[] part = shape.getShape().clone();
                part[0] = count;
                parts.add(widened(halves.slice(from * row, count * row), new Shape(part), scope));
            }
            return NDArrays.concat(parts, 0);
        }
    }

    /** The same bits, followed by sixteen zeros. Done here because DJL crashes the process when asked for a bfloat16 array. */
    private static NDArray widened(ShortBuffer halves, Shape shape, NDManager scope) {
        NDArray array = scope.create(shape, DataType.FLOAT32);
        IntBuffer target =
                array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asIntBuffer();
        short[] from = new short[8192];
        int[] to = new int[from.length];
        while (halves.hasRemaining()) {
            int count = Math.min(from.length, halves.remaining());
            halves.get(from, 0, count);
            for (int i = 0; i < count; i++) {
                to[i] = from[i] << 16;
            }
            target.put(to, 0, count);
        }
        return array;
    }

    /** The bytes, aligned for their type: a copy if they are not aligned in the file. */
    private static ByteBuffer aligned(ByteBuffer bytes, DType type) {
        if (bytes.alignmentOffset(0, type.bytes()) == 0) {
            return bytes;
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining()).order(bytes.order());
        return copy.put(bytes).flip();
    }
}
