package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.AtomicBits;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The rows of a file that have a mark. Takes no memory until a row is marked. */
final class RowMarks {

    private final int rows;
    private final AtomicReference<@Nullable AtomicBits> bits = new AtomicReference<>();

    RowMarks(int rows) {
        this.rows = rows;
    }

    /** Marks a row; returns true to the one caller that marks the first row of the file. */
    boolean mark(int row) {
        boolean first = bits.get() == null && bits.compareAndSet(null, new AtomicBits(rows));
        Objects.requireNonNull(bits.get()).set(row);
        return first;
    }

    boolean isMarked(int row) {
        AtomicBits marked = bits.get();
        return marked != null && marked.get(row);
    }

    boolean any() {
        return bits.get() != null;
    }
}
