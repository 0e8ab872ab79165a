package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A SparseChoice decides by the rows of the first put which columns are stored sparse of those that
 * may be: where it takes at most half of the bytes. Safe for use by many threads.
 */
final class SparseChoice {

    private static final Logger logger = LoggerFactory.getLogger(SparseChoice.class);

    /** An end and a length, of the elements and of the indices. */
    private static final int ROW_OVERHEAD = 4 * Integer.BYTES;

    private final StoredColumns option;
    private final String subject;
    private final AtomicReference<@Nullable RowSchema> told = new AtomicReference<>();

    SparseChoice(StoredColumns option, String subject) {
        this.option = option;
        this.subject = subject;
    }

    /** The columns that are stored if these rows are the first. */
    RowSchema stored(RowBatch rows) {
        StringJoiner decisions = new StringJoiner("; ");
        RowSchema stored = option.of(rows.schema(), c -> pays(rows, c, decisions));
        boolean first = !stored.equals(told.getAndSet(stored));
        if (first && decisions.length() > 0) {
            logger.info("{}: {}", subject, decisions);
        }
        return stored;
    }

    private static boolean pays(RowBatch rows, int c, StringJoiner decisions) {
        Column column = rows.schema().columns().get(c);
        if (column.rank() == 0) {
            return false; // a number a row, such as a checksum: nothing to tell
        }
        int width = column.type().byteWidth();
        long nonzero = 0;
        for (int row = 0; row < rows.rows(); row++) {
            int bytes = column.rowBytes();
            nonzero += SparseRows.count(rows.buffer(c), row * bytes, bytes, width);
        }
        double share = 1 - (double) nonzero / ((long) rows.rows() * column.rowElements());
        long dense = column.rowBytes();
        long sparse = nonzero * (width + Integer.BYTES) / rows.rows() + ROW_OVERHEAD;
        boolean pays = sparse <= dense / 2;
        decisions.add(
                String.format(
                        Locale.ROOT,
                        "column %s is stored %s: %.1f %% of the elements of the first %d rows are zero,"
                                + " a row takes %d bytes sparse and %d dense",
                        column.name() == null ? String.valueOf(c) : "'" + column.name() + "'",
                        pays ? "sparse" : "dense",
                        100 * share,
                        rows.rows(),
                        sparse,
                        dense));
        return pays;
    }
}
