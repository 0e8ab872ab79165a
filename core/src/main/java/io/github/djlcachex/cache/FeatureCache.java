package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.FlushReporter;
import io.github.djlcachex.internal.store.OpenStores;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.WriterPolicy;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A FeatureCache stores rows by key, in memory and in the segment files of one directory.
 *
 * <pre>{@code
 * try (FeatureCache cache =
 *         FeatureCache.builder().directory(directory).moduleId("minilm").open()) {
 *     train(cache.computeMissing("a text", text -> compute(text))); // computed if missing
 * } // the row is on disk now
 * }</pre>
 *
 * <p>An id is a string or a {@code long}, and names its row for good. A row is a {@code float[]}
 * here; {@link #put(Keys, RowBatch)} and {@link #gather} store and read batches of rows of any
 * number of columns and types, from and into buffers of the caller.
 *
 * <p>All rows of one module id and fingerprint, its generation, have the same columns and the same
 * type of keys, fixed by the first {@code put}. A row is readable from the moment {@code put}
 * returns, and on disk when {@link #flush} or {@link #close} has said so. Other processes see it
 * after that and a refresh. Any number of processes may open, read and write one directory.
 *
 * <p>Caches that one JVM opens on one generation share their memory, index and files. Each is
 * closed by who opened it; the last one closes what is shared. After {@link #close} every method
 * but those that tell its state throws {@link CacheClosedException}. Safe for use by many threads.
 */
public final class FeatureCache extends HygieneDoors implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

    private final Path cacheDirectory;
    private final StorePaths paths;
    private final String moduleId;
    private final String fingerprint;
    private final WriterPolicy policy;
    private final Store store;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final FlushReporter reporter;
    private final CacheProblems problems;

    FeatureCache(
            Path cacheDirectory,
            StorePaths paths,
            String moduleId,
            String fingerprint,
            WriterPolicy policy,
            Store store) {
        this.cacheDirectory = cacheDirectory;
        this.paths = paths;
        this.moduleId = moduleId;
        this.fingerprint = fingerprint;
        this.policy = policy;
        this.store = store;
        this.reporter = store.newReporter();
        this.problems = new CacheProblems(cacheDirectory, paths.generation(), moduleId, policy);
    }

    /**
     * Returns a builder.
     *
     * @return the builder
     */
    public static FeatureCacheBuilder builder() {
        return new FeatureCacheBuilder();
    }

    /**
     * Returns a builder that has the directory, the module id and the fingerprint of a generation,
     * for tools that open what {@link CacheDirectory#generations} lists.
     *
     * @param generation the generation
     * @return the builder, for all other options
     * @throws io.github.djlcachex.row.InvalidOptionException if it is null
     * @throws io.github.djlcachex.row.UnsupportedFormatException if a newer version wrote it, so
     *     that its module id is not known
     * @throws CorruptFileException if neither a contract nor a segment tells its module id
     */
    public static FeatureCacheBuilder builder(GenerationInfo generation) {
        return OptionRules.once("generation", null, generation).builder();
    }

    /**
     * Copies the rows of some keys into a batch, each to the position of its key. Other threads of
     * the cache may write to the batch too, until this returns or throws.
     *
     * @param keys the keys; one may occur more than once
     * @param into the batch to fill, of this cache's schema and as many rows as keys; in a variable
     *     column with room for just the {@link #shapes} of the rows
     * @return how many were found, and the positions of the others
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws SchemaMismatchException if the batch has other columns than the generation
     * @throws InvalidRowsException if the batch has another number of rows, or a read-only buffer
     */
    @Override
    public GatherResult gather(Keys keys, RowBatch into) {
        openStore();
        BatchChecks.sameSize(keys, into);
        BatchChecks.writable(into);
        int[] missing = store.gather(keys, into);
        return new GatherResult(keys.size() - missing.length, missing);
    }

    /**
     * Stores rows whose keys are not there yet. A key that is there, or that came before in the
     * batch, is a duplicate: it is ignored and counted. The bytes are copied. A failure to write
     * them later is never thrown: it is counted, logged once, and reported by {@link #flush}.
     *
     * @param keys the keys
     * @param rows the rows, one a key
     * @return how many rows were stored, duplicates and declined
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws SchemaMismatchException if the generation has other columns
     * @throws InvalidRowsException if the batch is of another size than the keys, or a text is not
     *     well-formed UTF-8
     */
    @Override
    public PutResult put(Keys keys, RowBatch rows) {
        openStore();
        BatchChecks.sameSize(keys, rows);
        BatchChecks.wellFormed(rows);
        if (policy.isWritable()) {
            return new PutResult(store.put(keys, rows));
        }
        problems.warnOfDeclinedRows();
        return new PutResult(store.keepInMemory(keys, rows));
    }

    @Override
    public Optional<RowShapes> shapes(Keys keys) {
        return openStore().shapes(keys);
    }

    @Override
    public int[] missing(Keys keys) {
        return openStore().missing(keys);
    }

    /**
     * Returns all keys that have a stored row, in no particular order. Reads the key buffers of
     * every segment, and takes 8 bytes a key, or more for strings.
     *
     * @return the keys; empty integer keys if nothing was ever stored
     * @throws CacheIoException if a segment cannot be read
     * @throws CorruptFileException if the keys of a segment were damaged since it was opened
     */
    @Override
    public Keys keys() {
        return problems.reading(openStore()::keys);
    }

    /**
     * Returns the number of distinct keys that have a stored row. A row that was found damaged
     * counts; it is stored again when it is computed again.
     *
     * @return the number of rows
     */
    public long rowCount() {
        return openStore().rowCount();
    }

    /**
     * Returns the committed segment files that this process knows, by name.
     *
     * @return the segments
     */
    public List<SegmentInfo> segments() {
        return openStore().segments().stream().map(SegmentInfo::new).toList();
    }

    /**
     * Waits until every row that was accepted before this call is on disk, or was lost.
     *
     * @return what was written and what was not since this cache's last report
     */
    public FlushReport flush() {
        boolean settled = openStore().flush();
        return new FlushReport(reporter.report(settled ? 0 : store.pendingRows()));
    }

    /**
     * Has the rows that were put so far written, and does not wait: for the end of an epoch, or
     * before a pause. Does nothing if no row waits in memory. {@link #flush} waits, and tells what
     * became of them.
     */
    public void startFlush() {
        openStore().startFlush();
    }

    /**
     * Lists the directory and adds the segments of other writers. Segments that were there and are
     * not listed now, nor at the next refresh, are let go of: their rows are read from other
     * copies, or are misses. A background thread does the same some seconds after a miss, and every
     * ten minutes.
     *
     * @return the number of segments added
     * @throws CacheIoException if the directory cannot be read
     */
    public int refresh() {
        return problems.reading(openStore()::refresh);
    }

    /**
     * Lists the directory as {@link #refresh} does, and returns the rows that are committed at this
     * instant, for readers of all of them: exports, or tasks in other processes. Rows that wait in
     * memory are not part of it, nor are removed and expired ones: flush before.
     *
     * <p>It reads the keys of those files alone whose rows other files have too, or some of whose
     * rows were removed.
     *
     * @return the rows, each key once
     * @throws CacheIoException if the directory or a file cannot be read
     */
    public CacheSnapshot snapshot() {
        return new CacheSnapshot(this, problems.reading(openStore()::snapshot));
    }

    /**
     * Returns a note: a short text that is kept beside the rows of this generation. A note is a
     * hint. One that is damaged, or not this generation's, is none, with one warning.
     *
     * @param name the name of the note, one line of at most 1024 bytes of UTF-8
     * @return the text, or empty if there is none
     * @throws io.github.djlcachex.row.InvalidOptionException if the name is blank, too long, or not
     *     well-formed Unicode
     */
    public Optional<String> note(String name) {
        return openStore().notes().read(name);
    }

    /**
     * Keeps a note beside the rows of this generation, in place of one of that name, for all
     * processes that open it later. Of two writers the last wins. A cache that may not write keeps
     * nothing, and a failure to write is one warning. {@link #clear} deletes the notes.
     *
     * @param name the name of the note, one line of at most 1024 bytes of UTF-8
     * @param text the text, at most 64 KiB of UTF-8
     * @throws io.github.djlcachex.row.InvalidOptionException if the name is blank, or one of both
     *     is too long or not well-formed Unicode
     */
    public void putNote(String name, String text) {
        openStore();
        if (policy.isWritable()) {
            store.notes().write(name, text);
        }
    }

    /**
     * Returns the counters of the store that this cache shares with others of this JVM.
     *
     * @return the counters at this instant; also after {@link #close}
     */
    public CacheStats stats() {
        return new CacheStats(store.stats(), store.disk());
    }

    @Override
    public Optional<RowSchema> schema() {
        return openStore().schema();
    }

    /**
     * Returns the type of the keys.
     *
     * @return the type, or empty if nothing was ever stored
     */
    public Optional<KeyType> keyType() {
        return openStore().keyType();
    }

    /**
     * Returns the module id.
     *
     * @return the id that the builder was given
     */
    public String moduleId() {
        return moduleId;
    }

    /**
     * Returns the fingerprint.
     *
     * @return the text that the builder was given; empty if it was given none
     */
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * Returns the directory of this generation.
     *
     * @return the directory, below the one that the builder was given
     */
    @Override
    public Path directory() {
        return paths.generation();
    }

    /**
     * Tells whether this cache may store rows.
     *
     * @return false if it is read-only, another rank is the writer, or the system refuses writes
     */
    public boolean isWritable() {
        return policy.isWritable();
    }

    /**
     * Returns which process of a distributed run this cache belongs to.
     *
     * @return the rank that the builder was given, or else that of the environment
     * @throws io.github.djlcachex.row.InvalidOptionException if a launcher's variable is no integer
     */
    public ProcessRank rank() {
        return new ProcessRank(policy.ranks().rank());
    }

    /**
     * Tells whether this cache was closed, by {@link #close} or at the end of the JVM.
     *
     * @return true if it was
     */
    public boolean isClosed() {
        return closed.get() || store.isClosed();
    }

    /** Closes this cache, as {@link #closeAndReport} does; rows that are not on disk are logged. */
    @Override
    public void close() {
        closeAndReport();
    }

    /**
     * Waits until the accepted rows are on disk, at most as long as {@link
     * FeatureCacheBuilder#closeTimeout}, and closes this cache. A second call does nothing.
     *
     * @return what was written and what was not since this cache's last report
     */
    public FlushReport closeAndReport() {
        if (!closed.compareAndSet(false, true)) {
            return new FlushReport(reporter.report(0));
        }
        OpenStores.release(store);
        runCloseActions();
        FlushReport report = new FlushReport(reporter.report(store.pendingRows()));
        if (!report.isComplete()) {
            logger.warn(
                    "module '{}' in {} was closed with rows that are not on disk: {}",
                    moduleId,
                    cacheDirectory,
                    report);
        }
        return report;
    }

    @Override
    CacheProblems problems() {
        return problems;
    }

    @Override
    Store store() {
        return store;
    }

    @Override
    Store openStore() {
        if (isClosed()) {
            throw problems.closed();
        }
        return store;
    }
}
