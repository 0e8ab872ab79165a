package io.github.djlcachex.tensor;

/** When 64-bit numbers are stored in 32 bits. They come back in 64 bits. */
public enum Narrowing {
    /** Never. */
    NONE,
    /** If all numbers of an array come back bit for bit. */
    EXACT,
    /**
     * If all numbers are in the range of the smaller type. Floats are rounded to 24 significant
     * bits; integers stay exact.
     */
    ROUNDED
}
