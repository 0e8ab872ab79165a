package io.github.djlcachex.row;

/** The type of the elements of a column. All values are stored little-endian. */
public enum ElementType {
    /** IEEE 754 single precision. */
    FLOAT32(4),
    /** IEEE 754 double precision. */
    FLOAT64(8),
    /** IEEE 754 half precision. */
    FLOAT16(2),
    /** The upper 16 bits of a single-precision number, stored as raw bits. */
    BFLOAT16(2),
    /** Signed 8-bit integers. */
    INT8(1),
    /** Signed 32-bit integers. */
    INT32(4),
    /** Signed 64-bit integers. */
    INT64(8),
    /** Unsigned 8-bit integers. */
    UINT8(1),
    /** Truth values, one byte each: 0 or 1. */
    BOOLEAN(1);

    private final int byteWidth;

    ElementType(int byteWidth) {
        this.byteWidth = byteWidth;
    }

    /**
     * Returns the size of one element.
     *
     * @return the size in bytes
     */
    public int byteWidth() {
        return byteWidth;
    }
}
