package io.github.djlcachex.djl.internal.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.UnsupportedOutputException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Builds an array from bytes in the cheapest way that its engine allows.
 *
 * <p>On PyTorch and the CPU the buffer is the memory of the array itself. Elsewhere it is a direct
 * buffer ({@link DirectBuffers}) that becomes the array, or is copied into it, at the end.
 */
public final class ArrayBuilder {

    private final NDManager manager;
    private final Device device;
    private final Shape shape;
    private final DataType type;
    private final ByteBuffer buffer;
    private final @Nullable NDArray array;
    private final @Nullable ByteBuffer taken;

    private ArrayBuilder(
            NDManager manager,
            Device device,
            Shape shape,
            DataType type,
            ByteBuffer buffer,
            @Nullable NDArray array,
            @Nullable ByteBuffer taken) {
        this.manager = manager;
        this.device = device;
        this.shape = shape;
        this.type = type;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        this.array = array;
        this.taken = taken;
    }

    /**
     * Creates a builder. The contents of the array are undefined until its buffer is filled.
     *
     * @throws UnsupportedOutputException if the type is none that can be created safely, or the
     *     array has more than 2^31 - 1 bytes
     */
    public static ArrayBuilder create(
            String subject, NDManager manager, Device device, Shape shape, DataType type) {
        int bytes = bytes(subject, shape, type);
        checkEngine(subject, manager, type);
        if (Engines.sharesMemory(manager, device)) {
            NDArray array = manager.create(shape, type);
            ByteBuffer view = bytes == 0 ? ByteBuffer.allocate(0) : array.toByteBuffer(true);
            return new ArrayBuilder(manager, device, shape, type, view, array, null);
        }
        ByteBuffer taken = DirectBuffers.SHARED.take(bytes);
        return new ArrayBuilder(manager, device, shape, type, taken.slice(0, bytes), null, taken);
    }

    private static void checkEngine(String subject, NDManager manager, DataType type) {
        if (!Engines.creates(Engines.nameOf(manager), type)) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            "a type that " + Engines.nameOf(manager) + " has",
                            "data type " + type.name(),
                            "pass inputs of another engine, cast the output inside the extractor, or read"
                                    + " stored rows through FeatureCache"));
        }
    }

    private static int bytes(String subject, Shape shape, DataType type) {
        long bytes = shape.size() * ElementTypes.elementType(subject, type).byteWidth();
        if (bytes > Integer.MAX_VALUE) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            subject,
                            "at most " + Integer.MAX_VALUE + " bytes",
                            bytes + " bytes of shape " + shape,
                            "use smaller batches"));
        }
        return (int) bytes;
    }

    /** Returns the memory to fill, from 0 to its capacity, in little-endian order. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Closes the unfinished array. */
    public void discard() {
        if (array != null) {
            array.close();
        }
        if (taken != null) {
            DirectBuffers.SHARED.giveBack(taken);
        }
    }

    /** Returns the filled array, which belongs to the manager. */
    public NDArray finish(@Nullable String name) {
        NDArray finished = array == null ? made() : array;
        finished.setName(name);
        return finished;
    }

    private NDArray made() {
        NDArray made = Engines.create(manager, buffer.clear(), shape, type);
        if (taken != null) {
            DirectBuffers.SHARED.lend(taken, made);
        }
        NDArray moved = made.toDevice(device, false);
        if (moved != made) {
            made.close();
        }
        return moved;
    }
}
