package io.github.djlcachex.tensor;

import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A tensor as bytes on the heap or outside it, which no engine holds: at most 2^31 - 1 bytes of
 * elements, little-endian, the last dimension first.
 *
 * <p>Immutable, as long as the buffers that it was made of are not changed; buffers that it returns
 * are read-only.
 */
public final class RawTensor {

    private final Source source;
    private final List<ByteBuffer> planes;

    private RawTensor(
            @Nullable String name,
            TensorType type,
            long[] shape,
            TensorLayout layout,
            List<ByteBuffer> planes) {
        this.planes = planes;
        List<Plane> sources = new ArrayList<>();
        if (layout == TensorLayout.COO) {
            sources.add(Plane.of(TensorType.INT64, planes.get(0)));
        }
        sources.add(Plane.of(type, planes.get(planes.size() - 1)));
        List<Long> dimensions = LongStream.of(shape).boxed().toList();
        this.source = new Source(name, type, dimensions, layout, null, sources);
    }

    /**
     * Returns a dense tensor over a buffer, from its position to its limit.
     *
     * @param type the type of the elements
     * @param shape the dimensions, empty for a scalar
     * @param data the elements, little-endian
     * @return the tensor, without a name
     * @throws UnsupportedTensorException if the buffer is not of the size of the shape
     */
    public static RawTensor of(TensorType type, long[] shape, ByteBuffer data) {
        ByteBuffer bytes = Given.notNull("data", data).slice();
        if (type == TensorType.STRING) {
            RawTensor texts = new RawTensor(null, type, shape, TensorLayout.DENSE, List.of(bytes));
            checkSize("texts", elements(shape), texts.strings().size());
            return texts;
        }
        checkSize("bytes of the elements", elements(shape) * type.byteWidth(), bytes.capacity());
        return new RawTensor(null, type, shape, TensorLayout.DENSE, List.of(bytes));
    }

    /**
     * Returns a sparse tensor over two buffers, from their positions to their limits.
     *
     * @param type the type of the elements
     * @param shape the dimensions of the dense tensor, one at least
     * @param indices 64-bit integers: for each dimension one of every element
     * @param values the elements
     * @return the tensor, without a name
     * @throws UnsupportedTensorException if the buffers are not of the same number of elements
     */
    public static RawTensor ofCoo(
            TensorType type, long[] shape, ByteBuffer indices, ByteBuffer values) {
        ByteBuffer bytes = Given.notNull("values", values).slice();
        ByteBuffer places = Given.notNull("indices", indices).slice();
        elements(shape);
        long count = type.byteWidth() == 0 ? -1 : bytes.capacity() / type.byteWidth();
        checkSize("bytes of the elements", count * type.byteWidth(), bytes.capacity());
        checkSize(
                "bytes of the indices",
                count * Math.max(1, shape.length) * Long.BYTES,
                places.capacity());
        return new RawTensor(null, type, shape, TensorLayout.COO, List.of(places, bytes));
    }

    /**
     * Returns a tensor of texts.
     *
     * @param shape the dimensions
     * @param texts the texts, the last dimension first
     * @return the tensor, without a name
     * @throws UnsupportedTensorException if there are not as many texts as the shape has elements
     */
    public static RawTensor ofStrings(long[] shape, List<String> texts) {
        checkSize("texts", elements(shape), texts.size());
        return new RawTensor(
                null, TensorType.STRING, shape, TensorLayout.DENSE, List.of(encoded(texts)));
    }

    /** Returns a tensor whose bytes were stored as they are. */
    static RawTensor of(StoredTensor stored, List<ByteBuffer> planes) {
        long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
        return new RawTensor(stored.name(), stored.type(), shape, stored.layout(), planes);
    }

    static ByteBuffer encoded(List<String> texts) {
        List<byte[]> encoded =
                texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
        int size = encoded.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        encoded.forEach(text -> bytes.putInt(text.length).put(text));
        return bytes.flip();
    }

    private static void checkSize(String subject, long expected, long found) {
        if (expected != found) {
            throw new UnsupportedTensorException(
                    Problem.of(subject, expected + " by the shape", found + "", "pass all of it"));
        }
    }

    /** Returns the number of elements of a shape, which must not be too large for a Long. */
    static long elements(long... shape) {
        long elements = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new UnsupportedTensorException(
                        Problem.of(
                                "shape",
                                "dimensions of 0 and more",
                                Arrays.toString(shape),
                                "pass the shape of the elements"));
            }
            elements = Math.multiplyExact(elements, dimension);
        }
        return elements;
    }

    /**
     * Returns the same tensor under a name.
     *
     * @param name the name
     * @return the tensor
     */
    public RawTensor named(String name) {
        return new RawTensor(name, type(), shape(), layout(), planes);
    }

    /**
     * Returns the name.
     *
     * @return the name, or empty if it has none
     */
    public Optional<String> name() {
        return Optional.ofNullable(source.name());
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public TensorType type() {
        return source.type();
    }

    /**
     * Returns the dimensions.
     *
     * @return a copy of them, empty for a scalar
     */
    public long[] shape() {
        return source.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Returns the layout.
     *
     * @return the layout
     */
    public TensorLayout layout() {
        return source.layout();
    }

    /**
     * Returns the elements, those of a sparse tensor that are there.
     *
     * @return a read-only view, little-endian, from position 0
     */
    public ByteBuffer data() {
        return view(planes.size() - 1);
    }

    /**
     * Returns the coordinates of a sparse tensor's elements: for each dimension one of every
     * element.
     *
     * @return a read-only view of 64-bit integers; empty if the tensor is dense
     */
    public ByteBuffer indices() {
        return layout() == TensorLayout.COO ? view(0) : ByteBuffer.allocate(0);
    }

    private ByteBuffer view(int plane) {
        return planes.get(plane).asReadOnlyBuffer().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the elements of a tensor of texts.
     *
     * @return the texts
     * @throws UnsupportedTensorException if it is of another type
     */
    public List<String> strings() {
        if (type() != TensorType.STRING) {
            throw new UnsupportedTensorException(
                    Problem.of("tensor", "texts", type().name(), "read its data"));
        }
        List<String> texts = new ArrayList<>();
        for (ByteBuffer bytes = data(); bytes.hasRemaining(); ) {
            byte[] text = new byte[bytes.getInt()];
            bytes.get(text);
            texts.add(new String(text, StandardCharsets.UTF_8));
        }
        return texts;
    }

    Source source() {
        return source;
    }

    @Override
    public String toString() {
        return "RawTensor("
                + name().map(name -> name + ": ").orElse("")
                + type()
                + source.shape()
                + ")";
    }
}
