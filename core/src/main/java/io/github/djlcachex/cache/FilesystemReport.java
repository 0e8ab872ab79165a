package io.github.djlcachex.cache;

import io.github.djlcachex.internal.check.CheckedFilesystem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A FilesystemReport is what a {@link FilesystemCheck} saw of a filesystem. Immutable. */
public final class FilesystemReport {

    private final CheckedFilesystem checked;

    FilesystemReport(CheckedFilesystem checked) {
        this.checked = checked;
    }

    /**
     * Returns the directory that was checked.
     *
     * @return the path as it was given
     */
    public Path directory() {
        return checked.directory();
    }

    /**
     * Returns the type of the filesystem, as the system calls it.
     *
     * @return the type, such as {@code ext4}
     */
    public String filesystemType() {
        return checked.type();
    }

    /**
     * Tells whether the files are on another machine, as far as the type tells.
     *
     * @return true if it is a network filesystem
     */
    public boolean isNetworkFilesystem() {
        return checked.network();
    }

    /**
     * Returns what was seen, one finding for each trait.
     *
     * @return the findings, in the order of {@link FilesystemTrait}
     */
    public List<FilesystemFinding> findings() {
        return checked.findings().stream().map(FilesystemFinding::new).toList();
    }

    /**
     * Tells whether a cache can be kept there.
     *
     * @return false if a finding is a {@link FindingLevel#PROBLEM}
     */
    public boolean isSuitable() {
        return findings().stream().noneMatch(f -> f.level() == FindingLevel.PROBLEM);
    }

    /**
     * Returns the options of the cache that fit what was seen.
     *
     * @return calls as {@link FilesystemFinding#option} has them, each once; none if the defaults
     *     fit
     */
    public List<String> options() {
        return findings().stream()
                .map(FilesystemFinding::option)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilesystemReport that && checked.equals(that.checked);
    }

    @Override
    public int hashCode() {
        return checked.hashCode();
    }

    @Override
    public String toString() {
        return "FilesystemReport[" + directory() + ", " + filesystemType() + "]" + findings();
    }
}
