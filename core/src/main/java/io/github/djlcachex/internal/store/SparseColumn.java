package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import java.util.stream.IntStream;

/**
 * A SparseColumn converts rows of one column between dense, as users see them, and their nonzero
 * elements, as they are stored.
 *
 * @param served the number of the dense column
 * @param stored the number of the column of elements; that of their indices follows
 * @param width the size of an element
 * @param elements the number of elements of a dense row
 */
record SparseColumn(int served, int stored, int width, int elements) {

    /** The column of elements with some number. */
    static SparseColumn of(Column column, int served, int stored) {
        int elements = IntStream.of(column.servedShape()).reduce(1, (a, b) -> a * b);
        return new SparseColumn(served, stored, column.type().byteWidth(), elements);
    }

    int denseRowBytes() {
        return elements * width;
    }

    /** The number of nonzero elements of a dense row. */
    int count(RowBatch rows, int row) {
        int bytes = denseRowBytes();
        return SparseRows.count(rows.buffer(served), row * bytes, bytes, width);
    }

    /** The bytes of so many elements, and their indices. */
    long bytesOf(int count) {
        return (long) count * (width + Integer.BYTES);
    }

    /** The number of elements of a row whose shape nothing has proven yet, or -1 if it is none. */
    int count(RowShapes found, int row) {
        int count = found.dimension(stored, row, 0);
        boolean legal = count <= elements && found.dimension(stored + 1, row, 0) == count;
        return legal ? count : -1;
    }

    void split(RowBatch rows, RowBatch narrow) {
        int bytes = denseRowBytes();
        for (int row = 0; row < rows.rows(); row++) {
            SparseRows.split(
                    rows.buffer(served),
                    row * bytes,
                    bytes,
                    width,
                    narrow.buffer(stored),
                    narrow.shapes().offset(stored, row),
                    narrow.buffer(stored + 1),
                    narrow.shapes().offset(stored + 1, row));
        }
    }

    /** Tells whether a row that was read says which elements of a dense row it has. */
    boolean isLegal(RowBatch narrow, int row) {
        int at = narrow.shapes().offset(stored + 1, row);
        int count = narrow.shapes().dimension(stored + 1, row, 0);
        return SparseRows.areLegal(narrow.buffer(stored + 1), at, count, elements);
    }

    void scatter(RowBatch narrow, int row, RowBatch rows) {
        int bytes = denseRowBytes();
        SparseRows.clear(rows.buffer(served), row * bytes, bytes);
        SparseRows.scatter(
                narrow.buffer(stored),
                narrow.shapes().offset(stored, row),
                narrow.buffer(stored + 1),
                narrow.shapes().offset(stored + 1, row),
                narrow.shapes().dimension(stored, row, 0),
                width,
                rows.buffer(served),
                row * bytes);
    }
}
