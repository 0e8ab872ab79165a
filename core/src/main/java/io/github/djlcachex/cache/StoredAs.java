package io.github.djlcachex.cache;

/**
 * StoredAs is the precision in which a FLOAT32 column is stored, see {@link
 * FeatureCacheBuilder#storeAs(StoredAs)}. It is narrowed by {@code put} and widened by {@code
 * gather}: users see FLOAT32 alone.
 *
 * <p>A value is rounded once: to store a row that was read changes nothing. NaN stays NaN. A row
 * with a finite number that would become an infinity is not stored: {@code put} declines it, counts
 * it ({@link CacheStats#outOfRangeRows}) and warns once, and it is computed each time. So no row is
 * ever read that is further off than the bound.
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
    INT8
}
