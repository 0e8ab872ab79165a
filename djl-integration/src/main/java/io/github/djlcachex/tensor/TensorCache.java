package io.github.djlcachex.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.HygieneReport;

import java.util.List;
import java.util.Optional;

/**
 * A cache of tensors on disk: lists of arrays of any type and shape, by the attributes of a {@link
 * TensorKey}.
 *
 * <p>An entry is there whole or not at all. To put a key again replaces its entry, and the newest
 * put wins, of several processes too: one of their whole entries. What was replaced or removed
 * keeps its room on disk, since the engine below has no deletion.
 *
 * <p>A large tensor is stored in chunks of {@link TensorCacheBuilder#optChunkBytes}. Every row is
 * checked by its checksum whenever it is read; see {@link DamagePolicy} for what a damaged entry
 * is.
 *
 * <p>Safe for use by several threads, and by several processes that share the directory.
 */
public final class TensorCache implements AutoCloseable {

    private final FeatureCache cache;
    private final TensorCacheBuilder options;
    private final Entries entries;
    private final OwnManager manager;

    private TensorCache(FeatureCache cache, TensorCacheBuilder options) {
        this.cache = cache;
        this.options = options;
        this.entries = new Entries(cache, options);
        this.manager = new OwnManager(options.engine);
    }

    static TensorCache of(FeatureCache cache, TensorCacheBuilder options) {
        boolean isOpen = false;
        try {
            TensorCache opened = new TensorCache(cache, options);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                cache.close();
            }
        }
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static TensorCacheBuilder builder() {
        return new TensorCacheBuilder();
    }

    /**
     * Stores an array.
     *
     * @param key the attributes of the entry
     * @param array the array; its name is kept
     * @return what became of it
     * @throws UnsupportedTensorException if it is of a type that cannot be stored, or closed
     */
    public TensorPut put(TensorKey key, NDArray array) {
        return put(key, new NDList(Given.notNull("array", array)));
    }

    /**
     * Stores a list of arrays, whose shapes may differ, with their names.
     *
     * @param key the attributes of the entry
     * @param arrays the arrays, of any device
     * @return what became of them
     * @throws UnsupportedTensorException if one is of a type that cannot be stored, or closed
     */
    public TensorPut put(TensorKey key, NDList arrays) {
        return put(key, arrays, options.defaults);
    }

    /**
     * Stores a list of arrays in a way of its own.
     *
     * @param key the attributes of the entry
     * @param arrays the arrays, of any device
     * @param how how they are stored, in place of the cache's defaults
     * @return what became of them
     * @throws UnsupportedTensorException if one is of a type that cannot be stored, or closed
     */
    public TensorPut put(TensorKey key, NDList arrays, TensorOptions how) {
        Given.notNull("key", key);
        Given.notNull("options", how);
        return DjlArrays.put(entries, options.pieceLimit, key, arrays, how);
    }

    /**
     * Stores tensors that no engine holds. Needs no engine.
     *
     * @param key the attributes of the entry
     * @param tensors the tensors
     * @return what became of them
     */
    public TensorPut putRaw(TensorKey key, List<RawTensor> tensors) {
        return putRaw(key, tensors, options.defaults);
    }

    /**
     * Stores tensors that no engine holds, in a way of their own. Needs no engine.
     *
     * @param key the attributes of the entry
     * @param tensors the tensors
     * @param how how they are stored, in place of the cache's defaults
     * @return what became of them
     */
    public TensorPut putRaw(TensorKey key, List<RawTensor> tensors, TensorOptions how) {
        Given.notNull("key", key);
        Given.notNull("options", how);
        List<Source> sources =
                Given.notNull("tensors", tensors).stream().map(RawTensor::source).toList();
        return entries.put(key, sources, Origin.NONE, how, 0);
    }

    /**
     * Reads an entry into arrays of the cache's own manager. They are there until they are closed,
     * or the cache is.
     *
     * @param key the attributes of the entry
     * @return the arrays, or empty if it is absent
     * @throws MissingEngineException if no engine is on the class path
     * @throws UnsupportedTensorException if the engine has no arrays of a type
     */
    public Optional<NDList> get(TensorKey key) {
        Optional<Head> head = entries.find(key);
        if (head.isEmpty()) {
            entries.count(false);
            return Optional.empty();
        }
        return DjlArrays.get(entries, options.pieceLimit, head.get(), manager.of(head.get()));
    }

    /**
     * Reads an entry into arrays of a manager, on its device.
     *
     * @param key the attributes of the entry
     * @param manager the manager that owns the arrays
     * @return the arrays, or empty if it is absent
     * @throws UnsupportedTensorException if the manager's engine has no arrays of a type
     */
    public Optional<NDList> get(TensorKey key, NDManager manager) {
        Given.notNull("manager", manager);
        Optional<Head> head = entries.find(key);
        if (head.isEmpty()) {
            entries.count(false);
            return Optional.empty();
        }
        return DjlArrays.get(entries, options.pieceLimit, head.get(), manager);
    }

    /**
     * Stores all parameters of a block by their names, with the flags that say which are trained.
     * They are stored exactly: {@link Narrowing#ROUNDED} counts as {@link Narrowing#EXACT}.
     *
     * @param key the attributes of the entry
     * @param block the block, initialized
     * @return what became of them
     * @throws UnsupportedTensorException if the block's engine does not show its parameters, or one
     *     has no value
     */
    public TensorPut putParameters(TensorKey key, Block block) {
        Given.notNull("key", key);
        TensorOptions exact = options.defaults.exact();
        return DjlArrays.putParameters(entries, options.pieceLimit, key, block, exact);
    }

    /**
     * Restores the parameters of a block, and the flags that say which are trained. A block without
     * parameter values is initialized first, with the input shapes of the stored one. Nothing is
     * changed unless names, types and shapes are those of the block, and the fingerprint of what
     * was read is that of what was stored.
     *
     * @param key the attributes of the entry
     * @param block the block, built as the stored one was
     * @param manager the manager of parameters that the block does not have yet
     * @return false if the entry is absent
     * @throws ParametersMismatchException if the block has other parameters
     */
    public boolean restoreParameters(TensorKey key, Block block, NDManager manager) {
        Given.notNull("manager", manager);
        Optional<Head> head = entries.find(key);
        if (head.isEmpty()) {
            entries.count(false);
            return false;
        }
        return DjlArrays.restoreParameters(entries, options.pieceLimit, head.get(), block, manager);
    }

    /**
     * Compares arrays with what the cache gave back.
     *
     * @param original the arrays that were put
     * @param cached the arrays that were got
     * @param tolerance the largest absolute difference of two numbers that is none
     * @return what differs: names, types, shapes, and the largest differences
     * @throws UnsupportedTensorException if an array is of a type that cannot be stored
     */
    public static TensorComparison validate(NDList original, NDList cached, double tolerance) {
        return DjlArrays.compare(
                Given.notNull("original", original), Given.notNull("cached", cached), tolerance);
    }

    /**
     * Compares tensors that no engine holds. Needs no engine.
     *
     * @param original the tensors that were put
     * @param cached the tensors that were read
     * @param tolerance the largest absolute difference of two numbers that is none
     * @return what differs: names, types, shapes, and the largest differences
     */
    public static TensorComparison validateRaw(
            List<RawTensor> original, List<RawTensor> cached, double tolerance) {
        return new Comparison(tolerance)
                .of(
                        original.stream().map(RawTensor::source).toList(),
                        cached.stream().map(RawTensor::source).toList());
    }

    /**
     * Reads an entry as bytes. Needs no engine.
     *
     * @param key the attributes of the entry
     * @return the tensors, or empty if it is absent
     * @throws UnsupportedTensorException if one has more than 2^31 - 1 bytes
     */
    public Optional<List<RawTensor>> read(TensorKey key) {
        Optional<List<RawTensor>> tensors =
                entries.find(key).flatMap(head -> RawReader.read(entries, head));
        entries.count(tensors.isPresent());
        return tensors;
    }

    /**
     * Tells whether an entry is there, without reading its tensors. Needs no engine.
     *
     * @param key the attributes of the entry
     * @return true if it is
     */
    public boolean contains(TensorKey key) {
        return entries.find(key).isPresent();
    }

    /**
     * Returns what is known of an entry, without reading its tensors. Needs no engine.
     *
     * @param key the attributes of the entry
     * @return the entry, or empty if it is absent
     */
    public Optional<TensorEntry> entry(TensorKey key) {
        return entries.find(key).map(TensorEntry::new);
    }

    /**
     * Returns all entries, in the order of their attributes' text. It reads the keys of all rows,
     * and no tensor. Needs no engine.
     *
     * @return the entries; those that are damaged, expired or removed are not among them
     */
    public List<TensorEntry> list() {
        return entries.list().stream().map(TensorEntry::new).toList();
    }

    /**
     * Removes an entry. Its room on disk is free after {@link #trim}. Needs no engine.
     *
     * @param key the attributes of the entry
     * @return false if it was absent
     * @throws TensorNotStoredException if this cache may not write
     */
    public boolean remove(TensorKey key) {
        return entries.remove(key);
    }

    /**
     * Frees the room on disk of entries that were removed, replaced or have expired. It reads the
     * keys of all rows, and writes files anew that have such entries. A reader that began with an
     * older version of an entry meanwhile may find it absent. What a crash left of a put that did
     * not end stays. Needs no engine.
     *
     * @return what became of the files
     * @throws io.github.djlcachex.row.CacheIoException if a file cannot be written, or this cache
     *     may not write
     */
    public HygieneReport trim() {
        return entries.trim();
    }

    /**
     * Returns what the rows take on disk and in the queue to it, those of removed and replaced
     * entries too: what {@link TensorCacheBuilder#optMaxBytes} limits.
     *
     * @return the size in bytes
     */
    public long usedBytes() {
        return entries.usedBytes();
    }

    /**
     * Waits until everything that was put before is on disk, or was lost.
     *
     * @return what was written and what was not
     */
    public FlushReport flush() {
        return cache.flush();
    }

    /**
     * Takes up what other processes stored. It happens by itself some seconds after a miss.
     *
     * @return the number of files that are new
     */
    public int refresh() {
        return cache.refresh();
    }

    /**
     * Returns the counters of this cache.
     *
     * @return the counters at this instant
     */
    public TensorCacheStats stats() {
        return entries.stats();
    }

    /**
     * Returns the cache of rows below, for its statistics, {@code verify} and {@code repair}. It is
     * closed with this cache.
     *
     * @return the cache
     */
    public FeatureCache rows() {
        return cache;
    }

    /**
     * Waits until everything is on disk, and closes the cache and the arrays that its own manager
     * made.
     */
    @Override
    public void close() {
        try {
            manager.close();
        } finally {
            cache.close();
        }
    }
}
