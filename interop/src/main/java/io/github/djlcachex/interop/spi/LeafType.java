package io.github.djlcachex.interop.spi;

/** LeafType is what a column of a file is made of, below all lists. Numbers are little-endian. */
public enum LeafType {
    /** Truth values, one byte each: 0 or 1. */
    BOOLEAN(1),
    /** Signed 8-bit integers. */
    INT8(1),
    /** Signed 16-bit integers. */
    INT16(2),
    /** Signed 32-bit integers. */
    INT32(4),
    /** Signed 64-bit integers. */
    INT64(8),
    /** Unsigned 8-bit integers. */
    UINT8(1),
    /** Unsigned 16-bit integers. */
    UINT16(2),
    /** Unsigned 32-bit integers. */
    UINT32(4),
    /** Unsigned 64-bit integers. */
    UINT64(8),
    /** IEEE 754 half precision. */
    FLOAT16(2),
    /** The upper 16 bits of a single-precision number. */
    BFLOAT16(2),
    /** IEEE 754 single precision. */
    FLOAT32(4),
    /** IEEE 754 double precision. */
    FLOAT64(8),
    /** Text in UTF-8: an element is a byte. */
    TEXT(1),
    /** Bytes of any meaning: an element is a byte. */
    BYTES(1);

    private final int byteWidth;

    LeafType(int byteWidth) {
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

    /**
     * Tells whether values of this type are texts or blobs.
     *
     * @return true for {@link #TEXT} and {@link #BYTES}
     */
    public boolean isBytes() {
        return this == TEXT || this == BYTES;
    }

    /**
     * Tells whether values of this type are integers.
     *
     * @return true for the signed and the unsigned integers
     */
    public boolean isInteger() {
        return switch (this) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> true;
            default -> false;
        };
    }
}
