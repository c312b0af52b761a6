package dev.headlight.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A few lines of TorchScript, for libtorch operators that DJL doesn't expose. The archive that libtorch loads is
 * written here, in memory: an uncompressed zip of the source and two constant pickles. No pickle is ever read from a
 * file.
 */
final class Script {
    private static final String CLASS = """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;
    /** The pickle of an object of class M whose field {@code training} is False. */
    private static final byte[] OBJECT = latin1("\u0080\2c__torch__\nM\n)\u0081}(X\b\0\0\0training\u0089ub.");
    /** The pickle of an empty tuple. */
    private static final byte[] NO_CONSTANTS = latin1("\u0080\2).");

    /** libtorch keeps both settings per thread; graph optimization makes the first calls for each shape slow. */
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> {
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(false);
        return true;
    });

    private final PtSymbolBlock module;

    private Script(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Compiles methods.
     *
     * @param scope how long the script lives
     * @param methods their source, each as {@code def name(self: __torch__.M, …) -> Tensor:}
     */
    static Script load(NDManager scope, String methods) {
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule((PtNDManager) scope, new ByteArrayInputStream(archive(methods)), false, false);
            JniUtils.enableInferenceMode(module);
            return new Script(module);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a method on arrays; the result lives in the scope of the first. */
    NDArray call(String method, NDArray... arguments) {
        return run(
                arguments[0].getManager(),
                method,
                Stream.of(arguments)
                        .map(argument -> (Supplier<IValue>) () -> IValue.from((PtNDArray) argument))
                        .toList());
    }

    /** Runs a method on a text and numbers; the result lives in the scope given. */
    NDArray call(NDManager scope, String method, String text, long... numbers) {
        List<Supplier<IValue>> arguments = new ArrayList<>(List.of(() -> IValue.from(text)));
        LongStream.of(numbers).forEach(number -> arguments.add(() -> IValue.from(number)));
        return run(scope, method, arguments);
    }

    private NDArray run(NDManager scope, String method, List<Supplier<IValue>> arguments) {
        PREPARED.get();
        IValue[] values = new IValue[arguments.size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).get();
            }
            try (IValue result = IValueUtils.runMethod(module, method, values)) {
                return result.toTensor((PtNDManager) scope);
            }
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] archive(String methods) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", OBJECT);
            put(zip, "m/code/__torch__.py", latin1(CLASS + methods.indent(2)));
            put(zip, "m/constants.pkl", NO_CONSTANTS);
            put(zip, "m/version", latin1("10\n"));
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }
}
