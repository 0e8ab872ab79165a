package io.github.djlcachex.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiPredicate;

/**
 * Makes arrays of a manager from stored tensors. An engine is never asked for an array of a type
 * that it does not have: PyTorch would end the JVM.
 */
final class ArrayMaker {

    private final NDManager manager;
    private final long limit;
    private final BiPredicate<StoredPlane, Bytes> reader;

    /**
     * Creates a maker.
     *
     * @param limit the bytes above which an array is filled piece by piece
     * @param reader fills memory with a plane, or says that it is damaged
     */
    ArrayMaker(NDManager manager, long limit, BiPredicate<StoredPlane, Bytes> reader) {
        this.manager = manager;
        this.limit = limit;
        this.reader = reader;
    }

    /** Returns the arrays of an entry, or null if one is damaged. */
    @Nullable NDList make(Head head) {
        head.tensors().forEach(this::check);
        NDList arrays = new NDList();
        boolean isWhole = false;
        try {
            for (StoredTensor tensor : head.tensors()) {
                NDArray array = made(tensor);
                if (array == null) {
                    return null;
                }
                array.setName(tensor.name());
                arrays.add(array);
            }
            isWhole = true;
            return arrays;
        } finally {
            if (!isWhole) {
                arrays.close();
            }
        }
    }

    private void check(StoredTensor tensor) {
        String engine = Engines.nameOf(manager);
        boolean isTorch = Engines.isPyTorch(manager);
        boolean isOnnx = Engines.ONNX_RUNTIME.equals(engine);
        boolean holds =
                switch (tensor.type()) {
                    case COMPLEX64 -> isTorch && tensor.layout() == TensorLayout.DENSE;
                    case STRING -> !isTorch && (!isOnnx || tensor.shape().size() <= 1);
                    case INT16, UINT16, UINT32, UINT64, COMPLEX128 -> false;
                    default ->
                            Engines.creates(engine, DataType.valueOf(tensor.type().name()))
                                    && (isTorch || tensor.layout() == TensorLayout.DENSE);
                };
        if (!holds) {
            throw refused(tensor, engine);
        }
    }

    private static UnsupportedTensorException refused(StoredTensor tensor, String engine) {
        return new UnsupportedTensorException(
                Problem.of(
                        tensor.name() == null ? "stored tensor" : "tensor '" + tensor.name() + "'",
                        "a type and layout of which " + engine + " makes arrays in DJL",
                        tensor.type() + ", " + tensor.layout(),
                        "get it with a manager of another engine, or read its bytes by read(key)"));
    }

    private @Nullable NDArray made(StoredTensor tensor) {
        if (tensor.layout() == TensorLayout.COO) {
            return sparse(tensor);
        }
        return switch (tensor.type()) {
            case STRING -> texts(tensor);
            case COMPLEX64 -> complex(tensor);
            default -> dense(tensor, shapeOf(tensor), DataType.valueOf(tensor.type().name()));
        };
    }

    static Shape shapeOf(StoredTensor tensor) {
        return new Shape(tensor.shape());
    }

    private @Nullable NDArray dense(StoredTensor tensor, Shape shape, DataType type) {
        if (tensor.size() > limit && isInMemory()) {
            return large(tensor, shape, type);
        }
        ArrayBuilder builder =
                ArrayBuilder.create("tensor", manager, manager.getDevice(), shape, type);
        boolean isWhole = false;
        try {
            isWhole = reader.test(tensor.values(), Bytes.of(builder.buffer().slice()));
        } finally {
            if (!isWhole) {
                builder.discard();
            }
        }
        return isWhole ? builder.finish(null) : null;
    }

    private boolean isInMemory() {
        return Engines.isPyTorch(manager) && Device.cpu().equals(manager.getDevice());
    }

    private @Nullable NDArray large(StoredTensor tensor, Shape shape, DataType type) {
        NDArray array = manager.create(shape, type);
        boolean isWhole = false;
        try (NDArray flat = array.reshape(new Shape(-1))) {
            long width = tensor.size() / flat.getShape().size();
            isWhole = reader.test(tensor.values(), pieces(flat, width));
        } finally {
            if (!isWhole) {
                array.close();
            }
        }
        return isWhole ? array : null;
    }

    /** Returns the memory of an array, which stays when an array of a piece of it is closed. */
    private static Bytes pieces(NDArray flat, long width) {
        return (offset, length) -> {
            NDIndex range = new NDIndex().addSliceDim(offset / width, (offset + length) / width);
            try (NDArray piece = flat.get(range)) {
                return piece.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    private @Nullable NDArray complex(StoredTensor tensor) {
        try (NDArray pairs = dense(tensor, shapeOf(tensor).add(2), DataType.FLOAT32)) {
            return pairs == null ? null : pairs.complex();
        }
    }

    private @Nullable NDArray texts(StoredTensor tensor) {
        ByteBuffer bytes = bytes(tensor.values());
        return bytes == null
                ? null
                : manager.create(
                        RawTensor.of(TensorType.STRING, shapeOf(tensor).getShape(), bytes)
                                .strings()
                                .toArray(new String[0]),
                        StandardCharsets.UTF_8,
                        shapeOf(tensor));
    }

    private @Nullable ByteBuffer bytes(StoredPlane plane) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(plane.size())).order(ByteOrder.LITTLE_ENDIAN);
        return reader.test(plane, Bytes.of(bytes)) ? bytes : null;
    }

    private @Nullable NDArray sparse(StoredTensor tensor) {
        ByteBuffer indices = bytes(tensor.planes().get(0));
        ByteBuffer values = bytes(tensor.values());
        if (indices == null || values == null) {
            return null;
        }
        Shape shape = shapeOf(tensor);
        Buffer typed = typed(values, tensor.type());
        return typed == null || values.capacity() == 0
                ? fromDense(tensor, indices, values)
                : manager.createCoo(typed, Coo.indices(indices, shape.dimension()), shape);
    }

    /** Returns the values as the buffer that tells DJL their type, or null if none does. */
    private static @Nullable Buffer typed(ByteBuffer values, TensorType type) {
        return switch (type) {
            case FLOAT32 -> values.asFloatBuffer();
            case FLOAT64 -> values.asDoubleBuffer();
            case INT32 -> values.asIntBuffer();
            case INT64 -> values.asLongBuffer();
            case INT8 -> values;
            default -> null;
        };
    }

    private NDArray fromDense(StoredTensor tensor, ByteBuffer indices, ByteBuffer values) {
        Shape shape = shapeOf(tensor);
        DataType type = DataType.valueOf(tensor.type().name());
        ArrayBuilder builder =
                ArrayBuilder.create("tensor", manager, manager.getDevice(), shape, type);
        Coo.toDense(
                indices,
                values,
                shape.getShape(),
                tensor.type().byteWidth(),
                builder.buffer().slice());
        try (NDArray dense = builder.finish(null)) {
            return dense.toSparse(SparseFormat.COO);
        }
    }
}
