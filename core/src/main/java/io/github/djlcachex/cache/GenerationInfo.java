package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.GenerationFacts;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * GenerationInfo describes a generation of a cache directory: all rows of one module id and one
 * fingerprint. Immutable.
 */
public final class GenerationInfo {

    private final GenerationFacts facts;

    GenerationInfo(GenerationFacts facts) {
        this.facts = facts;
    }

    /**
     * Returns the module id.
     *
     * @return the id, or empty if neither the contract nor a segment tells it
     */
    public Optional<String> moduleId() {
        return facts.moduleId();
    }

    /**
     * Returns the fingerprint.
     *
     * @return the fingerprint, or empty if neither the contract nor a segment tells it
     */
    public Optional<String> fingerprint() {
        return facts.fingerprint();
    }

    /**
     * Returns the directory.
     *
     * @return the path
     */
    public Path directory() {
        return facts.directory();
    }

    /**
     * Returns what is wrong with the generation, if anything.
     *
     * @return the condition
     */
    public GenerationCondition condition() {
        return facts.condition();
    }

    /**
     * Returns the type of the keys.
     *
     * @return the type, or empty if neither the contract nor a segment tells it
     */
    public Optional<KeyType> keyType() {
        return facts.keyType();
    }

    /**
     * Returns the columns of the rows, as a cache serves them.
     *
     * @return the columns, or empty if neither the contract nor a segment tells them
     */
    public Optional<RowSchema> schema() {
        return facts.servedSchema();
    }

    /**
     * Returns the columns as they are in the files: with the types of another precision, and with
     * the scales and indices that such columns have beside them.
     *
     * @return the columns, or empty if neither the contract nor a segment tells them
     */
    public Optional<RowSchema> storedSchema() {
        return facts.storedSchema();
    }

    /**
     * Returns the segments that can be read, by name.
     *
     * @return the segments
     */
    public List<SegmentInfo> segments() {
        return facts.segments().stream().map(SegmentInfo::new).toList();
    }

    /**
     * Returns how many segments are left out of {@link #segments}: they are damaged, of a newer
     * version, not readable now, or deleted meanwhile.
     *
     * @return the number of files
     */
    public int skippedSegments() {
        return facts.skippedSegments();
    }

    /**
     * Returns the sizes of all files of the generation.
     *
     * @return the sizes
     */
    public DiskUsage usage() {
        return new DiskUsage(facts.use());
    }

    /**
     * Returns the rows of all segments that can be read. A key that two segments have counts twice.
     *
     * @return the number of rows
     */
    public long rows() {
        return facts.rows();
    }

    /**
     * Returns the size of all files of the generation.
     *
     * @return the size in bytes
     */
    public long bytes() {
        return facts.use().bytes();
    }

    /**
     * Returns how many files the generation has.
     *
     * @return the number of files
     */
    public long files() {
        return facts.use().files();
    }

    /**
     * Returns when the generation was last used: when a cache was last opened or closed for
     * writing, or had been open for a day. A cache that only reads leaves no mark. A time in the
     * future, by the clock of this host, is now.
     *
     * @return the time
     */
    public Instant lastUsed() {
        return Instant.ofEpochMilli(facts.lastUsedMs());
    }

    /**
     * Tells whether a cache has the generation open: for writing in a live process of this host, or
     * of another one that has marked it in the last two days; or in any way in this JVM.
     *
     * @return true if it is in use
     */
    public boolean isInUse() {
        return facts.inUse();
    }

    /** Returns the builder of a cache of this generation. */
    FeatureCacheBuilder builder() {
        return FeatureCache.builder()
                .directory(facts.root())
                .moduleId(moduleId().orElseThrow(this::unknown))
                .fingerprint(fingerprint().orElse(""));
    }

    private CacheException unknown() {
        if (condition() == GenerationCondition.NEWER_FORMAT) {
            return new UnsupportedFormatException(
                    Problem.of(
                            directory().toString(),
                            "a format of this version",
                            "a newer one",
                            "a newer djlcachex wrote it: upgrade"));
        }
        return new CorruptFileException(
                Problem.of(
                        directory().toString(),
                        "one contract, or a segment that repeats it",
                        "none, or two that differ",
                        "no row of it can be served: remove the generation"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GenerationInfo that && facts.equals(that.facts);
    }

    @Override
    public int hashCode() {
        return facts.hashCode();
    }

    @Override
    public String toString() {
        return "GenerationInfo[moduleId="
                + moduleId()
                + ", fingerprint="
                + fingerprint()
                + ", directory="
                + directory()
                + ", condition="
                + condition()
                + ", rows="
                + rows()
                + ", bytes="
                + bytes()
                + ", files="
                + files()
                + ", lastUsed="
                + lastUsed()
                + ", isInUse="
                + isInUse()
                + "]";
    }
}
