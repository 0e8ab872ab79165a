package io.github.djlcachex.interop;

/** ExistingRows is what an import does with an id that has a row already. */
public enum ExistingRows {
    /** Reads the row and compares it; another one is a {@link RowConflictException}. */
    COMPARE,
    /** Keeps the row that is there, and does not look at it. */
    KEEP
}
