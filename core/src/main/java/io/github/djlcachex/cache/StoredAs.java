package io.github.djlcachex.cache;

/**
 * StoredAs is how a column is stored that is not stored as it is, see {@link
 * FeatureCacheBuilder#storeAs(StoredAs)}. It is converted by {@code put} and back by {@code
 * gather}: users see the rows that they stored.
 *
 * <p>The precisions are for FLOAT32. A value is rounded once: to store a row that was read changes
 * nothing. NaN stays NaN. A row with a finite number that would become an infinity is not stored:
 * {@code put} declines it, counts it ({@link CacheStats#outOfRangeRows}) and warns once, and it is
 * computed each time. So no row is ever read that is further off than the bound. {@link #SPARSE} is
 * exact, and for every type.
 */
public enum StoredAs {
    /**
     * Half precision, 2 bytes a number. The error is at most 2^-11 of the number, 0.05 %; below
     * 2^-14 it is at most 2^-25. The largest number is 65504, and infinities are stored.
     */
    FLOAT16,
    /**
     * The upper half of single precision, 2 bytes a number. The error is at most 2^-8 of the
     * number, 0.4 %; below 2^-126 it is at most 2^-134. The range is that of FLOAT32, to 3.39e38,
     * and infinities are stored.
     */
    BFLOAT16,
    /**
     * Integers from -127 to 127 and a FLOAT32 scale a row, 1 byte a number and 4 a row. The error
     * is at most 1/253 of the greatest magnitude in the row, 0.4 %, also of its small numbers. A
     * row whose greatest magnitude is under 2^-119 becomes zeros. A row with a NaN or an infinity
     * has no scale, and is not stored.
     */
    INT8,
    /**
     * The nonzero elements and their INT32 indices, for columns of a fixed shape and any type.
     * Exact bit for bit: negative zeros and NaN are stored, and only elements whose bits are all
     * zero are left out.
     *
     * <p>The rows of the first put decide: if their nonzero elements and indices take more than
     * half of the bytes of the dense rows, the column is stored as it is, for good, and a log line
     * says so. Later rows that are denser are stored all the same, in up to as many bytes as the
     * element's and 4 more an element; one that passes 255 MiB so is declined.
     */
    SPARSE
}
