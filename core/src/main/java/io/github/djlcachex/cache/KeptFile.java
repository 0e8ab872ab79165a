package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.HygieneCounts;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** KeptFile is a file or directory that an operation left where it is, and why. */
public final class KeptFile {

    private final HygieneCounts.Kept kept;

    KeptFile(HygieneCounts.Kept kept) {
        this.kept = kept;
    }

    /**
     * Returns the file or directory.
     *
     * @return the path
     */
    public Path path() {
        return kept.path();
    }

    /**
     * Returns why it stays.
     *
     * @return the reason, for people
     */
    public String reason() {
        return kept.reason();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeptFile that && kept.equals(that.kept);
    }

    @Override
    public int hashCode() {
        return kept.hashCode();
    }

    @Override
    public String toString() {
        return kept.path() + ": " + kept.reason();
    }
}
