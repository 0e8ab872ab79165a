package io.github.djlcachex.internal.segment;

/** What became of the copy of a row into a batch. */
public enum RowCopy {
    /** The bytes are in the batch; the row's checksum tells whether they are right. */
    COPIED,
    /** The row has another shape than the batch has room for. */
    OTHER_SHAPE,
    /** What is in the place of the row's shape is none. */
    NO_SHAPE
}
