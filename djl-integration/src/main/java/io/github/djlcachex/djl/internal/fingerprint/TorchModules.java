package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Saves a large PyTorch module faster than DJL does.
 *
 * <p>DJL passes the module on in pieces of 4 MiB and copies the rest for each of them, so that the
 * time grows with the square of the size. Its native method takes a piece of any size.
 */
final class TorchModules {

    private static final String BLOCK = "ai.djl.pytorch.engine.PtSymbolBlock";
    private static final String LIBRARY = "ai.djl.pytorch.jni.PyTorchLibrary";
    private static final int PIECES = 16;
    private static final int MIN_BYTES = 1 << 22;
    private static final int MAX_BYTES = 1 << 26;

    private TorchModules() {}

    /** Saves a block with the same bytes as {@code saveParameters}. */
    static void save(SymbolBlock block, OutputStream out) throws IOException {
        if (!block.getClass().getName().equals(BLOCK) || !saveInLargePieces(block, out)) {
            block.saveParameters(new DataOutputStream(out));
        }
    }

    /** Returns false, with nothing written, if DJL has another native method. */
    private static boolean saveInLargePieces(SymbolBlock block, OutputStream out)
            throws IOException {
        Object library;
        Method write;
        Object handle;
        try {
            Class<?> type = Class.forName(LIBRARY, true, block.getClass().getClassLoader());
            Field instance = type.getDeclaredField("LIB");
            write =
                    type.getDeclaredMethod(
                            "moduleWrite",
                            long.class,
                            OutputStream.class,
                            byte[].class,
                            boolean.class);
            instance.setAccessible(true);
            write.setAccessible(true);
            library = instance.get(null);
            handle = block.getClass().getMethod("getHandle").invoke(block);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false; // DJL's own way works, or reports the failure
        }
        out.write(1); // the version, which is not part of the digest
        invoke(write, library, handle, out, new byte[pieceBytes(block)], true);
        return true;
    }

    private static void invoke(Method method, Object object, Object... arguments)
            throws IOException {
        try {
            method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw new IOException("The engine could not write the module", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("It was made accessible", e);
        }
    }

    private static int pieceBytes(SymbolBlock block) {
        long bytes = 0;
        for (Parameter parameter : block.getDirectParameters().values()) {
            bytes +=
                    parameter.getArray().size()
                            * parameter.getArray().getDataType().getNumOfBytes();
        }
        return (int) Math.max(MIN_BYTES, Math.min(MAX_BYTES, bytes / PIECES));
    }
}
