package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.TreeUse;

/**
 * DiskUsage is the size of all files of a cache directory, of every module, or of one generation,
 * at one time. Links are not followed. Immutable.
 */
public final class DiskUsage {

    private final TreeUse use;

    DiskUsage(TreeUse use) {
        this.use = use;
    }

    /**
     * Returns the size of all files.
     *
     * @return the size in bytes
     */
    public long bytes() {
        return use.bytes();
    }

    /**
     * Returns how many files there are.
     *
     * @return the number of files
     */
    public long files() {
        return use.files();
    }

    /**
     * Returns the size of the segments, which have the rows.
     *
     * @return the size in bytes
     */
    public long segmentBytes() {
        return use.segmentBytes();
    }

    /**
     * Returns the size of the index snapshots.
     *
     * @return the size in bytes
     */
    public long indexBytes() {
        return use.indexBytes();
    }

    /**
     * Returns the size of damaged segments that {@link FeatureCache#repair} moved aside.
     *
     * @return the size in bytes
     */
    public long damagedBytes() {
        return use.damagedBytes();
    }

    /**
     * Returns the size of segments that were replaced and wait to be deleted.
     *
     * @return the size in bytes
     */
    public long trashBytes() {
        return use.trashBytes();
    }

    /**
     * Returns the size of files that are being written, or that a dead process left so.
     *
     * @return the size in bytes
     */
    public long temporaryBytes() {
        return use.temporaryBytes();
    }

    /**
     * Returns the size of all other files: contracts, notes, marks, and what is not of this
     * library.
     *
     * @return the size in bytes
     */
    public long otherBytes() {
        return bytes()
                - segmentBytes()
                - indexBytes()
                - damagedBytes()
                - trashBytes()
                - temporaryBytes();
    }

    @Override
    public String toString() {
        return "DiskUsage[bytes="
                + bytes()
                + ", files="
                + files()
                + ", segmentBytes="
                + segmentBytes()
                + ", indexBytes="
                + indexBytes()
                + ", damagedBytes="
                + damagedBytes()
                + ", trashBytes="
                + trashBytes()
                + ", temporaryBytes="
                + temporaryBytes()
                + ", otherBytes="
                + otherBytes()
                + "]";
    }
}
