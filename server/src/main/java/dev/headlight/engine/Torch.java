package dev.headlight.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtEngineProvider;
import ai.djl.pytorch.jni.JniUtils;
import dev.headlight.Precision;
import dev.headlight.Startup;
import dev.headlight.UserException;
import dev.headlight.natives.Natives;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;

/**
 * libtorch, started once per process from libraries on the class path, without network access. The first start on a
 * machine unpacks the libraries, which takes seconds; later starts take a third of a second.
 */
public final class Torch {
    private static Torch instance;

    private final Engine engine;
    private final Kernels kernels;
    private Kernels plainKernels;
    private Kernels narrowKernels;

    private Torch(Engine engine) {
        this.engine = engine;
        this.kernels = Kernels.fastest(manager());
    }

    /**
     * The engine, started if needed.
     *
     * @throws UserException if the libraries can't be unpacked or don't run on this machine
     */
    public static synchronized Torch start() {
        if (instance == null) {
            try {
                Natives.load("pytorch");
                Startup.reached("libtorch loaded");
                instance = new Torch(engine());
            } catch (EngineException | LinkageError | ReflectiveOperationException e) {
                throw new UserException(
                        "PyTorch's libraries don't start on this machine (" + rootMessage(e)
                                + "): Headlight needs a 64-bit processor of the last fifteen years.",
                        e);
            }
        }
        return instance;
    }

    /**
     * Creates DJL's engine without DJL's own loader, which would load other libraries, including those named by the
     * variables {@code PYTORCH_LIBRARY_PATH} and {@code PYTORCH_EXTRA_LIBRARY_PATH}. The singleton is set by
     * reflection, because DJL has no API for it.
     */
    private static Engine engine() throws ReflectiveOperationException {
        JniUtils.setGradMode(false);
        Constructor<PtEngine> constructor = PtEngine.class.getDeclaredConstructor();
        constructor.setAccessible(true);
        Field place = PtEngineProvider.class.getDeclaredField("engine");
        place.setAccessible(true);
        place.set(null, constructor.newInstance());
        return Engine.getEngine(PtEngine.ENGINE_NAME);
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
    }

    /** A new scope of native memory on the processor; its arrays live until it is closed. */
    public NDManager manager() {
        return engine.newBaseManager(Device.cpu());
    }

    /** The fastest kernels that this machine has. */
    public Kernels kernels() {
        return kernels;
    }

    /** The fastest kernels for a precision. */
    public synchronized Kernels kernels(Precision precision) {
        if (precision == Precision.AUTO) {
            throw new IllegalArgumentException("the precision of a checkpoint isn't known here");
        }
        if (precision == Precision.FLOAT32) {
            return kernels;
        }
        if (narrowKernels == null) {
            narrowKernels = Kernels.bfloat16(manager(), kernels.packs());
        }
        return narrowKernels;
    }

    /** The kernels for a machine without oneDNN. */
    public synchronized Kernels plainKernels() {
        if (plainKernels == null) {
            plainKernels = Kernels.plain(manager());
        }
        return plainKernels;
    }
}
