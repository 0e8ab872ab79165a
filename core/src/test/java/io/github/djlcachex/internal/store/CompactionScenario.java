package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A store whose files are compacted, and what the tests ask of it. */
abstract class CompactionScenario {

    static final int ROWS = 400;

    @TempDir Path directory;

    static Map<StoreOption, Object> options(ReadMode mode) {
        Map<StoreOption, Object> options = new HashMap<>();
        options.put(StoreOption.READ_MODE, mode);
        options.put(StoreOption.SEGMENT_ROWS, 50L);
        options.put(StoreOption.INDEX_SNAPSHOT_ROWS, 0L);
        options.put(StoreOption.MEMORY_TIER_BYTES, 0L);
        options.put(StoreOption.REFRESH_INTERVAL_MS, 0L);
        options.put(StoreOption.MAINTENANCE, MaintenanceMode.MANUAL);
        return options;
    }

    List<Path> segments() throws IOException {
        return TestFiles.below(Caches.paths(directory).segments(), ".arrow");
    }

    Store writable(ReadMode mode) throws IOException {
        Store store = Caches.separate(directory, options(mode));
        store.becomeWritable();
        return store;
    }

    List<Path> write(Keys keys, Store store) throws IOException {
        Caches.put(store, keys);
        assertThat(store.flush()).isTrue();
        return segments();
    }

    static Lineage lineage(Path file) throws IOException {
        try (SegmentFile opened =
                SegmentFile.open(new FileStorage(), file, Verifier.nameOf(file), false).file()) {
            return opened.lineage();
        }
    }
}
