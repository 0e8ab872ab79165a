package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.WriterPolicy;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The options of a {@link FeatureCache}, and the way to open it.
 *
 * <p>{@link #directory} and {@link #moduleId} are required. If this JVM has the generation open
 * already, options that are set here must be equal to those it was opened with, and options that
 * are not set are taken from it; read-only, rank and writer rank are each opener's own.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads.
 */
public final class FeatureCacheBuilder extends HygieneOptions {

    private final Map<StoreOption, Object> set = new EnumMap<>(StoreOption.class);
    private Map<String, String> environment = System.getenv();
    private Storage storage = new FileStorage();
    private @Nullable Path directory;
    private @Nullable String moduleId;
    private @Nullable String fingerprint;
    private @Nullable Integer writerRank;
    private WriterPolicy.@Nullable Rank rank;
    private @Nullable Boolean readOnly;

    FeatureCacheBuilder() {}

    /**
     * Sets the cache directory, which may hold any number of modules. Created if it is missing.
     *
     * @param directory the directory
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder directory(Path directory) {
        this.directory = OptionRules.once("directory", this.directory, directory);
        return this;
    }

    /**
     * Sets the name of the extractor whose rows these are. Any text of 1 to 4096 characters that
     * are not all blank; two ids never share a directory.
     *
     * @param moduleId the id
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder moduleId(String moduleId) {
        this.moduleId = OptionRules.once("moduleId", this.moduleId, moduleId);
        return this;
    }

    /**
     * Sets what changes whenever the rows would: a hash of the weights, the version of the
     * preprocessing. Rows of another fingerprint are kept apart and never served. Default: empty.
     *
     * @param fingerprint any text of at most 4096 characters
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder fingerprint(String fingerprint) {
        this.fingerprint = OptionRules.once("fingerprint", this.fingerprint, fingerprint);
        return this;
    }

    /**
     * Sets the heap that the memory tier may take, in bytes, 0 to 2^50. Default: the smaller of 256
     * MiB and an eighth of the heap; 0 turns it off. It keeps rows that this process may not store,
     * that the disk refused, and of files that are not mapped.
     *
     * @param bytes the size
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder memoryTierBytes(long bytes) {
        return set(StoreOption.MEMORY_TIER_BYTES, bytes);
    }

    /**
     * Sets the bytes of rows and keys at which a segment is sealed and written, 4096 to 2^28.
     * Default: the smaller of 64 MiB and a sixteenth of the heap, at least 1 MiB.
     *
     * @param bytes the size
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder segmentBytes(long bytes) {
        return set(StoreOption.SEGMENT_BYTES, bytes);
    }

    /**
     * Sets the rows at which a segment is sealed and written, 1 to 2^31 - 1. Default: none; the
     * bytes decide.
     *
     * @param rows the number of rows
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder segmentRows(int rows) {
        return set(StoreOption.SEGMENT_ROWS, rows);
    }

    /**
     * Sets the age at which a segment that is not full is written, 1 ms to a day. Default: 30 s;
     * ten times as long under 1 MiB. It is written sooner once a third of the delay was spent on
     * computing rows, by {@code computeMissing} or a decorator, or once no row was put for a tenth
     * of it. Under 1 MiB this pause doubles from file to file, so that single rows make few files.
     *
     * @param delay the age; a part of a millisecond counts as a whole one
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder flushDelay(Duration delay) {
        return set(StoreOption.FLUSH_DELAY_MS, delay);
    }

    /**
     * Sets the bytes of sealed segments that may wait to be written, 4096 to 2^50. Default: the
     * smaller of 256 MiB and a quarter of the heap, at least 4 MiB.
     *
     * @param bytes the size
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder writeQueueBytes(long bytes) {
        return set(StoreOption.WRITE_QUEUE_BYTES, bytes);
    }

    /**
     * Sets what {@code put} does when that queue is full. Default: {@link FullQueuePolicy#WAIT}.
     *
     * @param policy the policy
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder whenQueueFull(FullQueuePolicy policy) {
        return set(StoreOption.WHEN_QUEUE_FULL, policy);
    }

    /**
     * Sets how long {@code put} waits for the queue, 0 to a day. Default: 10 s. The first one of a
     * generation waits as long, and a second at least, for its contract to be written. After a wait
     * in vain none waits until something was written: rows are declined.
     *
     * @param timeout the time
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder putTimeout(Duration timeout) {
        return set(StoreOption.PUT_TIMEOUT_MS, timeout);
    }

    /**
     * Sets when {@code put} returns. Default: {@link WriteMode#BACKGROUND}.
     *
     * @param mode the mode
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder writeMode(WriteMode mode) {
        return set(StoreOption.WRITE_MODE, mode);
    }

    /**
     * Sets how long after a miss the directory is listed for other writers' segments, 0 to a day.
     * Default: 2 s, doubling to a minute while it brings nothing; 0 turns the background refresh
     * off.
     *
     * @param interval the time
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder refreshInterval(Duration interval) {
        return set(StoreOption.REFRESH_INTERVAL_MS, interval);
    }

    /**
     * Sets how often rows from files are checked. Default: {@link ChecksumPolicy#EVERY_READ}.
     *
     * @param verification the choice
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder checksumPolicy(ChecksumPolicy verification) {
        return set(StoreOption.CHECKSUM_POLICY, verification);
    }

    /**
     * Sets how many threads read one batch, the caller's among them, 1 to 64. Default: 8. With 1
     * {@code gather} runs on the caller's thread alone. Others help only where that pays: with rows
     * that come from a disk, and one of them with batches of 2 MiB and more while a core is idle.
     *
     * <p>All caches of a JVM share the helping threads. There are never more of them than the most
     * that one cache asked for, less its caller. They end when they were idle for some seconds.
     *
     * @param threads the number of threads
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder readThreads(int threads) {
        return set(StoreOption.READ_THREADS, threads);
    }

    /**
     * Sets how files are read. Default: {@link ReadMode#AUTOMATIC}.
     *
     * @param mode the mode
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder readMode(ReadMode mode) {
        return set(StoreOption.READ_MODE, mode);
    }

    /**
     * Sets what a committed segment survives. Default: {@link Durability#FSYNC}.
     *
     * @param durability the choice
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder durability(Durability durability) {
        return set(StoreOption.DURABILITY, durability);
    }

    /**
     * Sets how many rows may be outside the index snapshot before it is written anew, in the
     * background and at close. Default: 250,000, and at least a quarter of those in it, at close
     * one in 64; 0: never. An index snapshot makes the next open quick and takes the index off the
     * heap.
     *
     * @param rows the number of rows
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder indexSnapshotRows(long rows) {
        return set(StoreOption.INDEX_SNAPSHOT_ROWS, rows);
    }

    /**
     * Lets one rank write and the others read. Default: every rank writes. The rank of this process
     * is that of {@link #rank}, or else of the launcher's environment: {@code RANK}/{@code
     * WORLD_SIZE}, {@code SLURM_PROCID}/{@code SLURM_NTASKS}, {@code OMPI_COMM_WORLD_RANK}/{@code
     * _SIZE} or {@code PMI_RANK}/{@code PMI_SIZE}, the first whose size is over 1; or else 0 of 1.
     *
     * @param writerRank the rank that writes
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder writerRank(int writerRank) {
        this.writerRank = OptionRules.once("writerRank", this.writerRank, writerRank);
        return this;
    }

    /**
     * Sets the rank of this process and the number of ranks. Default: the launcher's environment.
     *
     * @param rank the rank, from 0
     * @param worldSize the number of ranks
     * @return this builder
     * @throws InvalidOptionException if the rank is not below the number of ranks
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder rank(int rank, int worldSize) {
        this.rank = OptionRules.once("rank", this.rank, new WriterPolicy.Rank(rank, worldSize));
        return this;
    }

    /**
     * Opens the cache without ever writing to the directory, which need not exist yet. Default:
     * false.
     *
     * @param readOnly true to only read
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder readOnly(boolean readOnly) {
        this.readOnly = OptionRules.once("readOnly", this.readOnly, readOnly);
        return this;
    }

    /**
     * Sets whether rows are written at the end of the JVM if the program forgot to close. Default:
     * true.
     *
     * @param hook true to write them
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder shutdownHook(boolean hook) {
        return set(StoreOption.SHUTDOWN_HOOK, hook);
    }

    /**
     * Sets how long {@code close} waits for rows to be written, 0 to a day. Default: a minute. It
     * returns a second later at most, whatever hangs, and so does the end of the JVM.
     *
     * @param timeout the time
     * @return this builder
     * @throws InvalidOptionException if it is out of the limits
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder closeTimeout(Duration timeout) {
        return set(StoreOption.CLOSE_TIMEOUT_MS, timeout);
    }

    /**
     * Sets whether an MBean shows the counters while the cache is open: {@code
     * io.github.djlcachex:type=FeatureCache}, with module, generation and directory. Default:
     * false.
     *
     * @param shown true to register it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder jmx(boolean shown) {
        return set(StoreOption.JMX, shown);
    }

    /** Replaces the process's environment. */
    @CanIgnoreReturnValue
    FeatureCacheBuilder environment(Map<String, String> environment) {
        this.environment = environment;
        return this;
    }

    /** Replaces the storage of the operating system; an open store keeps the one that it has. */
    @CanIgnoreReturnValue
    FeatureCacheBuilder storage(Storage storage) {
        this.storage = storage;
        return this;
    }

    /**
     * Opens the cache. Reads the keys of the segments that the index snapshot does not cover.
     *
     * <p>If the directory is there and may not be written to, the cache is opened for reading
     * alone, as {@link FeatureCache#isWritable} tells, and its first {@code put} says why in a
     * warning.
     *
     * @return the cache, to be closed by the caller
     * @throws InvalidOptionException if an option is missing or contradicts another, or an open
     *     store
     * @throws UnsupportedFormatException if a newer version wrote the directory
     * @throws CacheIoException if the directory cannot be created or read, or if writing to it
     *     fails
     */
    public FeatureCache open() {
        Path root = OptionRules.required("directory", directory);
        String module = OptionRules.required("moduleId", moduleId);
        boolean reads = Boolean.TRUE.equals(readOnly);
        WriterPolicy policy = WriterPolicy.of(reads, writerRank, rank, environment);
        String version = fingerprint == null ? "" : fingerprint;
        StorePaths paths = StorePaths.of(root, module, version);
        return new Opening(root, module, version, paths, storeOptions(set), storage).open(policy);
    }

    private FeatureCacheBuilder set(StoreOption option, long value) {
        option.check(value);
        return set(option, (Object) value);
    }

    private FeatureCacheBuilder set(StoreOption option, @Nullable Duration value) {
        Duration given = OptionRules.once(option.label(), null, value);
        return set(option, (Object) option.checkedMillis(given));
    }

    @Override
    FeatureCacheBuilder set(StoreOption option, @Nullable Object value) {
        set.put(option, OptionRules.once(option.label(), set.get(option), value));
        return this;
    }
}
