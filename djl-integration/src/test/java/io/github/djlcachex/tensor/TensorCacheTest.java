package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Entries that are put, read, listed, replaced and removed. */
class TensorCacheTest {

    private static final TensorKey KEY = TensorKey.of("a").with("step", 3);

    @TempDir Path directory;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private TensorCacheBuilder cache() {
        return TensorCache.builder().setDirectory(directory).setName("test");
    }

    private NDArray array(float first) {
        return manager.arange(first, first + 6).reshape(2, 3);
    }

    private static float[] values(Optional<NDList> got) {
        return got.orElseThrow().singletonOrThrow().toFloatArray();
    }

    @Test
    void get_afterPut_isEqualInThisAndTheNextCache() {
        NDArray named = array(1);
        named.setName("features");
        NDList arrays = new NDList(named, manager.create(7L), manager.create(new Shape(0, 4)));
        try (TensorCache cache = cache().open()) {
            assertThat(cache.get(KEY)).isEmpty();
            assertThat(cache.contains(KEY)).isFalse();
            TensorEntry entry = cache.put(KEY, arrays).orThrow();
            assertThat(entry.rawBytes()).isEqualTo(32);
            assertSame(arrays, cache.get(KEY, manager));
        }
        try (TensorCache cache = cache().open()) {
            assertThat(cache.contains(KEY)).isTrue();
            assertSame(arrays, cache.get(KEY, manager));
            assertSame(arrays, cache.get(KEY));
            assertThat(cache.stats().hits()).isEqualTo(2);
            assertThat(cache.rows().verify().isIntact()).isTrue();
        }
    }

    private static void assertSame(NDList expected, Optional<NDList> got) {
        NDList found = got.orElseThrow();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i).getName()).isEqualTo(expected.get(i).getName());
            assertThat(found.get(i).getDataType()).isEqualTo(expected.get(i).getDataType());
            assertThat(found.get(i).getShape()).isEqualTo(expected.get(i).getShape());
            assertThat(found.get(i).toByteArray()).isEqualTo(expected.get(i).toByteArray());
        }
    }

    @Test
    void put_ofTheSameKey_replacesTheEntry() {
        try (TensorCache cache = cache().open();
                TensorCache other = cache().open()) {
            for (int i = 0; i < 30; i++) {
                TensorCache writer = i % 3 == 0 ? other : cache;
                assertThat(writer.put(KEY, array(i)).isStored()).isTrue();
                assertThat(values(cache.get(KEY, manager))).startsWith(i);
            }
            assertThat(values(other.get(KEY, manager))).startsWith(29);
            assertThat(cache.list()).hasSize(1);
        }
        try (TensorCache cache = cache().open()) {
            assertThat(values(cache.get(KEY, manager))).startsWith(29);
        }
    }

    @Test
    void remove_ofAnEntry_isKnownToTheNextCache_andItMayBePutAgain() {
        try (TensorCache cache = cache().open()) {
            assertThat(cache.remove(KEY)).isFalse();
            cache.put(KEY, array(1)).orThrow();
            assertThat(cache.remove(KEY)).isTrue();
            assertThat(cache.remove(KEY)).isFalse();
            assertThat(cache.list()).isEmpty();
        }
        try (TensorCache cache = cache().open()) {
            assertThat(cache.get(KEY)).isEmpty();
            assertThat(cache.contains(KEY)).isFalse();
            cache.put(KEY, array(2)).orThrow();
            assertThat(values(cache.get(KEY, manager))).startsWith(2);
        }
    }

    @Test
    void list_ofSeveralEntries_tellsWhatTheyAre() {
        AtomicLong now = new AtomicLong(1_000);
        TensorCacheBuilder builder = cache();
        builder.clockMs = now::get;
        try (TensorCache cache = builder.open()) {
            cache.put(TensorKey.of("b"), array(1)).orThrow();
            now.set(2_000);
            cache.put(TensorKey.of("a"), new NDList(array(1), manager.create(true))).orThrow();
            List<TensorEntry> list = cache.list();
            assertThat(list)
                    .extracting(TensorEntry::key)
                    .extracting(TensorKey::text)
                    .containsExactly("{\"name\":\"a\"}", "{\"name\":\"b\"}");
            TensorEntry entry = list.get(0);
            assertThat(entry.writtenAt()).hasToString("1970-01-01T00:00:02Z");
            assertThat(entry.tensors()).hasSize(2);
            assertThat(entry.tensors().get(0).shape()).containsExactly(2, 3);
            assertThat(entry.tensors().get(1).type()).isEqualTo(TensorType.BOOLEAN);
            assertThat(entry.rawBytes()).isEqualTo(25);
            assertThat(entry.storedBytes()).isEqualTo(25);
            assertThat(entry.isCompressed()).isFalse();
            assertThat(entry.ratio()).isEqualTo(1);
            assertThat(cache.entry(TensorKey.of("b")).orElseThrow())
                    .hasToString(list.get(1).toString());
        }
    }

    @Test
    void entry_olderThanTheLimit_isAbsentUntilItIsPutAgain() {
        AtomicLong now = new AtomicLong(1_000);
        TensorCacheBuilder builder = cache().optExpireAfterWrite(Duration.ofSeconds(5));
        builder.clockMs = now::get;
        try (TensorCache cache = builder.open()) {
            cache.put(KEY, array(1)).orThrow();
            now.set(6_000);
            assertThat(cache.contains(KEY)).isTrue();
            now.set(6_001);
            assertThat(cache.contains(KEY)).isFalse();
            assertThat(cache.get(KEY)).isEmpty();
            assertThat(cache.list()).isEmpty();
            cache.put(KEY, array(2)).orThrow();
            assertThat(values(cache.get(KEY, manager))).startsWith(2);
        }
    }

    @Test
    void array_thatIsAView_orOnATape_isStoredAsItsValues() {
        NDArray weight = array(1);
        weight.setRequiresGradient(true);
        NDArray transposed = array(1).transpose();
        try (TensorCache cache = cache().open();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray loss = weight.mul(weight).sum();
            cache.put(KEY, new NDList(weight, loss, transposed)).orThrow();
            collector.backward(loss);
            cache.put(TensorKey.of("gradient"), weight.getGradient()).orThrow();
            NDList got = cache.get(KEY, manager).orElseThrow();
            assertThat(got.get(0).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(got.get(0).hasGradient()).isFalse();
            assertThat(got.get(1).getFloat()).isEqualTo(91);
            assertThat(got.get(2).toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(values(cache.get(TensorKey.of("gradient"), manager)))
                    .containsExactly(2, 4, 6, 8, 10, 12);
        }
    }

    @Test
    void get_withoutAManager_givesArraysThatEndWithTheCache() {
        NDArray kept;
        try (TensorCache cache = cache().optEngine("PyTorch").open()) {
            cache.put(KEY, array(1)).orThrow();
            kept = cache.get(KEY).orElseThrow().head();
            NDList list = cache.get(KEY).orElseThrow();
            NDArray closed = list.head();
            list.close();
            assertThat(closed.isReleased()).isTrue();
            assertThat(kept.isReleased()).isFalse();
        }
        assertThat(kept.isReleased()).isTrue();
    }

    @Test
    void put_leavesNoArrayOfItsOwnBehind() {
        try (TensorCache cache = cache().open();
                NDManager own = manager.newSubManager()) {
            NDList arrays =
                    new NDList(
                            own.create(new float[] {1, 2}, new Shape(2))
                                    .toType(DataType.INT8, true));
            arrays.attach(own);
            int before = own.getManagedArrays().size();
            cache.put(KEY, arrays).orThrow();
            assertThat(own.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void options_thatContradict_areRefused() {
        assertThatThrownBy(() -> TensorCache.builder().setName("a").open())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setDirectory");
        assertThatThrownBy(() -> cache().setName("other"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("one value");
        assertThatThrownBy(() -> cache().optChunkBytes(65_537))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> cache().optThreads(0)).isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> cache().optExpireAfterWrite(Duration.ZERO))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> TensorOptions.defaults().withCompression(10))
                .isInstanceOf(InvalidOptionException.class);
    }
}
