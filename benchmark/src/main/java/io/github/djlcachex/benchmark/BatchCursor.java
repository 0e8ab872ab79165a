package io.github.djlcachex.benchmark;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

import java.nio.ByteBuffer;
import java.util.Random;

/** One thread's way through batches that were drawn before, and the memory that it reads into. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class BatchCursor {

    private static final int POSITIONS = 1 << 17;

    private int[][] rows;
    private Keys[] keys;
    private RowBatch into;
    private ByteBuffer room = ByteBuffer.allocateDirect(0);
    private int current;

    /** Creates a cursor; JMH fills it. */
    public BatchCursor() {}

    /**
     * Draws the batches.
     *
     * @param plan what is read
     * @param thread the thread, each with other batches
     */
    @Setup(Level.Trial)
    public void draw(ReadPlan plan, ThreadParams thread) {
        Random random = new Random(thread.getThreadIndex());
        rows = new int[Math.max(4, POSITIONS / plan.batchRows)][];
        keys = new Keys[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int first = (int) ((long) i * plan.batchRows % (plan.rows() - plan.batchRows + 1));
            rows[i] =
                    plan.order == ReadPlan.Order.RANDOM
                            ? random.ints(plan.batchRows, 0, plan.rows()).toArray()
                            : BenchmarkRows.range(first, plan.batchRows);
            keys[i] = BenchmarkRows.keys(plan.keyType, rows[i]);
        }
        into = RowBatch.allocate(BenchmarkRows.schema(plan.rowBytes), plan.batchRows);
    }

    /** Goes to the next batch, and after the last to the first. */
    void advance() {
        current = current + 1 == rows.length ? 0 : current + 1;
    }

    int[] rows() {
        return rows[current];
    }

    Keys keys() {
        return keys[current];
    }

    RowBatch into() {
        return into;
    }

    /** Memory of some size, the same one for each batch. */
    ByteBuffer room(int bytes) {
        if (room.capacity() < bytes) {
            room = ByteBuffer.allocateDirect(2 * bytes);
        }
        return room.slice(0, bytes);
    }
}
