package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.RepairedGeneration;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/** RepairReport tells what {@link FeatureCache#repair} found and did. */
public final class RepairReport {

    private final RepairedGeneration repair;

    RepairReport(RepairedGeneration repair) {
        this.repair = repair;
    }

    /**
     * Returns the check before the repair.
     *
     * @return the check
     */
    public VerifyReport found() {
        return new VerifyReport(repair.found());
    }

    /**
     * Returns where the damaged files are now.
     *
     * @return the paths
     */
    public List<Path> movedTo() {
        return repair.movedTo();
    }

    /**
     * Returns the intact rows of damaged files that were written to new segments.
     *
     * @return the number of rows
     */
    public long savedRows() {
        return repair.savedRows();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RepairReport that && repair.equals(that.repair);
    }

    @Override
    public int hashCode() {
        return repair.hashCode();
    }

    @Override
    public String toString() {
        return repair.toString().replaceFirst("RepairedGeneration", "RepairReport");
    }
}
