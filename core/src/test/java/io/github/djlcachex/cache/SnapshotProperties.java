package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Arbitraries;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** After any calls of two writers a snapshot has the keys of the cache, each with its row. */
class SnapshotProperties {

    /** What a writer does. */
    enum Call {
        PUT,
        PUT_BY_THE_OTHER,
        FLUSH,
        FLUSH_THE_OTHER,
        REFRESH,
        REMOVE,
        REPLACE,
        COMPACT,
        REOPEN
    }

    /** A call, with the numbers of its keys in the pool and the version of its rows. */
    record Step(Call call, List<Integer> keys, long version) {}

    @Provide
    Arbitrary<RowSchema> schemas() {
        return Arbitraries.schemas();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<List<Integer>> keys =
                net.jqwik.api.Arbitraries.integers()
                        .between(0, Arbitraries.KEY_POOL - 1)
                        .list()
                        .ofMaxSize(20);
        return Combinators.combine(
                        net.jqwik.api.Arbitraries.of(Call.class),
                        keys,
                        net.jqwik.api.Arbitraries.longs())
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void snapshot_afterAnyCalls_hasTheRowsThatGatherGives(
            @ForAll KeyType keyType,
            @ForAll("schemas") RowSchema schema,
            @ForAll("steps") List<Step> steps)
            throws IOException {
        // jqwik's engine knows no @TempDir
        Path directory = Files.createTempDirectory("djlcachex-snapshots");
        try (Writers writers = new Writers(directory, keyType, schema)) {
            for (Step step : steps) {
                writers.run(step);
            }
            writers.check();
        } finally {
            TestFiles.deleteAll(directory);
        }
    }

    /** A cache, and a store that another process might have. */
    private static final class Writers implements AutoCloseable {
        private final Path directory;
        private final KeyType keyType;
        private final RowSchema schema;
        private FeatureCache cache;
        private final Store other;

        Writers(Path directory, KeyType keyType, RowSchema schema) throws IOException {
            this.directory = directory;
            this.keyType = keyType;
            this.schema = schema;
            this.cache = open();
            this.other = Caches.separate(directory, Map.of(StoreOption.REFRESH_INTERVAL_MS, 0L));
        }

        private FeatureCache open() {
            return Caches.at(directory)
                    .segmentRows(7)
                    .durability(Durability.OS)
                    .maintenance(MaintenanceMode.MANUAL)
                    .indexSnapshotRows(20)
                    .open();
        }

        void run(Step step) {
            Keys keys = Arbitraries.pooled(keyType, step.keys);
            TestRows rows = new TestRows(schema, step.version);
            switch (step.call) {
                case PUT -> cache.put(keys, rows.batch(keys));
                case PUT_BY_THE_OTHER -> other.put(keys, rows.batch(keys));
                case FLUSH -> cache.flush();
                case FLUSH_THE_OTHER -> other.flush();
                case REFRESH -> cache.refresh();
                case REMOVE -> cache.remove(keys);
                case REPLACE -> cache.replace(keys, rows.batch(keys));
                case COMPACT -> cache.compact();
                case REOPEN -> {
                    cache.close();
                    cache = open();
                }
            }
        }

        /** What waits in memory is flushed first: the keys of a cache have it, a snapshot not. */
        void check() {
            cache.flush();
            other.flush();
            cache.refresh();
            CacheSnapshot snapshot = cache.snapshot();
            SnapshotRows rows = SnapshotRows.of(snapshot);
            assertThat(rows.damaged()).isZero();
            rows.assertEqual(cache, cache.keys());
            assertThat(snapshot.rows()).isEqualTo(cache.rowCount());
            Keys pool = Arbitraries.pooled(keyType, Arbitraries.wholePool());
            if (snapshot.keyType().isPresent()) {
                SnapshotRows.of(snapshot.select(pool)).assertEqual(cache, cache.keys());
            }
        }

        @Override
        public void close() {
            Caches.close(other);
            cache.close();
        }
    }
}
