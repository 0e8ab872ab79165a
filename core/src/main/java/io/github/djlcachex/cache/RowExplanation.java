package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.TracedRow;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;

/** A RowExplanation says why a key has a row, or why it is missing. Immutable. */
public final class RowExplanation {

    private final TracedRow row;

    RowExplanation(TracedRow row) {
        this.row = row;
    }

    /**
     * Returns what became of the row.
     *
     * @return the state; of several copies that of the best one
     */
    public RowState state() {
        return row.state();
    }

    /**
     * Returns the file that tells it.
     *
     * @return a segment with a copy of the row, the tombstone that removed it, or a file that
     *     cannot be read; or empty if there is none
     */
    public Optional<Path> file() {
        return row.file();
    }

    /**
     * Returns what was seen.
     *
     * @return a sentence for people, in English
     */
    public String reason() {
        return row.reason();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowExplanation that && row.equals(that.row);
    }

    @Override
    public int hashCode() {
        return row.hashCode();
    }

    @Override
    public String toString() {
        return state() + ": " + reason();
    }
}
