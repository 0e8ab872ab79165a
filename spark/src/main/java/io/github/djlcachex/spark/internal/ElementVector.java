package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.HalfPrecision;
import io.github.djlcachex.row.RowShapes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * The elements of all rows of a column, one after the other. An array of them is one copy: Spark's
 * own vectors call a method for each element.
 */
final class ElementVector extends CacheVector {

    private final ElementType elements;
    private final ByteBuffer bytes;

    ElementVector(ElementType type, ByteBuffer bytes) {
        super(SourceField.elementType(type));
        this.elements = type;
        this.bytes = bytes;
    }

    /** The dimensions of the rows of a column. */
    static ElementVector ofShapes(RowShapes shapes, int column, int rank) {
        ByteBuffer bytes =
                ByteBuffer.allocate(shapes.rows() * rank * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < shapes.rows(); row++) {
            for (int axis = 0; axis < rank; axis++) {
                bytes.putInt(
                        (row * rank + axis) * Integer.BYTES, shapes.dimension(column, row, axis));
            }
        }
        return new ElementVector(ElementType.INT32, bytes);
    }

    private ByteBuffer from(int element, int count) {
        int width = elements.byteWidth();
        return bytes.slice(element * width, count * width).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean getBoolean(int element) {
        return bytes.get(element) != 0;
    }

    @Override
    public byte getByte(int element) {
        return bytes.get(element);
    }

    @Override
    public byte[] getBytes(int element, int count) {
        byte[] copy = new byte[count];
        bytes.get(element, copy);
        return copy;
    }

    /** A UINT8. */
    @Override
    public short getShort(int element) {
        return (short) Byte.toUnsignedInt(bytes.get(element));
    }

    @Override
    public int getInt(int element) {
        return bytes.getInt(element * Integer.BYTES);
    }

    @Override
    public int[] getInts(int element, int count) {
        int[] copy = new int[count];
        from(element, count).asIntBuffer().get(copy);
        return copy;
    }

    @Override
    public long getLong(int element) {
        return bytes.getLong(element * Long.BYTES);
    }

    @Override
    public long[] getLongs(int element, int count) {
        long[] copy = new long[count];
        from(element, count).asLongBuffer().get(copy);
        return copy;
    }

    @Override
    public float getFloat(int element) {
        return switch (elements) {
            case FLOAT16 -> HalfPrecision.fromFloat16(half(element));
            case BFLOAT16 -> HalfPrecision.fromBfloat16(half(element));
            default -> bytes.getFloat(element * Float.BYTES);
        };
    }

    private short half(int element) {
        return bytes.getShort(element * Short.BYTES);
    }

    @Override
    public float[] getFloats(int element, int count) {
        float[] copy = new float[count];
        ByteBuffer source = from(element, count);
        switch (elements) {
            case FLOAT16 -> HalfPrecision.fromFloat16(halves(source, count), copy, count);
            case BFLOAT16 -> HalfPrecision.fromBfloat16(halves(source, count), copy, count);
            default -> source.asFloatBuffer().get(copy);
        }
        return copy;
    }

    private static short[] halves(ByteBuffer source, int count) {
        short[] halves = new short[count];
        ShortBuffer view = source.asShortBuffer();
        view.get(halves);
        return halves;
    }

    @Override
    public double getDouble(int element) {
        return bytes.getDouble(element * Double.BYTES);
    }

    @Override
    public double[] getDoubles(int element, int count) {
        double[] copy = new double[count];
        from(element, count).asDoubleBuffer().get(copy);
        return copy;
    }
}
