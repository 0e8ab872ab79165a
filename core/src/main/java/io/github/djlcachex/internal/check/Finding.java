package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;
import io.github.djlcachex.cache.FindingLevel;

import java.util.Optional;

/**
 * A Finding is what was seen of one trait of a filesystem.
 *
 * @param observed what was seen, for people
 * @param advice what to do about it; empty if nothing
 * @param option the call of the builder that fits it, if one does
 */
public record Finding(
        FilesystemTrait trait,
        FindingLevel level,
        String observed,
        String advice,
        Optional<String> option) {

    static Finding good(FilesystemTrait trait, String observed) {
        return new Finding(trait, FindingLevel.GOOD, observed, "", Optional.empty());
    }

    static Finding unknown(FilesystemTrait trait, String observed) {
        return new Finding(trait, FindingLevel.UNKNOWN, observed, "", Optional.empty());
    }

    static Finding note(FilesystemTrait trait, String observed, String advice) {
        return new Finding(trait, FindingLevel.NOTE, observed, advice, Optional.empty());
    }

    static Finding problem(FilesystemTrait trait, String observed, String advice) {
        return new Finding(trait, FindingLevel.PROBLEM, observed, advice, Optional.empty());
    }

    Finding with(String fittingOption) {
        return new Finding(trait, level, observed, advice, Optional.of(fittingOption));
    }
}
