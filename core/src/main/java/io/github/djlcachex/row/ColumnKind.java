package io.github.djlcachex.row;

/** A ColumnKind says what the rows of a column are to those who read them. */
public enum ColumnKind {
    /** Arrays of numbers or truth values. */
    TENSOR,
    /** Texts: the bytes of a row are well-formed UTF-8. */
    STRING,
    /** Any bytes. */
    BINARY
}
