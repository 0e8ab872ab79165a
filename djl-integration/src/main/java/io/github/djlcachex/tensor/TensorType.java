package io.github.djlcachex.tensor;

/** The type of a tensor's elements. Numbers are little-endian. */
public enum TensorType {
    /** Truth values, a byte each: 0 or 1. */
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
    /** IEEE 754 floats of 16 bits. */
    FLOAT16(2),
    /** The upper 16 bits of 32-bit floats. */
    BFLOAT16(2),
    /** IEEE 754 floats of 32 bits. */
    FLOAT32(4),
    /** IEEE 754 floats of 64 bits. */
    FLOAT64(8),
    /** Pairs of 32-bit floats: the real part, then the imaginary one. */
    COMPLEX64(8),
    /** Pairs of 64-bit floats: the real part, then the imaginary one. */
    COMPLEX128(16),
    /** Texts: each a 32-bit length and its bytes of UTF-8. */
    STRING(0);

    private final int byteWidth;

    TensorType(int byteWidth) {
        this.byteWidth = byteWidth;
    }

    /**
     * Returns the size of an element.
     *
     * @return the size in bytes; 0 for texts, which differ
     */
    public int byteWidth() {
        return byteWidth;
    }
}
