package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.RowCopy;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowShapes;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A SnapshotScan reads the chosen rows of one segment file in their order, batch by batch, each row
 * held against its checksum. For one thread.
 *
 * <p>Two batches of the same size are in the same memory.
 */
public final class SnapshotScan implements Closeable {

    /** The rows that are right, with their numbers in the file and the checksums stored there. */
    private static final class Read {
        final int[] rows;
        final int[] crcs;
        final RowBatch batch;

        Read(int[] rows, int[] crcs, RowBatch batch) {
            this.rows = rows;
            this.crcs = crcs;
            this.batch = batch;
        }

        Read without(BitSet bad) {
            int[] right = IntStream.range(0, rows.length).filter(i -> !bad.get(i)).toArray();
            return new Read(select(rows, right), select(crcs, right), batch.select(right));
        }

        private static int[] select(int[] values, int[] positions) {
            return Arrays.stream(positions).map(i -> values[i]).toArray();
        }
    }

    private final SnapshotFile origin;
    private final SegmentFile file;
    private final Keys keys;
    private final ScanPlan plan;
    private final @Nullable Narrowing narrowing;
    private Scratch scratch = new Scratch(0);
    private @Nullable RowBatch memory;
    private @Nullable Read read;
    private long damaged;
    private boolean closed;

    SnapshotScan(SnapshotFile origin, SegmentFile.Opened opened, @Nullable Narrowing narrowing)
            throws IOException {
        this.origin = origin;
        this.file = opened.file();
        this.keys = opened.keys();
        this.narrowing = narrowing;
        this.plan = new ScanPlan(opened, origin.chosen(), narrowing);
    }

    /**
     * Reads the next batch that has a right row; returns false if there is none.
     *
     * @throws CorruptFileException if the file was truncated
     * @throws CacheIoException if it cannot be read now
     */
    public boolean next() {
        read = null;
        if (closed) {
            throw origin.unreadable(new IOException("the reader was closed"));
        }
        try {
            while (!plan.isAtEnd()) {
                Read next = read(plan.next());
                if (next.rows.length > 0) {
                    read = next;
                    return true;
                }
            }
            return false;
        } catch (EOFException e) {
            throw origin.corrupt("its end too early", e);
        } catch (IOException e) {
            throw origin.unreadable(e);
        }
    }

    private Read current() {
        Read current = read;
        if (current == null) {
            throw new IllegalStateException("there is no batch: next() returned no true before");
        }
        return current;
    }

    /** The keys of the batch. */
    public Keys keys() {
        return keys.select(current().rows);
    }

    /** The rows of the batch. */
    public RowBatch rows() {
        return current().batch;
    }

    /** The checksum that is stored with a row of the batch. */
    public int checksum(int row) {
        return current().crcs[row];
    }

    /** The rows so far that are not what was written. */
    public long damagedRows() {
        return damaged;
    }

    private Read read(ScanPlan.Batch planned) throws IOException {
        Narrowing conversion = narrowing;
        RowShapes shapes = planned.shapes;
        RowBatch rows = room(conversion == null ? shapes : conversion.servedShapes(shapes));
        Read next = new Read(planned.rows, new int[planned.rows.length], rows);
        BitSet bad = conversion == null ? copy(next, rows) : copyAndWiden(conversion, shapes, next);
        damaged += bad.cardinality();
        return bad.isEmpty() ? next : next.without(bad);
    }

    private RowBatch room(RowShapes shapes) {
        RowBatch present = memory;
        boolean fits =
                present != null && !shapes.schema().isVariable() && present.rows() == shapes.rows();
        RowBatch room = fits && present != null ? present : RowBatch.allocateOnHeap(shapes);
        memory = room;
        return room;
    }

    private BitSet copyAndWiden(Narrowing conversion, RowShapes found, Read next)
            throws IOException {
        RowShapes shapes =
                conversion.isSparse() ? conversion.storedShapes(next.batch.shapes(), found) : found;
        Scratch free = scratchFor(conversion.scratchBytes(shapes));
        RowBatch stored = conversion.room(next.batch, shapes, free);
        BitSet bad = copy(next, stored);
        bad.or(conversion.illegal(stored, bad));
        conversion.widen(stored, bad, next.batch, free);
        return bad;
    }

    private Scratch scratchFor(long bytes) {
        if (scratch.capacity() < bytes) {
            scratch = new Scratch(Math.toIntExact(bytes));
        }
        scratch.clear();
        return scratch;
    }

    /** Copies rows, and returns those that are not what was written. */
    private BitSet copy(Read next, RowBatch into) throws IOException {
        BitSet bad = new BitSet();
        RowCrc crc = new RowCrc(into);
        for (int i = 0; i < next.rows.length; i++) {
            int row = next.rows[i];
            RowCopy copied = file.copyRow(row, into, i);
            next.crcs[i] = file.storedCrc(row);
            boolean right =
                    copied == RowCopy.COPIED
                            && next.crcs[i] == crc.of(keys, row, i)
                            && file.hasRightDimensions(row);
            bad.set(i, !right);
        }
        return bad;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        read = null;
        memory = null;
        file.close();
    }
}
