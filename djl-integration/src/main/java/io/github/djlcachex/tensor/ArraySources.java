package io.github.djlcachex.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Arrays of DJL as what is put. On PyTorch and the CPU their bytes are the memory of the array;
 * elsewhere they are a copy. An array over the limit is copied piece by piece, since a buffer of
 * Java has 2^31 - 1 bytes at most.
 *
 * <p>It holds arrays that it needs, until it is closed.
 */
final class ArraySources implements AutoCloseable {

    private static final Map<DataType, TensorType> TYPES = new EnumMap<>(DataType.class);

    static {
        TYPES.put(DataType.BOOLEAN, TensorType.BOOLEAN);
        TYPES.put(DataType.INT8, TensorType.INT8);
        TYPES.put(DataType.INT32, TensorType.INT32);
        TYPES.put(DataType.INT64, TensorType.INT64);
        TYPES.put(DataType.UINT8, TensorType.UINT8);
        TYPES.put(DataType.FLOAT16, TensorType.FLOAT16);
        TYPES.put(DataType.BFLOAT16, TensorType.BFLOAT16);
        TYPES.put(DataType.FLOAT32, TensorType.FLOAT32);
        TYPES.put(DataType.FLOAT64, TensorType.FLOAT64);
        TYPES.put(DataType.COMPLEX64, TensorType.COMPLEX64);
        TYPES.put(DataType.STRING, TensorType.STRING);
    }

    private final long limit;
    private final Deque<NDArray> held = new ArrayDeque<>();

    ArraySources(long limit) {
        this.limit = limit;
    }

    List<Source> of(NDList arrays) {
        return Given.notNull("arrays", arrays).stream().map(this::of).toList();
    }

    Source of(NDArray array) {
        if (Given.notNull("array", array).isReleased()) {
            throw refused(array, "an array that is open", "a closed one", "put it before");
        }
        String name = ArrayTypes.givenNameOf(array);
        TensorType type = typeOf(array);
        List<Long> shape = LongStream.of(array.getShape().getShape()).boxed().toList();
        if (array.isSparse()) {
            return new Source(name, type, shape, TensorLayout.COO, null, sparse(array, type));
        }
        return new Source(name, type, shape, TensorLayout.DENSE, null, List.of(dense(array, type)));
    }

    private static TensorType typeOf(NDArray array) {
        DataType named = ArrayTypes.of(array);
        TensorType type = named == null ? null : TYPES.get(named);
        if (type == null) {
            throw refused(
                    array,
                    "a type of which an engine makes arrays",
                    ArrayTypes.nameOf(array),
                    "cast it, or put its bytes as RawTensor");
        }
        return type;
    }

    private Plane dense(NDArray array, TensorType type) {
        if (type == TensorType.STRING) {
            return Plane.of(type, RawTensor.encoded(texts(array)));
        }
        NDArray numbers = type == TensorType.COMPLEX64 ? hold(array.real(), array) : array;
        long size = array.getShape().size() * type.byteWidth();
        return new Plane(type, size, size == 0 ? Bytes.of(none()) : new Lazy(numbers, size));
    }

    private static List<String> texts(NDArray array) {
        try {
            return List.of(array.toStringArray(StandardCharsets.UTF_8));
        } catch (UnsupportedOperationException e) { // ONNX Runtime's of several dimensions
            throw refused(
                    array,
                    "texts that the engine gives",
                    "texts of shape " + array.getShape(),
                    "put RawTensor.ofStrings");
        }
    }

    private static ByteBuffer none() {
        return ByteBuffer.allocate(0);
    }

    /**
     * The bytes of an array, which are copied, if they must be, once it is sure that there is room.
     */
    private final class Lazy implements Bytes {

        private final NDArray array;
        private final long size;
        private @Nullable Bytes bytes;

        Lazy(NDArray array, long size) {
            this.array = array;
            this.size = size;
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            return bytes().slice(offset, length);
        }

        private synchronized Bytes bytes() {
            if (bytes == null) {
                bytes = bytesOf(array, size);
            }
            return bytes;
        }
    }

    private Bytes bytesOf(NDArray array, long size) {
        if (!ArrayTypes.isPyTorch(array)) {
            return Bytes.of(checked(array, array.toByteBuffer(true), size));
        }
        // contiguous and on the CPU, where the array itself may not be
        NDArray flat = hold(array.reshape(new Shape(-1)), array);
        NDArray here = hold(flat.toDevice(Device.cpu(), false), flat);
        if (size <= limit) {
            return Bytes.of(checked(array, here.toByteBuffer(true), size));
        }
        return pieces(here, size / here.getShape().size());
    }

    /** Copies pieces of a flat array. */
    private static Bytes pieces(NDArray flat, long width) {
        return (offset, length) -> {
            NDIndex range = new NDIndex().addSliceDim(offset / width, (offset + length) / width);
            try (NDArray piece = flat.get(range)) {
                return piece.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    private static ByteBuffer checked(NDArray array, ByteBuffer bytes, long size) {
        if (bytes.remaining() != size) {
            throw refused(array, size + " bytes", bytes.remaining() + " bytes", "cast it");
        }
        return bytes.slice();
    }

    private List<Plane> sparse(NDArray array, TensorType type) {
        long size = array.getShape().size() * type.byteWidth();
        if (array.getSparseFormat() != SparseFormat.COO || size > limit) {
            throw refused(
                    array,
                    "a dense array, or a sparse one in COO of at most " + limit + " dense bytes",
                    array.getSparseFormat() + " of " + size + " dense bytes",
                    "DJL shows no indices of sparse arrays: put RawTensor.ofCoo");
        }
        try (NDArray dense = array.toDense()) {
            ByteBuffer bytes = size == 0 ? none() : checked(dense, dense.toByteBuffer(true), size);
            return Coo.planes(bytes, array.getShape().getShape(), type);
        }
    }

    private NDArray hold(NDArray made, NDArray from) {
        if (made != from) {
            held.push(made);
        }
        return made;
    }

    private static UnsupportedTensorException refused(
            NDArray array, String expected, String found, String advice) {
        String name = array.getName();
        return new UnsupportedTensorException(
                Problem.of(
                        name == null ? "array to put" : "array '" + name + "'",
                        expected,
                        found,
                        advice));
    }

    /** Returns the heap that the copies of arrays take. */
    static long copiedBytes(NDList arrays, List<Source> sources) {
        long bytes = 0;
        for (int i = 0; i < arrays.size(); i++) {
            bytes += ArrayTypes.isPyTorch(arrays.get(i)) ? 0 : sources.get(i).size();
        }
        return bytes;
    }

    /** Returns the engine of arrays, or null if there is none. */
    static @Nullable String engineOf(NDList arrays) {
        return arrays.isEmpty() ? null : arrays.head().getManager().getEngine().getEngineName();
    }

    @Override
    public void close() {
        held.forEach(NDArray::close);
    }
}
