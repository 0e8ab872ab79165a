package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

/** The exception for a segment that is not as it was written. */
final class CorruptSegment {

    private CorruptSegment() {}

    static CorruptFileException exception(
            String subject, String expected, String found, @Nullable Throwable cause) {
        return new CorruptFileException(
                Problem.of(
                        subject,
                        expected,
                        found,
                        "its rows are misses and are computed again",
                        cause));
    }
}
