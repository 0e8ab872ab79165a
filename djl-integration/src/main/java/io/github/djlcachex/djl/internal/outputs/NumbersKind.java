package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The kind of outputs that are a boxed number or an array of numbers such as {@code float[]}.
 *
 * @param number the type of the numbers
 * @param column the one column, which has the type as its name
 */
record NumbersKind(JavaNumber number, Column column) implements OutputKind {

    private static final String BRACKETS = "[]";

    @Override
    public String label() {
        return Objects.requireNonNull(column.name());
    }

    static boolean isSupported(Class<?> type) {
        Class<?> leaf = type;
        while (leaf.isArray()) {
            leaf = leaf.getComponentType();
        }
        return JavaNumber.of(leaf) != null && type.isArray() == leaf.isPrimitive();
    }

    static @Nullable NumbersKind parse(RowSchema schema) {
        Column column = schema.columns().get(0);
        String label = column.name();
        for (JavaNumber number : JavaNumber.values()) {
            boolean same =
                    schema.columns().size() == 1
                            && column.type() == number.element()
                            && labelOf(number, column.rank()).equals(label);
            if (same) {
                return new NumbersKind(number, column);
            }
        }
        return null;
    }

    private static String labelOf(JavaNumber number, int rank) {
        return rank == 0
                ? number.boxed().getSimpleName()
                : number.primitive().getName() + BRACKETS.repeat(rank);
    }

    static @Nullable OutputRow rowOf(Object output) {
        int[] shape = shapeOf(output);
        JavaNumber number = JavaNumber.of(leafOf(output.getClass()));
        if (shape == null || number == null) {
            return null;
        }
        Column column = Column.of(labelOf(number, shape.length), number.element(), shape);
        ByteBuffer bytes = ByteBuffer.allocate(column.rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        NumbersKind kind = new NumbersKind(number, column);
        if (!kind.write(output, 0, bytes)) {
            return null;
        }
        return new OutputRow(kind, RowSchema.of(column), List.of(bytes.flip()));
    }

    private static Class<?> leafOf(Class<?> type) {
        return type.isArray() ? leafOf(type.getComponentType()) : type;
    }

    /** Returns the length of each dimension, or null if one is empty. */
    private static int @Nullable [] shapeOf(Object output) {
        IntStream.Builder shape = IntStream.builder();
        Object at = output;
        while (at != null && at.getClass().isArray()) {
            int length = Array.getLength(at);
            shape.add(length);
            at = length == 0 ? null : Array.get(at, 0);
        }
        return at == null ? null : shape.build().toArray();
    }

    /** Writes an output, and returns false if its parts differ in length. */
    private boolean write(@Nullable Object part, int dimension, ByteBuffer to) {
        int rank = column.rank();
        if (rank == 0) {
            Object one = Array.newInstance(number.primitive(), 1);
            Array.set(one, 0, part);
            return writeLeaf(one, to);
        }
        if (part == null || Array.getLength(part) != column.dimension(dimension)) {
            return false;
        }
        if (dimension == rank - 1) {
            return writeLeaf(part, to);
        }
        for (Object each : (Object[]) part) {
            if (!write(each, dimension + 1, to)) {
                return false;
            }
        }
        return true;
    }

    private boolean writeLeaf(Object numbers, ByteBuffer to) {
        number.put(numbers, to);
        to.position(to.position() + Array.getLength(numbers) * number.element().byteWidth());
        return true;
    }

    @Override
    public Object read(RowBatch rows, int row, NDManager manager) {
        ByteBuffer from = OutputKind.slice(rows, row, 0);
        return column.rank() == 0 ? Array.get(readLeaf(1, from), 0) : read(0, from);
    }

    private Object read(int dimension, ByteBuffer from) {
        int length = column.dimension(dimension);
        if (dimension == column.rank() - 1) {
            return readLeaf(length, from);
        }
        int[] lengths = Arrays.copyOfRange(column.shape(), dimension, column.rank());
        Object parts = Array.newInstance(number.primitive(), lengths);
        for (int i = 0; i < length; i++) {
            Array.set(parts, i, read(dimension + 1, from));
        }
        return parts;
    }

    private Object readLeaf(int length, ByteBuffer from) {
        Object numbers = Array.newInstance(number.primitive(), length);
        number.get(from, numbers);
        from.position(from.position() + length * number.element().byteWidth());
        return numbers;
    }
}
