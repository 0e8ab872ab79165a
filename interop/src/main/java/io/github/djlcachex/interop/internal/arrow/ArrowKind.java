package io.github.djlcachex.interop.internal.arrow;

import org.apache.arrow.flatbuf.Type;

/** ArrowKind is how the values of a field lie in buffers. */
enum ArrowKind {
    /** Integers and floats of some bytes. */
    NUMBER(2),
    /** Truth values, a bit each. */
    BITS(2),
    /** Texts and blobs with 32-bit offsets. */
    BYTES(3),
    /** Texts and blobs with 64-bit offsets. */
    LARGE_BYTES(3),
    /** Texts and blobs as views of 16 bytes; any number of buffers follows. */
    BYTE_VIEWS(2),
    /** Lists with 32-bit offsets. */
    LIST(2),
    /** Lists with 64-bit offsets. */
    LARGE_LIST(2),
    /** Lists of one length. */
    FIXED_LIST(1),
    /** Several values side by side. */
    STRUCT(1),
    /** What is passed over: values of some bits each. */
    OTHER_VALUES(2),
    /** What is passed over: maps. */
    OTHER_LIST(2),
    /** What is passed over: lists with offsets and sizes. */
    OTHER_LIST_VIEW(3),
    /** What is passed over: unions with types alone. */
    SPARSE_UNION(1),
    /** What is passed over: unions with types and offsets. */
    DENSE_UNION(2),
    /** What is passed over: no buffers of its own. */
    NO_BUFFERS(0);

    private final int buffers;

    ArrowKind(int buffers) {
        this.buffers = buffers;
    }

    /** The number of a field's own buffers, without those of its children. */
    int buffers() {
        return buffers;
    }

    /** The kind of a flatbuffer's type; unions are told apart by their mode. */
    static ArrowKind of(byte type, boolean isDenseUnion) {
        return switch (type) {
            case Type.Int, Type.FloatingPoint -> NUMBER;
            case Type.Bool -> BITS;
            case Type.Utf8, Type.Binary -> BYTES;
            case Type.LargeUtf8, Type.LargeBinary -> LARGE_BYTES;
            case Type.Utf8View, Type.BinaryView -> BYTE_VIEWS;
            case Type.List -> LIST;
            case Type.LargeList -> LARGE_LIST;
            case Type.FixedSizeList -> FIXED_LIST;
            case Type.Struct_ -> STRUCT;
            case Type.Map -> OTHER_LIST;
            case Type.ListView, Type.LargeListView -> OTHER_LIST_VIEW;
            case Type.Union -> isDenseUnion ? DENSE_UNION : SPARSE_UNION;
            case Type.Null, Type.RunEndEncoded -> NO_BUFFERS;
            default -> OTHER_VALUES;
        };
    }
}
