package io.github.djlcachex.cache;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link FeatureCache#repair} found and did.
 *
 * @param found the check before
 * @param movedTo where the damaged files are now
 * @param savedRows the intact rows of damaged files that were written to new segments
 */
public record RepairReport(VerifyReport found, List<Path> movedTo, long savedRows) {

    /**
     * Copies the list.
     *
     * @param found the check before
     * @param movedTo where the damaged files are now
     * @param savedRows the intact rows of damaged files that were written to new segments
     */
    public RepairReport {
        movedTo = List.copyOf(movedTo);
    }
}
