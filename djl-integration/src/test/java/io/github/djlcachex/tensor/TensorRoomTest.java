package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FullQueuePolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Puts that are refused: for want of room, or since it is not worth it. */
class TensorRoomTest {

    private static final TensorKey KEY = TensorKey.of("a");

    @TempDir Path directory;

    private TensorCacheBuilder cache() {
        return TensorCache.builder().setDirectory(directory).setName("test");
    }

    private static List<RawTensor> tensors(int bytes) {
        return List.of(
                RawTensor.of(TensorType.INT8, new long[] {bytes}, ByteBuffer.allocate(bytes)));
    }

    private static void assertRefused(TensorCache cache, TensorPut put, PutOutcome outcome) {
        assertThat(put.outcome()).isEqualTo(outcome);
        assertThat(put.isStored()).isFalse();
        assertThat(put.entry()).isEmpty();
        assertThatThrownBy(put::orThrow)
                .isInstanceOf(TensorNotStoredException.class)
                .hasMessageContaining(KEY.text());
        assertThat(cache.rows().rowCount()).isZero(); // nothing half-written
        assertThat(cache.contains(KEY)).isFalse();
        assertThat(cache.stats().refused()).isEqualTo(1);
    }

    @Test
    void put_overTheLimitOfTheCache_isRefused_andThoseBeforeStay() {
        try (TensorCache cache = cache().optMaxBytes(5_000).open()) {
            assertRefused(cache, cache.putRaw(KEY, tensors(5_001)), PutOutcome.CACHE_FULL);
            cache.putRaw(KEY, tensors(3_000)).orThrow();
            assertThat(cache.usedBytes()).isBetween(3_000L, 5_000L);
            assertThat(cache.putRaw(TensorKey.of("b"), tensors(3_000)).outcome())
                    .isEqualTo(PutOutcome.CACHE_FULL);
            cache.remove(KEY);
            assertThat(cache.putRaw(TensorKey.of("b"), tensors(3_000)).outcome())
                    .isEqualTo(PutOutcome.CACHE_FULL); // a removed entry keeps its room
            assertThat(cache.stats().stored()).isEqualTo(1);
        }
    }

    @Test
    void put_withoutRoomOnTheDisk_isRefused() {
        TensorCacheBuilder builder = cache();
        builder.freeDisk = () -> 999;
        try (TensorCache cache = builder.open()) {
            assertRefused(cache, cache.putRaw(KEY, tensors(1_000)), PutOutcome.DISK_FULL);
            cache.putRaw(KEY, tensors(999)).orThrow();
        }
    }

    @Test
    void put_withoutMemory_isRefused() {
        TensorCacheBuilder builder = cache().optThreads(1);
        builder.freeMemory = () -> 1_999;
        try (TensorCache cache = builder.open()) {
            assertRefused(cache, cache.putRaw(KEY, tensors(1_000)), PutOutcome.NO_MEMORY);
            cache.putRaw(KEY, tensors(999)).orThrow();
        }
    }

    @Test
    void put_ofWhatIsNotWorthIt_isRefused() {
        try (TensorCache cache = cache().optMinBytes(100).open()) {
            assertRefused(cache, cache.putRaw(KEY, tensors(99)), PutOutcome.TOO_SMALL);
            cache.putRaw(KEY, tensors(100)).orThrow();
        }
    }

    @Test
    void put_ofWhatIsComputedFast_isRefused() {
        TensorOptions fast = TensorOptions.defaults().withCost(Duration.ofMillis(9));
        TensorOptions slow = TensorOptions.defaults().withCost(Duration.ofMillis(10));
        try (TensorCache cache = cache().optMinCost(Duration.ofMillis(10)).open()) {
            assertRefused(cache, cache.putRaw(KEY, tensors(9), fast), PutOutcome.TOO_CHEAP);
            cache.putRaw(KEY, tensors(9), slow).orThrow();
            cache.putRaw(KEY, tensors(9)).orThrow(); // its cost is not told
        }
    }

    @Test
    void readOnlyCache_readsAndRefusesToWrite() {
        try (TensorCache cache = cache().open()) {
            cache.putRaw(TensorKey.of("b"), tensors(5)).orThrow();
        }
        try (TensorCache cache = cache().optCacheOptions(o -> o.readOnly(true)).open()) {
            assertThat(cache.putRaw(KEY, tensors(5)).outcome()).isEqualTo(PutOutcome.READ_ONLY);
            assertThat(cache.read(TensorKey.of("b"))).isPresent();
            assertThatThrownBy(() -> cache.remove(TensorKey.of("b")))
                    .isInstanceOf(TensorNotStoredException.class);
            assertThat(cache.remove(KEY)).isFalse();
        }
    }

    @Test
    void flushedPut_isOnDiskWhenItReturns() {
        try (TensorCache cache = cache().optFlushPuts(true).open()) {
            cache.putRaw(KEY, tensors(5)).orThrow();
            assertThat(cache.rows().stats().pendingRows()).isZero();
            assertThat(cache.rows().segments()).hasSize(1);
            cache.remove(KEY);
            assertThat(cache.rows().segments()).hasSize(2);
        }
    }

    @Test
    void put_ofWhichTheDiskTakesAPartAlone_leavesNoEntry() {
        TensorCacheBuilder builder =
                cache().optChunkBytes(1 << 16)
                        .optCacheOptions(
                                rows ->
                                        rows.whenQueueFull(FullQueuePolicy.DECLINE)
                                                .segmentBytes(4_096)
                                                .writeQueueBytes(4_096));
        try (TensorCache cache = builder.open()) {
            TensorPut put = cache.putRaw(KEY, tensors(64 << 20)); // a thousand chunks at once
            assertThat(put.outcome()).isEqualTo(PutOutcome.NOT_WRITTEN);
            assertThat(cache.rows().stats().declinedRows()).isPositive();
            assertThat(cache.contains(KEY)).isFalse();
            assertThat(cache.list()).isEmpty();
            assertThat(cache.stats().damagedEntries()).isZero();
        }
    }
}
