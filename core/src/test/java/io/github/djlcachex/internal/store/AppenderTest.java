package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** When the open segment is sealed, and what becomes of the memory of written ones. */
class AppenderTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir Path directory;

    private final FlushQueue queue = new FlushQueue(new StoreOptions(Map.of()));
    private final ChunkPool pool = new ChunkPool(1 << 20);

    private OpenSegment segment() {
        return Caches.segmentOfOneRow(pool);
    }

    private Appender appender() {
        return Caches.appender(directory, new SourceTable(), queue, pool);
    }

    @Test
    void sealIfDue_nothingWaits_letsThePoolGo() {
        segment().recycle();
        assertThat(pool.bytes()).isPositive();
        appender().sealIfDue();
        assertThat(pool.bytes()).isZero();
    }

    @Test
    void sealIfDue_aSegmentWaits_keepsThePool() {
        segment().recycle();
        queue.add(new FlushQueue.Job(segment(), 0));
        segment().recycle();
        long kept = pool.bytes();
        appender().sealIfDue();
        assertThat(pool.bytes()).isEqualTo(kept).isPositive();
    }

    /** An appender with rows that nobody writes, and the time. */
    private final class Rows {
        final SourceTable sources = new SourceTable();
        final Generation generation = Caches.generation(directory, sources);
        final Appender appender = Caches.appender(generation, sources, queue, pool, () -> nowNanos);
        long next;

        void put(int count) {
            Keys keys = TestRows.range(next, next + count);
            Generation.State state = generation.provisional(KeyType.INT64, Caches.ROWS.schema());
            assertThat(appender.append(state, keys, Caches.ROWS.batch(keys)).stored())
                    .isEqualTo(count);
            next += count;
        }

        /** Lets time pass, and tells whether the segment is sealed then. */
        boolean isSealedAfter(double seconds) {
            nowNanos += (long) (seconds * SECOND);
            appender.sealIfDue();
            return appender.openRows() == 0;
        }
    }

    private long nowNanos = 7 * SECOND;

    @Test
    void sealIfDue_noRowCameForAWhile_sealsASmallSegment() {
        Rows rows = new Rows();
        rows.put(5);
        assertThat(rows.isSealedAfter(2.9)).isFalse();
        rows.put(1);
        assertThat(rows.isSealedAfter(2.9)).isFalse();
        assertThat(rows.isSealedAfter(0.1)).isTrue();
        assertThat(queue.pendingRows()).isEqualTo(6);
    }

    @Test
    void sealIfDue_whileItWaits_saysWhenToAskAgain() {
        Rows rows = new Rows();
        rows.put(1);
        assertThat(rows.appender.sealIfDue()).isBetween(2_900L, 3_001L);
        rows.isSealedAfter(1);
        assertThat(rows.appender.sealIfDue()).isBetween(1_900L, 2_001L);
    }

    @Test
    void startFlush_rowsWait_hasTheFlusherSealThemOnce() {
        Rows rows = new Rows();
        rows.appender.startFlush(); // of nothing
        rows.put(5);
        assertThat(rows.isSealedAfter(0)).isFalse();
        rows.appender.startFlush();
        assertThat(rows.appender.openRows()).as("the caller seals nothing").isEqualTo(5);
        assertThat(rows.isSealedAfter(0)).isTrue();
        rows.put(1);
        assertThat(rows.isSealedAfter(0)).isFalse();
    }

    @Test
    void startFlush_anotherFlushComesFirst_leavesLaterRowsOpen() {
        Rows rows = new Rows();
        rows.put(5);
        rows.appender.startFlush();
        rows.appender.sealAll(0);
        rows.put(1);
        assertThat(rows.isSealedAfter(0)).isFalse();
    }

    @Test
    void computeTime_reachesAThirdOfTheDelay_isAFlush() {
        Rows rows = new Rows();
        for (int batch = 0; batch < 9; batch++) {
            rows.appender.computeTime().begin();
            nowNanos += SECOND;
            rows.put(1);
            rows.appender.computeTime().end();
            assertThat(rows.isSealedAfter(0)).isFalse();
        }
        rows.appender.computeTime().begin();
        nowNanos += SECOND;
        rows.put(1);
        rows.appender.computeTime().end();
        assertThat(rows.isSealedAfter(0)).isTrue();
    }
}
