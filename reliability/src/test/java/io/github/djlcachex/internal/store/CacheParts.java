package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.HeapStorage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/**
 * The parts of a store, put together as it does but on the heap, and without its threads: whoever
 * calls {@link #flush} does the flusher's work.
 *
 * <p>A row's columns all hold one number, so that a row that is half of one and half of another
 * shows.
 */
final class CacheParts {

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Column.of("features", ElementType.INT64, 3),
                    Column.of("label", ElementType.INT64));

    private static final StoreOptions OPTIONS =
            new StoreOptions(
                    Map.of(StoreOption.MEMORY_TIER_BYTES, 0L, StoreOption.SEGMENT_ROWS, 2L));

    private static final StorePaths PATHS = StorePaths.of(Path.of("/cache"), "model", "");
    private static final WriterId WRITER = new WriterId(ProcessIdentity.current(), 1);

    private final Object flushing = new Object();
    private final HeapStorage storage = new HeapStorage();
    private final SourceTable sources = new SourceTable();
    private final Generation.State state;
    private final IndexUpdater rows;
    private final Catalog catalog;
    private final FlushQueue queue = new FlushQueue(OPTIONS);
    private final Appender appender;
    private final Flusher flusher;
    private final GatherContext gatherer;

    CacheParts(Keys firstKeys) {
        ContractFile contract = new ContractFile(storage, PATHS.generation(), WRITER);
        Generation generation = new Generation(PATHS, "model", "", contract, sources, 0);
        StoreCounters counters = new StoreCounters();
        this.state = generation.provisional(firstKeys.type(), SCHEMA);
        this.rows = new IndexUpdater(generation, sources);
        this.catalog =
                new Catalog(
                        storage,
                        PATHS,
                        generation,
                        sources,
                        rows,
                        counters,
                        true,
                        new Expiry(storage, PATHS, 0));
        this.appender = new Appender(OPTIONS, rows, sources, queue, new ChunkPool(1 << 20));
        SegmentWriter writer = new SegmentWriter(storage, PATHS.segments(), false);
        FlushTotals log = new FlushTotals();
        Maintenance none = new Maintenance("none"); // nothing is refused here
        RefusedRows refused =
                new RefusedRows(generation, none, (keys, batch) -> new PutCounts(0, 0, 0));
        this.flusher =
                new Flusher(
                        WRITER,
                        writer,
                        catalog,
                        sources,
                        rows,
                        log,
                        refused,
                        () -> false,
                        Flusher.Room.UNLIMITED);
        this.gatherer =
                new GatherContext(
                        OPTIONS,
                        sources,
                        counters,
                        new AdaptiveReadMode(true),
                        new RejectedRows(sources, counters, suspect -> {}));
    }

    /** Puts a row; true if it was stored, false if the key has one already. */
    boolean put(Keys keys, int position, long number) {
        Keys key = keys.select(new int[] {position});
        RowBatch batch = batch();
        for (int c = 0; c < SCHEMA.columns().size(); c++) {
            for (int at = 0; at < batch.buffer(c).limit(); at += Long.BYTES) {
                batch.buffer(c).putLong(at, number);
            }
        }
        return appender.append(state, key, batch).stored() == 1;
    }

    /** The number in a key's row; 0 if it has none, -1 if the row is torn. */
    long get(Keys keys, int position) {
        RowBatch into = batch();
        if (gatherer.gather(state, keys.select(new int[] {position}), into).length > 0) {
            return 0;
        }
        long number = into.buffer(1).getLong(0);
        boolean torn = false;
        for (int at = 0; at < into.buffer(0).limit(); at += Long.BYTES) {
            torn |= into.buffer(0).getLong(at) != number;
        }
        return torn ? -1 : number;
    }

    /** Seals what is open and commits all that waits. */
    void flush() {
        appender.sealAll(FlushQueue.FOREVER_MS);
        commitAll();
    }

    private void commitAll() {
        synchronized (flushing) {
            for (FlushQueue.Job job = queue.peek(0); job != null; job = queue.peek(0)) {
                boolean written = flusher.write(job);
                queue.finish(written);
                if (!written) {
                    throw new AssertionError("the heap refused a segment");
                }
                job.segment().recycle();
            }
        }
    }

    /** Forgets all rows, as the store does. */
    void clear() {
        synchronized (catalog) {
            rows.lock().lock();
            try {
                flush();
                catalog.deleteAll();
                rows.clear(state.index());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                rows.lock().unlock();
            }
        }
    }

    private static RowBatch batch() {
        ByteBuffer[] buffers = new ByteBuffer[SCHEMA.columns().size()];
        for (int c = 0; c < buffers.length; c++) {
            buffers[c] = ByteBuffer.allocate(SCHEMA.columns().get(c).rowBytes());
            buffers[c].order(ByteOrder.LITTLE_ENDIAN);
        }
        return RowBatch.wrap(SCHEMA, 1, buffers);
    }
}
