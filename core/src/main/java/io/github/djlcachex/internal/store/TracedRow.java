package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.RowState;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What became of the row of a key.
 *
 * @param file the file that tells it, if one does
 * @param reason what was seen, for people
 */
public record TracedRow(RowState state, Optional<Path> file, String reason) {

    static TracedRow of(RowState state, Path file, String reason) {
        return new TracedRow(state, Optional.of(file), reason);
    }

    /** The one that explains more; the states are declared in that order. */
    TracedRow orBetter(TracedRow other) {
        return other.state.compareTo(state) < 0 ? other : this;
    }
}
