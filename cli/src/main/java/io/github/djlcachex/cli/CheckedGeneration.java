package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationCondition;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.VerifyReport;

import java.util.Optional;

/**
 * A CheckedGeneration is a generation with what a check found.
 *
 * @param report what was found, or empty if the generation is empty or cannot be opened
 * @param problem why it cannot be opened; empty if it can
 */
record CheckedGeneration(GenerationInfo generation, Optional<VerifyReport> report, String problem) {

    /** Tells whether a generation was made and nothing was stored in it, as by a failed import. */
    static boolean isEmpty(GenerationInfo generation) {
        return generation.condition() == GenerationCondition.NO_CONTRACT
                && generation.segments().isEmpty()
                && generation.skippedSegments() == 0;
    }

    boolean isIntact() {
        return report.map(VerifyReport::isIntact).orElse(problem.isEmpty());
    }
}
