package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The room of entries that are not shown any more. */
class TensorTrimTest {

    private static final int BYTES = 200_000;
    private static final int CHUNK = 1 << 16;

    @TempDir Path directory;

    private TensorCacheBuilder cache() {
        return TensorCache.builder().setDirectory(directory).setName("trim").optChunkBytes(CHUNK);
    }

    private static TensorKey key(int number) {
        return TensorKey.of("entry").with("number", number);
    }

    private static List<RawTensor> tensors(int value) {
        byte[] data = new byte[BYTES];
        Arrays.fill(data, (byte) value);
        return List.of(RawTensor.of(TensorType.INT8, new long[] {BYTES}, ByteBuffer.wrap(data)));
    }

    private static int value(TensorCache cache, int number) {
        return cache.read(key(number)).orElseThrow().get(0).data().get(BYTES - 1);
    }

    @Test
    void trim_ofRemovedAndReplacedEntries_freesTheirRoomAndKeepsTheOthers() {
        try (TensorCache cache = cache().open()) {
            for (int i = 0; i < 10; i++) {
                cache.putRaw(key(i), tensors(i)).orThrow();
            }
            cache.flush();
            for (int i = 0; i < 4; i++) {
                assertThat(cache.remove(key(i))).isTrue();
            }
            for (int i = 4; i < 8; i++) {
                cache.putRaw(key(i), tensors(i + 50)).orThrow();
            }
            cache.flush();
            assertThat(cache.usedBytes()).isGreaterThan(14L * BYTES);

            cache.trim();

            assertThat(cache.usedBytes()).isBetween(6L * BYTES, 7L * BYTES);
            assertLeft(cache);
            cache.trim(); // there is nothing more to free
            assertLeft(cache);
            cache.putRaw(key(0), tensors(90)).orThrow();
            assertThat(value(cache, 0)).isEqualTo(90);
            assertThat(cache.remove(key(0))).isTrue();
        }
        try (TensorCache cache = cache().open()) {
            assertLeft(cache);
        }
    }

    private static void assertLeft(TensorCache cache) {
        assertThat(cache.list()).hasSize(6);
        for (int i = 0; i < 4; i++) {
            assertThat(cache.read(key(i))).as("removed %s", i).isEmpty();
        }
        for (int i = 4; i < 10; i++) {
            assertThat(value(cache, i)).isEqualTo(i < 8 ? i + 50 : i);
        }
        assertThat(cache.stats().damagedEntries()).isZero();
    }

    @Test
    void trim_ofExpiredEntries_freesTheirRoom() {
        AtomicLong nowMs = new AtomicLong(1_000_000);
        TensorCacheBuilder builder = cache().optExpireAfterWrite(Duration.ofHours(2));
        builder.clockMs = nowMs::get;
        try (TensorCache cache = builder.open()) {
            cache.putRaw(key(1), tensors(1)).orThrow();
            nowMs.addAndGet(Duration.ofHours(3).toMillis());
            cache.putRaw(key(2), tensors(2)).orThrow();
            cache.trim();
            assertThat(cache.usedBytes()).isBetween((long) BYTES, 2L * BYTES - 1);
            assertThat(cache.read(key(1))).isEmpty();
            assertThat(value(cache, 2)).isEqualTo(2);
        }
    }
}
