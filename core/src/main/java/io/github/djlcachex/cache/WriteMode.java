package io.github.djlcachex.cache;

/** When {@code put} returns. */
public enum WriteMode {
    /** At once; the flusher thread writes the rows later. */
    BACKGROUND,
    /** After the rows are committed to a segment file; those that could not be are declined. */
    SYNCHRONOUS
}
