package io.github.djlcachex.row;

/** The type of all keys of a generation, fixed by its first write. */
public enum KeyType {
    /** Signed 64-bit integers; every value is legal. */
    INT64,
    /** Strings of 1 to {@value StringKeys#MAX_KEY_BYTES} bytes of UTF-8, compared as bytes. */
    UTF8
}
