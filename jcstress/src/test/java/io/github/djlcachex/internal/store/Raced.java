package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
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
 * What a writer and a reader of the cache share, as in a store: sources, an index, and one row of
 * some numbers. The reader is the cache's own.
 */
final class Raced {

    /** The reader found no row. */
    static final int MISS = 0;

    /** The reader found the row, all of it. */
    static final int WHOLE = 1;

    /** The reader found something else. */
    static final int TORN = 2;

    static final Keys LONG_KEY = Keys.of(5);
    static final Keys STRING_KEY = Keys.of("a key of some length");

    private static final int NUMBERS = 8;
    private static final RowSchema SCHEMA = RowSchema.of(Column.of(ElementType.INT64, NUMBERS));
    private static final StoreOptions OPTIONS =
            new StoreOptions(Map.of(StoreOption.MEMORY_TIER_BYTES, 0L));
    private static final MemoryTier TIER = new MemoryTier(0);
    private static final WriterId WRITER = new WriterId(ProcessIdentity.current(), 1);
    private static final SegmentName NAME = new SegmentName(WRITER, 1);
    private static final Path DIRECTORY = Path.of("/segments");
    private static final RowBatch ROW = rowOf(1);
    private static final RowBatch OTHER_ROW = rowOf(100);

    private final Keys key;
    private final Contract contract;
    private final HeapStorage storage = new HeapStorage();
    private final ChunkPool pool = new ChunkPool(4096);
    final SourceTable sources = new SourceTable();
    final RowIndex index;
    private final GatherContext gatherer;
    private final Generation.State state;

    Raced(Keys key) {
        this.key = key;
        this.contract = new Contract("model", "", key.type(), SCHEMA, 1);
        this.index = RowIndex.create(key.type(), 1, sources);
        StoreCounters counters = new StoreCounters();
        this.gatherer =
                new GatherContext(
                        OPTIONS,
                        sources,
                        counters,
                        new AdaptiveReadMode(true),
                        new RejectedRows(sources, counters, suspect -> {}));
        this.state = new Generation.State(contract, true, index, TIER);
    }

    private static RowBatch rowOf(long first) {
        ByteBuffer bytes = ByteBuffer.allocate(NUMBERS * Long.BYTES);
        RowBatch row = RowBatch.wrap(SCHEMA, 1, bytes.order(ByteOrder.LITTLE_ENDIAN));
        for (int i = 0; first > 0 && i < NUMBERS; i++) {
            row.buffer(0).putLong(i * Long.BYTES, first + i);
        }
        return row;
    }

    OpenSegment newSegment() {
        return new OpenSegment(contract, 4096, 4, 0, pool);
    }

    int append(OpenSegment segment) {
        return segment.append(key, ROW, 0, new RowCrc(ROW).of(key, 0, 0));
    }

    /** Another row, of another key. */
    void appendOther(OpenSegment segment) {
        segment.append(Keys.of(6), OTHER_ROW, 0, new RowCrc(OTHER_ROW).of(Keys.of(6), 0, 0));
    }

    /** A segment with the row. */
    OpenSegment filled() {
        OpenSegment segment = newSegment();
        append(segment);
        return segment;
    }

    void publish(long address) {
        index.put(key, 0, address);
    }

    /** Writes a segment, as the flusher does before it has a file to open. */
    void write(OpenSegment segment) {
        try {
            new SegmentWriter(storage, DIRECTORY, false).commit(segment, NAME, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SegmentFile open() {
        try {
            Path path = DIRECTORY.resolve(NAME.committedFile());
            return SegmentFile.open(storage, path, NAME, true).file();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the cache's reader finds. */
    int read() {
        RowBatch into = rowOf(0);
        if (gatherer.gather(state, key, into).length > 0) {
            return MISS;
        }
        return into.buffer(0).equals(ROW.buffer(0)) ? WHOLE : TORN;
    }
}
