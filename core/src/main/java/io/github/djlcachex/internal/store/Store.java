package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.LenientStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * A generation that is open in this JVM, shared by all its {@link FeatureCache}s: the parts, and
 * how they are put together.
 */
public final class Store {

    private static final Logger logger = LoggerFactory.getLogger(Store.class);

    private final StoreOptions options;
    private final StorePaths paths;
    private final LenientStorage storage;
    private final WriterId writer = WriterId.draw();
    private final StoreCounters counters = new StoreCounters();
    private final FlushTotals flushTotals = new FlushTotals();
    private final SourceTable sources = new SourceTable();
    private final Generation generation;
    private final IndexUpdater rows;
    private final Catalog catalog;
    private final FlushQueue queue;
    private final Appender appender;
    private final FlusherThread flusher;
    private final Maintenance maintenance;
    private final Refresher refresher;
    private final ReadPath reads;
    private final WritePath writes;
    private final ServedRows served;
    private final Notes notes;
    private final Snapshots snapshots;
    private final Upkeep upkeep;
    private final RefusedRows refused;
    private final StorePresence presence;
    private final Agreement agreement;
    private final DeletedDirectories directories;
    private final Housekeeping housekeeping;
    private final String threadSuffix;
    private final ConcurrentMap<Object, Claims> claimed = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Store(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            StoreOptions options,
            Storage given,
            boolean mapping) {
        this.options = options;
        this.paths = paths;
        this.storage = new LenientStorage(given, StorePresence::warnOfUnforcedNames);
        ContractFile contractFile = new ContractFile(storage, paths.generation(), writer);
        this.generation =
                new Generation(
                        paths,
                        moduleId,
                        fingerprint,
                        contractFile,
                        sources,
                        options.memoryTierBytes());
        this.presence = new StorePresence(this, paths, moduleId);
        this.notes = new Notes(storage, paths, writer, options.fsync());
        this.rows = new IndexUpdater(generation, sources);
        Expiry expiry = new Expiry(storage, paths, options.expireAfterWriteMs());
        this.catalog =
                new Catalog(storage, paths, generation, sources, rows, counters, mapping, expiry);
        this.queue = new FlushQueue(options);
        ChunkPool pool = new ChunkPool(options.segmentBytes());
        this.appender = new Appender(options, rows, sources, queue, pool);
        SnapshotGuard guard = new SnapshotGuard(catalog, sources.outage(), appender);
        SegmentWriter segmentWriter = new SegmentWriter(storage, paths.segments(), options.fsync());
        String suffix = "-" + paths.module().getFileName();
        this.threadSuffix = suffix;
        this.maintenance = new Maintenance("djlcachex-maintenance" + suffix);
        this.housekeeping =
                new Housekeeping(
                        storage,
                        paths,
                        options,
                        generation,
                        catalog,
                        expiry,
                        queue,
                        appender,
                        counters,
                        writer,
                        maintenance);
        this.refused = new RefusedRows(generation, maintenance, this::putStored);
        this.directories =
                new DeletedDirectories(
                        "djlcachex-contract" + suffix, storage, paths, housekeeping::restored);
        Flusher segments =
                new Flusher(
                        writer,
                        segmentWriter,
                        catalog,
                        sources,
                        rows,
                        flushTotals,
                        refused,
                        directories::restore,
                        housekeeping.space());
        this.agreement =
                new Agreement(
                        "djlcachex-contract" + suffix,
                        generation,
                        options.synchronousWrites()
                                ? FlushQueue.FOREVER_MS
                                : options.putTimeoutMs(),
                        directories::restore,
                        presence::contractFailed);
        this.flusher =
                FlusherThread.of(suffix, queue, segments, housekeeping::wake, appender, pool);
        this.refresher = new Refresher(maintenance, options.refreshIntervalMs(), catalog);
        AdaptiveReadMode readMode =
                new AdaptiveReadMode(mapping && options.readMode(ReadMode.AUTOMATIC));
        GatherPool.SHARED.allow(options.readHelpers());
        RejectedRows rejected = new RejectedRows(sources, counters, refresher::suspect);
        GatherContext context = new GatherContext(options, sources, counters, readMode, rejected);
        this.reads = new ReadPath(generation, rows.lock(), guard, context, refresher::request);
        this.writes =
                new WritePath(
                        options.synchronousWrites(),
                        generation,
                        sources,
                        counters,
                        agreement,
                        flusher,
                        guard,
                        appender,
                        queue,
                        housekeeping.space());
        this.snapshots = new Snapshots(storage, generation, catalog, sources, guard);
        this.served = new ServedRows(generation, options.storedColumns(), counters, reads, writes);
        Runnable settle = () -> writes.flush(FlushQueue.FOREVER_MS);
        this.upkeep =
                new Upkeep(
                        storage,
                        paths,
                        generation,
                        catalog,
                        sources,
                        options,
                        new Eraser(generation, catalog, rows, notes, settle),
                        new Remover(
                                storage,
                                paths,
                                generation,
                                catalog,
                                rows,
                                sources,
                                refused,
                                settle),
                        housekeeping.compaction(),
                        served);
    }

    /** Opens a generation and reads the keys of the segments that no snapshot covers. */
    static Store open(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            StoreOptions options,
            Storage storage)
            throws IOException {
        Store store =
                new Store(
                        paths,
                        moduleId,
                        fingerprint,
                        options,
                        storage,
                        options.mapsFiles(storage, paths));
        boolean opened = false;
        try {
            store.catalog.refresh();
            store.served.checkOption();
            store.refresher.watch();
            store.housekeeping.opened();
            opened = true;
            store.presence.opened();
            return store;
        } finally {
            if (!opened) {
                store.close(); // some segments may be open already
            }
        }
    }

    /** Takes a first user that writes. */
    void becomeWritable() throws IOException {
        catalog.forceFoundNames();
        storage.forceDirectory(paths.segments()); // of what was found before
        housekeeping.writable();
    }

    StoreOptions options() {
        return options;
    }

    public boolean isClosed() {
        return closed;
    }

    Generation.@Nullable State state() {
        return generation.state();
    }

    /** Copies the rows that are there; returns the positions of the others, ascending. */
    public int[] gather(Keys keys, RowBatch into) {
        return served.gather(keys, into);
    }

    /** The shapes of rows before they are copied; empty until something was stored. */
    public Optional<RowShapes> shapes(Keys keys) {
        return served.shapes(keys);
    }

    /** The positions of the keys that have no row, ascending. */
    public int[] missing(Keys keys) {
        return reads.missingPositions(keys);
    }

    public Keys keys() throws IOException {
        return reads.keys();
    }

    public PutCounts put(Keys keys, RowBatch batch) {
        return served.put(keys, batch);
    }

    private PutCounts putStored(Keys keys, RowBatch batch) {
        return writes.put(keys, batch);
    }

    /** Keeps rows that may not be stored, for this process alone. */
    public PutCounts keepInMemory(Keys keys, RowBatch batch) {
        return served.keepInMemory(keys, batch);
    }

    /** Claims missing rows for the calling thread to compute. */
    public Claims claim(Keys keys, int[] missing) {
        return new Claims(claimed, appender.computeTime(), keys, missing);
    }

    public long rowCount() {
        return rows.count();
    }

    Catalog catalog() {
        return catalog;
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    /** Has the flusher write what was accepted so far, and returns at once. */
    public void startFlush() {
        appender.startFlush();
    }

    /** Waits for ever; false if the store was closed meanwhile. */
    public boolean flush() {
        refused.storeReported();
        boolean settled = flush(FlushQueue.FOREVER_MS);
        refused.markReported();
        return settled;
    }

    /** Waits until every row that was accepted before is written or lost. */
    boolean flush(long timeoutMs) {
        return writes.flush(timeoutMs);
    }

    /** What removes, checks and mends what is on disk. */
    public Upkeep upkeep() {
        return upkeep;
    }

    /** The committed rows, after a look at the directory. */
    public StoreSnapshot snapshot() throws IOException {
        return snapshots.take();
    }

    public Notes notes() {
        return notes;
    }

    public FlushReporter newReporter() {
        return new FlushReporter(flushTotals, storage::leftNamesUnforced);
    }

    public List<SegmentSummary> segments() {
        return catalog.segments();
    }

    /** Takes up the files that are new in the directory; returns how many. */
    public int refresh() throws IOException {
        return catalog.refresh();
    }

    /** The columns, once something was stored. */
    public Optional<RowSchema> schema() {
        return served.schema();
    }

    /**
     * Rows as a gather gives them once they are stored; the batch itself if that is as they are.
     */
    public RowBatch rounded(RowBatch rows) {
        return served.rounded(rows);
    }

    /** The size of a row as it is stored, or 0 before there is one. */
    public long storedRowBytes() {
        return served.storedRowBytes();
    }

    /** The type of the keys, once something was stored. */
    public Optional<KeyType> keyType() {
        return Optional.ofNullable(generation.state()).map(state -> state.contract().keyType());
    }

    public long pendingRows() {
        return writes.pendingRows();
    }

    public StoreStats stats() {
        return counters.snapshot(flushTotals.totals(), writes, catalog, rows.count());
    }

    public DiskLevels disk() {
        return housekeeping.disk();
    }

    /** Flushes as long as it may, and ends the threads. */
    void close() {
        long timeoutMs = options.closeTimeoutMs();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        closed = true;
        if (queue.pendingRows() == 0) { // the queue has room, so this waits for no disk
            refused.storeReported();
        }
        appender.close();
        if (!flush(timeoutMs)) {
            logger.warn(
                    "{} rows were not written within {} ms of close; their writing goes on until"
                            + " the JVM ends",
                    pendingRows(),
                    timeoutMs);
        }
        queue.close();
        flusher.join(LastSteps.leftMs(deadline));
        agreement.join(LastSteps.leftMs(deadline));
        directories.join(LastSteps.leftMs(deadline));
        housekeeping.closeWithin(LastSteps.leftMs(deadline));
        maintenance.stop(LastSteps.leftMs(deadline));
        presence.closed();
        LastSteps.run(
                "djlcachex-closer" + threadSuffix,
                paths.generation(),
                LastSteps.leftMs(deadline),
                () -> {
                    housekeeping.runLast();
                    catalog.close();
                    housekeeping.marks().closed();
                });
        Optional.ofNullable(generation.state()).ifPresent(state -> state.tier().clear());
    }
}
