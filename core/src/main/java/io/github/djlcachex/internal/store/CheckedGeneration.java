package io.github.djlcachex.internal.store;

import java.util.List;
import java.util.Optional;

/** What a check found on disk: every segment by name, and the problems of the other files. */
public record CheckedGeneration(
        List<CheckedSegment> segments,
        int uncheckedFiles,
        Optional<String> contractProblem,
        Optional<String> indexSnapshotProblem,
        List<String> tombstoneProblems) {

    public CheckedGeneration {
        segments = List.copyOf(segments);
        tombstoneProblems = List.copyOf(tombstoneProblems);
    }
}
