package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.io.FileStorage;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.segment.ChunkPool;
import io.github.djlcachex.segment.Contract;
import io.github.djlcachex.segment.ContractFile;
import io.github.djlcachex.segment.OpenSegment;
import io.github.djlcachex.segment.WriterId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** What becomes of the memory of written segments. */
class AppenderTest {

    @TempDir Path directory;

    private final CacheOptions options = new CacheOptions(Map.of());
    private final FlushQueue queue = new FlushQueue(options);
    private final ChunkPool pool = new ChunkPool(1 << 20);

    private OpenSegment segment() {
        Contract contract = new Contract("m", "", KeyType.INT64, Caches.ROWS.schema(), 0);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 1000, 0, pool);
        segment.append(Keys.of(1), Caches.ROWS.batch(Keys.of(1)), 0, 0);
        return segment;
    }

    private Appender appender() {
        SourceTable sources = new SourceTable();
        StorePaths paths = Caches.paths(directory);
        ContractFile contract =
                new ContractFile(new FileStorage(), paths.generation(), WriterId.draw());
        Generation generation =
                new Generation(paths, Caches.MODULE, "", contract, sources, 1 << 20);
        return new Appender(options, new Rows(generation, sources), sources, queue, pool);
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
