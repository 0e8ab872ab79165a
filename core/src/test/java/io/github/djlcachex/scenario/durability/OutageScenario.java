package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** OutageScenario is a generation of many segments on a storage that can fail for a while. */
abstract class OutageScenario {

    static final int ROWS = 1000;
    static final int SEGMENT_ROWS = 50;
    static final Set<Op> READING = EnumSet.of(Op.OPEN, Op.READ, Op.SIZE, Op.MAP, Op.LIST);

    @TempDir Path directory;

    @TempDir Path scratch;

    final FaultyStorage storage = new FaultyStorage();

    FeatureCacheBuilder builder(ReadMode mode) {
        return Caches.at(directory, storage)
                .maintenance(MaintenanceMode.MANUAL) // the tests damage file after file
                .readMode(mode)
                .indexSnapshotRows(ROWS)
                .segmentRows(SEGMENT_ROWS)
                .refreshInterval(Duration.ofMillis(1));
    }

    static Stream<Arguments> kinds() {
        return Arrays.stream(ReadMode.values())
                .flatMap(
                        mode ->
                                Arrays.stream(KeyType.values())
                                        .map(type -> Arguments.of(mode, type)));
    }

    Keys write(KeyType type) throws IOException {
        Keys keys = ExpectedRows.keys(type, 0, ROWS);
        try (FeatureCache cache = builder(ReadMode.POSITIONAL).open()) {
            Caches.putAndFlush(cache, keys);
        }
        assertThat(Caches.paths(directory).snapshot()).isRegularFile();
        return keys;
    }

    /** Lets all operations of some kinds fail on the files of a suffix. */
    void fail(Set<Op> operations, String suffix) {
        storage.rule(
                (op, file) -> {
                    if (operations.contains(op) && file.toString().endsWith(suffix)) {
                        throw new IOException("injected: Input/output error");
                    }
                });
    }

    /** Whatever was put meanwhile, each key is in the files once. */
    void checkEachRowIsStoredOnce(Keys keys) throws IOException {
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            long rows = cache.segments().stream().mapToLong(SegmentInfo::rows).sum();
            assertThat(rows).as("rows in segments").isEqualTo(keys.size());
            Caches.assertAllRight(cache, keys);
        }
    }

    /** What a training does with a batch: it computes what it does not find. */
    static void forward(FeatureCache cache, Keys keys) {
        if (Caches.rightHits(cache, keys) < keys.size()) {
            Caches.put(cache, keys);
        }
    }

    long opened() {
        return storage.filesOf(Op.OPEN).stream().filter(name -> name.endsWith(".arrow")).count();
    }
}
