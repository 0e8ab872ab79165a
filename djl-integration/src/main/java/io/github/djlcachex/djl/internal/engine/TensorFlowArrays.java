package io.github.djlcachex.djl.internal.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Reads the types of TensorFlow's arrays, and creates arrays of 16-bit floats.
 *
 * <p>DJL's TensorFlow engine reports the type of such an array as null and cannot create one. The
 * bytes of the array are accessible, and TensorFlow's Bitcast creates an array from bytes.
 */
final class TensorFlowArrays {

    private static final Logger logger = LoggerFactory.getLogger(TensorFlowArrays.class);

    private static final String NATIVE = "org.tensorflow.internal.c_api.global.tensorflow";
    private static final int UNSEEN = -1;
    private static final int BFLOAT16 = 14;
    private static final int FLOAT16 = 19;

    /** The numbers of TensorFlow's DataType that DJL has no name for. */
    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(5, "int16"),
                    Map.entry(8, "complex64"),
                    Map.entry(11, "qint8"),
                    Map.entry(12, "quint8"),
                    Map.entry(13, "qint32"),
                    Map.entry(BFLOAT16, "bfloat16"),
                    Map.entry(15, "qint16"),
                    Map.entry(16, "quint16"),
                    Map.entry(17, "uint16"),
                    Map.entry(18, "complex128"),
                    Map.entry(FLOAT16, "float16"),
                    Map.entry(20, "resource"),
                    Map.entry(21, "variant"),
                    Map.entry(22, "uint32"),
                    Map.entry(23, "uint64"),
                    Map.entry(24, "float8_e5m2"),
                    Map.entry(25, "float8_e4m3fn"),
                    Map.entry(29, "int4"),
                    Map.entry(30, "uint4"));

    private TensorFlowArrays() {}

    /** Returns TensorFlow's number of an array's type. */
    static int typeOf(NDArray array) {
        try {
            Object handle = Hidden.answer(array, "getHandle");
            if (handle != null) {
                Object type =
                        Hidden.invoke(
                                Class.forName(NATIVE, true, handle.getClass().getClassLoader()),
                                "TFE_TensorHandleDataType",
                                null,
                                new Class<?>[] {handle.getClass()},
                                handle);
                return type instanceof Integer number ? number : UNSEEN;
            }
        } catch (ReflectiveOperationException e) {
            logger.debug("the type of an array of TensorFlow cannot be seen", e);
        }
        return UNSEEN;
    }

    /** Returns the type that is cached for a number, or null if DJL has no name for it. */
    static @Nullable DataType dataType(int type) {
        return switch (type) {
            case BFLOAT16 -> DataType.BFLOAT16;
            case FLOAT16 -> DataType.FLOAT16;
            default -> null;
        };
    }

    static String nameOf(int type) {
        return NAMES.getOrDefault(type, ArrayTypes.UNNAMED);
    }

    /** Tells whether this class, and not DJL, creates arrays of a type. */
    static boolean isMadeHere(DataType type) {
        return type == DataType.FLOAT16 || type == DataType.BFLOAT16;
    }

    /**
     * Creates an array of 16-bit floats.
     *
     * @param bytes its contents, in a direct buffer
     * @throws EngineException if DJL's classes are other ones than those that are known here
     */
    static NDArray create(NDManager manager, ByteBuffer bytes, Shape shape, DataType type) {
        try (NDArray pairs = manager.create(bytes, shape.add(2), DataType.UINT8)) {
            Object executor =
                    Hidden.invoke(
                            manager.getClass(),
                            "opExecutor",
                            manager,
                            new Class<?>[] {String.class},
                            "Bitcast");
            return bitcast(executor, pairs, type == DataType.FLOAT16 ? FLOAT16 : BFLOAT16);
        } catch (ReflectiveOperationException e) {
            throw new EngineException("TensorFlow made no array of " + type.name(), e);
        }
    }

    private static NDArray bitcast(@Nullable Object executor, NDArray pairs, int type)
            throws ReflectiveOperationException {
        if (executor == null) {
            throw new NoSuchMethodException("opExecutor");
        }
        Class<?> operation = executor.getClass();
        Hidden.invoke(operation, "addInput", executor, new Class<?>[] {NDArray.class}, pairs);
        Object handle = Hidden.field(operation, "opHandle", executor);
        if (handle == null) {
            throw new NoSuchFieldException("opHandle");
        }
        Hidden.invoke(
                Class.forName(NATIVE, true, operation.getClassLoader()),
                "TFE_OpSetAttrType",
                null,
                new Class<?>[] {handle.getClass(), String.class, int.class},
                handle,
                "type",
                type);
        Object made = Hidden.call(operation, "buildSingletonOrThrow", executor, null);
        if (made instanceof NDArray array) {
            return array;
        }
        throw new NoSuchMethodException("buildSingletonOrThrow");
    }

    /** Tells whether arrays of 16-bit floats can be made. */
    static boolean canCreate() {
        return Access.GIVEN;
    }

    /** Tries once, on a single number, whether the classes of DJL allow it. */
    private static final class Access {

        static final boolean GIVEN = tried();

        private static boolean tried() {
            ByteBuffer one = ByteBuffer.allocateDirect(2).put(0, (byte) 1).put(1, (byte) 60);
            try (NDManager manager = NDManager.newBaseManager(Engines.TENSORFLOW);
                    NDArray array = create(manager, one, new Shape(1), DataType.FLOAT16)) {
                ByteBuffer back = array.toByteBuffer();
                return typeOf(array) == FLOAT16 && back.get(0) == 1 && back.get(1) == 60;
            } catch (EngineException e) {
                logger.debug("no arrays of 16-bit floats can be made in TensorFlow", e);
                return false;
            }
        }
    }
}
