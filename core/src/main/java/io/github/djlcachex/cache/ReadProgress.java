package io.github.djlcachex.cache;

/**
 * A ReadProgress is told how far a check or a repair is, by the thread that runs it. That thread
 * ends with what it throws. It must not call the cache.
 */
@FunctionalInterface
public interface ReadProgress {

    /**
     * Is called before the first file, and after each one.
     *
     * @param bytes the size of the segment files that were read so far, in bytes
     * @param of the size of those that are to be read, in bytes; a repair reads damaged files
     *     again, and adds them as soon as it knows them
     */
    void read(long bytes, long of);
}
