package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.djl.internal.Figures;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The options of a {@link TensorCache}, and the way to open it. {@link #setDirectory} and {@link
 * #setName} are required.
 *
 * <p>Every setter throws {@link InvalidOptionException} for null, and for a second call with
 * another value. Not safe for use by several threads.
 */
public final class TensorCacheBuilder {

    private static final int MIN_CHUNK = 1 << 16;
    private static final int MAX_CHUNK = 128 << 20;
    private static final int MAX_THREADS = 64;
    private static final int DEFAULT_THREADS = 4;

    private final Given given = new Given();
    private final List<Consumer<FeatureCacheBuilder>> cacheOptions = new ArrayList<>();
    private @Nullable Path directory;
    private @Nullable String name;
    private long minBytes;
    private @Nullable Duration minCost;
    @Nullable String engine;
    TensorOptions defaults = TensorOptions.defaults();
    long maxBytes = Long.MAX_VALUE;
    @Nullable Duration expiry;
    boolean flushPuts;
    DamagePolicy damage = DamagePolicy.MISS;
    int chunkBytes = 4 << 20;
    int threads = Math.min(DEFAULT_THREADS, Runtime.getRuntime().availableProcessors());

    /** Set by tests. */
    LongSupplier clockMs = System::currentTimeMillis;

    /** Set by tests, or null for that of the JVM. */
    @Nullable LongSupplier freeMemory;

    /** Set by tests, or null for that of the disk. */
    @Nullable LongSupplier freeDisk;

    /** Set by tests: an array of more bytes is copied piece by piece. */
    long pieceLimit = 1L << 30;

    TensorCacheBuilder() {}

    /**
     * Sets the directory, which may hold any number of caches. Created if it is missing.
     *
     * @param directory the directory
     * @return this builder
     */
    public TensorCacheBuilder setDirectory(Path directory) {
        this.directory = given.once("directory", directory);
        return this;
    }

    /**
     * Sets the name of the cache in its directory.
     *
     * @param name any text of 1 to 4096 characters that are not all blank
     * @return this builder
     */
    public TensorCacheBuilder setName(String name) {
        this.name = given.once("name", name);
        return this;
    }

    /**
     * Sets how entries are stored that are put without options of their own. Default: {@link
     * TensorOptions#defaults}.
     *
     * @param options the options
     * @return this builder
     */
    public TensorCacheBuilder optDefaults(TensorOptions options) {
        this.defaults = given.once("defaults", options);
        return this;
    }

    /**
     * Sets what the files may take, those of removed and replaced entries among them. A put that
     * could pass it, without compression, is refused with {@link PutOutcome#CACHE_FULL}; nothing is
     * evicted. Default: no limit.
     *
     * @param bytes the size, 0 and more
     * @return this builder
     */
    public TensorCacheBuilder optMaxBytes(long bytes) {
        this.maxBytes = given.within("maxBytes", 0, Long.MAX_VALUE, bytes);
        return this;
    }

    /**
     * Sets the age from which an entry is absent. Its rows stay on disk. Default: none.
     *
     * @param age the age since it was put, longer than nothing
     * @return this builder
     */
    public TensorCacheBuilder optExpireAfterWrite(Duration age) {
        this.expiry = positive("expireAfterWrite", age);
        return this;
    }

    /**
     * Sets the size from which an entry is worth caching. Default: 0.
     *
     * @param bytes the size in memory
     * @return this builder
     */
    public TensorCacheBuilder optMinBytes(long bytes) {
        this.minBytes = given.within("minBytes", 0, Long.MAX_VALUE, bytes);
        return this;
    }

    /**
     * Sets the time of computing from which an entry is worth caching, of entries whose time is
     * told: {@link TensorOptions#withCost}. Default: none.
     *
     * @param cost the time, longer than nothing
     * @return this builder
     */
    public TensorCacheBuilder optMinCost(Duration cost) {
        this.minCost = positive("minCost", cost);
        return this;
    }

    /**
     * Sets whether a put and a remove return once what they store is on disk. Default: false; then
     * it is there after {@link TensorCache#flush} or {@link TensorCache#close}, or some seconds
     * later.
     *
     * @param flush true to wait
     * @return this builder
     */
    public TensorCacheBuilder optFlushPuts(boolean flush) {
        this.flushPuts = given.once("flushPuts", flush);
        return this;
    }

    /**
     * Sets what reading a damaged entry does. Default: {@link DamagePolicy#MISS}.
     *
     * @param policy the policy
     * @return this builder
     */
    public TensorCacheBuilder optDamage(DamagePolicy policy) {
        this.damage = given.once("damage", policy);
        return this;
    }

    /**
     * Sets the size of the pieces in which tensors are stored, 64 KiB to 128 MiB, a multiple of 16.
     * Default: 4 MiB.
     *
     * @param bytes the size
     * @return this builder
     */
    public TensorCacheBuilder optChunkBytes(int bytes) {
        if (bytes % TensorType.COMPLEX128.byteWidth() != 0) {
            throw new InvalidOptionException(
                    Problem.of("chunkBytes", "a multiple of 16", bytes + "", "round it"));
        }
        this.chunkBytes = (int) given.within("chunkBytes", MIN_CHUNK, MAX_CHUNK, bytes);
        return this;
    }

    /**
     * Sets how many threads work on one entry, the caller's among them, 1 to 64. Default: as many
     * as there are processors, 4 at most.
     *
     * @param threads the number of threads
     * @return this builder
     */
    public TensorCacheBuilder optThreads(int threads) {
        this.threads = (int) given.within("threads", 1, MAX_THREADS, threads);
        return this;
    }

    /**
     * Sets the engine of arrays that are got without a manager. Default: DJL's default engine.
     *
     * @param engine its name, such as {@code PyTorch}
     * @return this builder
     */
    public TensorCacheBuilder optEngine(String engine) {
        this.engine = given.once("engine", engine);
        return this;
    }

    /**
     * Sets options of the {@link FeatureCache} below, such as ranks or durability.
     *
     * @param options sets them; not the directory, module id and fingerprint
     * @return this builder
     */
    public TensorCacheBuilder optCacheOptions(Consumer<FeatureCacheBuilder> options) {
        cacheOptions.add(Given.notNull("cacheOptions", options));
        return this;
    }

    private Duration positive(String option, Duration time) {
        if (Given.notNull(option, time).isNegative() || time.isZero()) {
            throw new InvalidOptionException(
                    Problem.of(option, "longer than nothing", time + "", "change it"));
        }
        return given.once(option, time);
    }

    /** Returns why an entry is not worth caching, or null if it is. */
    @Nullable TensorPut worth(TensorKey key, long bytes, TensorOptions how) {
        Duration cost = how.cost();
        if (bytes < minBytes) {
            return notWorth(
                    PutOutcome.TOO_SMALL, key, Figures.bytes(minBytes), Figures.bytes(bytes));
        } else if (minCost != null && cost != null && cost.compareTo(minCost) < 0) {
            return notWorth(PutOutcome.TOO_CHEAP, key, minCost.toString(), cost.toString());
        }
        return null;
    }

    private static TensorPut notWorth(
            PutOutcome outcome, TensorKey key, String least, String found) {
        return TensorPut.refused(
                outcome,
                Problem.of("entry " + key, least + " at least", found, "compute it when needed"));
    }

    /**
     * Opens the cache.
     *
     * @return the cache, to be closed
     * @throws InvalidOptionException if a required option is not set
     * @throws io.github.djlcachex.row.CacheIoException if the directory cannot be read
     */
    public TensorCache open() {
        FeatureCacheBuilder builder =
                FeatureCache.builder()
                        .directory(Given.required(directory, "directory", "setDirectory"))
                        .moduleId(Given.required(name, "name", "setName"))
                        .fingerprint("tensors");
        cacheOptions.forEach(option -> option.accept(builder));
        return TensorCache.of(builder.open(), this);
    }
}
