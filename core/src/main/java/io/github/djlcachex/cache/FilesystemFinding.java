package io.github.djlcachex.cache;

import io.github.djlcachex.internal.check.Finding;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** A FilesystemFinding is what a {@link FilesystemCheck} saw of one trait. Immutable. */
public final class FilesystemFinding {

    private final Finding finding;

    FilesystemFinding(Finding finding) {
        this.finding = finding;
    }

    /**
     * Returns what was looked at.
     *
     * @return the trait
     */
    public FilesystemTrait trait() {
        return finding.trait();
    }

    /**
     * Returns how much it matters.
     *
     * @return the level
     */
    public FindingLevel level() {
        return finding.level();
    }

    /**
     * Returns what was seen.
     *
     * @return a sentence for people, in English
     */
    public String observed() {
        return finding.observed();
    }

    /**
     * Returns what to do about it.
     *
     * @return a sentence for people; empty if there is nothing to do
     */
    public String advice() {
        return finding.advice();
    }

    /**
     * Returns the option of the cache that fits what was seen.
     *
     * @return a call of {@link FeatureCacheBuilder} or {@link CacheLimits.Builder} as in a program,
     *     such as {@code readMode(ReadMode.POSITIONAL)}; or empty if the defaults fit
     */
    public Optional<String> option() {
        return finding.option();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilesystemFinding that && finding.equals(that.finding);
    }

    @Override
    public int hashCode() {
        return finding.hashCode();
    }

    @Override
    public String toString() {
        String advice = advice().isEmpty() ? "" : ": " + advice();
        return trait() + " " + level() + ": " + observed() + advice;
    }
}
