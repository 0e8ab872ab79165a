package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.djl.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several writers of one name, and entries of which a part is damaged or gone. */
class TensorWritersTest {

    private static final TensorKey KEY = TensorKey.of("shared");
    private static final int CHUNK = 1 << 16;
    private static final int BYTES = 3 * CHUNK;

    @TempDir Path directory;

    private TensorCacheBuilder cache() {
        return cache(directory);
    }

    private static TensorCacheBuilder cache(Path directory) {
        return TensorCache.builder().setDirectory(directory).setName("w").optChunkBytes(CHUNK);
    }

    private static List<RawTensor> tensors(int value) {
        byte[] data = new byte[BYTES];
        Arrays.fill(data, (byte) value);
        return List.of(RawTensor.of(TensorType.INT8, new long[] {BYTES}, ByteBuffer.wrap(data)));
    }

    /** Returns the one value of all elements. */
    private static byte value(TensorCache cache) {
        byte[] data = new byte[BYTES];
        cache.read(KEY).orElseThrow().get(0).data().get(data);
        for (byte each : data) {
            assertThat(each).as("an entry of one writer").isEqualTo(data[0]);
        }
        return data[0];
    }

    @Test
    void threads_thatPutOneKey_leaveOneWholeEntry() throws InterruptedException {
        try (TensorCache one = cache().open();
                TensorCache two = cache().open()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int value = i;
                TensorCache cache = i % 2 == 0 ? one : two;
                threads.add(
                        new Thread(
                                () -> {
                                    for (int round = 0; round < 10; round++) {
                                        cache.putRaw(KEY, tensors(value)).orThrow();
                                        value(cache);
                                    }
                                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(value(one)).isEqualTo(value(two));
            assertThat(one.stats().damagedEntries() + two.stats().damagedEntries()).isZero();
            assertThat(one.stats().stored() + two.stats().stored()).isEqualTo(40);
        }
    }

    /** Puts an entry of the value and of the rank of its arguments, several times. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] args) {
            int value = Integer.parseInt(args[1]);
            try (TensorCache cache =
                    cache(Path.of(args[0])).optCacheOptions(o -> o.rank(value, 3)).open()) {
                for (int i = 0; i < 5; i++) {
                    cache.putRaw(KEY, tensors(value)).orThrow();
                    cache.flush();
                    cache.refresh();
                    value(cache);
                }
            }
        }
    }

    @Test
    void processes_thatPutOneKey_leaveOneWholeEntry() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        Thread other =
                new Thread(
                        () -> {
                            try {
                                ChildJvm.run(Writer.class, directory.toString(), "1");
                            } catch (IOException | InterruptedException | AssertionError e) {
                                failures.add(e);
                            }
                        });
        other.start();
        ChildJvm.run(Writer.class, directory.toString(), "2");
        other.join();
        assertThat(failures).isEmpty();
        try (TensorCache cache = cache().open()) {
            assertThat(value(cache)).isBetween((byte) 1, (byte) 2);
            assertThat(cache.list()).hasSize(1);
            cache.putRaw(KEY, tensors(7)).orThrow();
            assertThat(value(cache)).isEqualTo((byte) 7);
        }
    }

    /** Flips a bit within the last chunk's elements, which are all of one value. */
    private static void damage(TensorCache cache, int value) throws IOException {
        SegmentInfo segment = cache.rows().segments().get(cache.rows().segments().size() - 1);
        byte[] bytes = Files.readAllBytes(segment.file());
        int run = 0;
        for (int i = 0; i < bytes.length; i++) {
            run = bytes[i] == value ? run + 1 : 0;
            if (run == CHUNK / 2) {
                try (FileChannel file =
                        FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(new byte[] {(byte) (value ^ 4)}), i);
                }
                return;
            }
        }
        throw new AssertionError("no elements in " + segment);
    }

    @Test
    void entryWithADamagedChunk_isAbsentAndCounted_andOlderOnesAreNotShown() throws IOException {
        try (TensorCache cache = cache().optFlushPuts(true).open()) {
            cache.putRaw(KEY, tensors(6)).orThrow();
            cache.putRaw(KEY, tensors(9)).orThrow();
            damage(cache, 9);
        }
        try (TensorCache cache = cache().open()) {
            assertThat(cache.read(KEY)).isEmpty();
            assertThat(cache.stats().damagedEntries()).isEqualTo(1);
            assertThat(cache.stats().misses()).isEqualTo(1);
            cache.putRaw(KEY, tensors(3)).orThrow();
            assertThat(value(cache)).isEqualTo((byte) 3);
        }
    }

    @Test
    void entryWithADamagedChunk_isAnException_ifTheCacheIsToldSo() throws IOException {
        try (TensorCache cache = cache().open()) {
            cache.putRaw(KEY, tensors(9)).orThrow();
            cache.flush();
            damage(cache, 9);
        }
        try (TensorCache cache = cache().optDamage(DamagePolicy.THROW).open()) {
            assertThatThrownBy(() -> cache.read(KEY))
                    .isInstanceOf(DamagedEntryException.class)
                    .hasMessageContaining(KEY.text());
        }
    }

    @Test
    void entry_ofWhichAFileIsGone_isAbsentEverywhere() throws IOException {
        try (TensorCache cache = cache().open()) {
            Head head = new Head(KEY, "token", 1, false, null, null, null, CHUNK, List.of());
            ChunkWriter writer =
                    new ChunkWriter(new EntryRows(cache.rows()), head, 1, TensorOptions.defaults());
            List<StoredTensor> stored =
                    writer.write(tensors(5).stream().map(RawTensor::source).toList());
            cache.flush();
            Path chunks = cache.rows().segments().get(0).file();
            Head whole = new Head(KEY, "token", 1, false, null, null, null, CHUNK, stored);
            new EntryRows(cache.rows()).putHead(KEY.digest(), 1, whole.toJson());
            assertThat(value(cache)).isEqualTo((byte) 5);
            cache.flush();
            Files.delete(chunks);
        }
        try (TensorCache cache = cache().open()) {
            assertThat(cache.contains(KEY)).isFalse();
            assertThat(cache.read(KEY)).isEmpty();
            assertThat(cache.list()).isEmpty();
            assertThat(cache.stats().damagedEntries()).isEqualTo(2);
        }
    }

    @Test
    void entry_whoseHeadIsOfALaterFormat_isAbsent() {
        try (TensorCache cache = cache().open()) {
            cache.putRaw(KEY, tensors(1)).orThrow();
            EntryRows rows = new EntryRows(cache.rows());
            rows.putHead(KEY.digest(), 2, "{\"format\":2}");
            assertThat(cache.read(KEY)).isEmpty();
            assertThat(cache.list()).isEmpty();
            rows.putHead(KEY.digest(), 3, "no JSON");
            assertThat(cache.contains(KEY)).isFalse();
            cache.putRaw(KEY, tensors(2)).orThrow();
            assertThat(value(cache)).isEqualTo((byte) 2);
        }
    }
}
