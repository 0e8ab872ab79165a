package io.github.djlcachex.cache;

import java.util.List;
import java.util.Optional;

/** What a check found on disk: every segment by name, and the problems of the other files. */
record CheckedGeneration(
        List<CheckedSegment> segments,
        Optional<String> contractProblem,
        Optional<String> checkpointProblem) {

    CheckedGeneration {
        segments = List.copyOf(segments);
    }
}
