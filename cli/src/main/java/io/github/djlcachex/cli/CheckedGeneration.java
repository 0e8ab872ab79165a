package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.VerifyReport;

import java.util.Optional;

/**
 * A CheckedGeneration is a generation with what a check found.
 *
 * @param report what was found, or empty if the generation cannot be opened
 * @param problem why it cannot be opened; empty if it can
 */
record CheckedGeneration(GenerationInfo generation, Optional<VerifyReport> report, String problem) {

    boolean isIntact() {
        return report.map(VerifyReport::isIntact).orElse(false);
    }
}
