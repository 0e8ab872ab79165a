package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.OpenSegment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** What becomes of the memory of written segments. */
class AppenderTest {

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
}
