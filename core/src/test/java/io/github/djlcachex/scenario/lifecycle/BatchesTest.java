package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestRows;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/** Keys and batches of all kinds, and those that are refused. */
class BatchesTest {

    private static final Keys KEYS = TestRows.range(0, 20);

    @TempDir Path directory;

    @Test
    void keysOfTheOtherType_areRefusedEverywhere() {
        Keys strings = Keys.of("a", "b");
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
            RowBatch two = RowBatch.allocate(Caches.ROWS.schema(), 2);
            List<ThrowingCallable> calls =
                    List.of(
                            () -> cache.put(strings, two),
                            () -> cache.gather(strings, two),
                            () -> cache.contains("a"),
                            () -> cache.missing(strings));
            assertThat(calls)
                    .allSatisfy(
                            call ->
                                    assertThatThrownBy(call)
                                            .isInstanceOf(KeyTypeMismatchException.class)
                                            .hasMessageContaining("INT64")
                                            .hasMessageContaining("UTF8"));
        }
    }

    @Test
    void batches_ofAnotherSizeThanTheKeys_areRefused() {
        try (FeatureCache cache = Caches.at(directory).open()) {
            RowBatch nineteen = RowBatch.allocate(Caches.ROWS.schema(), 19);
            assertThatThrownBy(() -> cache.put(KEYS, nineteen))
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("20")
                    .hasMessageContaining("19");
            assertThatThrownBy(() -> cache.gather(KEYS, nineteen))
                    .isInstanceOf(InvalidRowsException.class);
            assertThat(cache.schema()).isEmpty();
        }
    }

    @Test
    void gather_intoReadOnlyBuffers_isATypedException() {
        RowBatch batch = Caches.ROWS.batch(KEYS);
        RowBatch sealed =
                RowBatch.wrap(
                        Caches.ROWS.schema(),
                        20,
                        batch.buffer(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
                        batch.buffer(1).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.put(KEYS, sealed).stored()).as("reading them is fine").isEqualTo(20);
            assertThatThrownBy(() -> cache.gather(KEYS, sealed))
                    .isInstanceOf(InvalidRowsException.class);
        }
    }

    @Test
    void emptyBatches_areFine() {
        Keys none = TestRows.range(0, 0);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(Caches.put(cache, none)).isEqualTo(Seams.put(0, 0, 0));
            Caches.putAndFlush(cache, KEYS);
            assertThat(Caches.put(cache, none)).isEqualTo(Seams.put(0, 0, 0));
            Caches.assertAllRight(cache, none);
            assertThat(cache.missing(none)).isEmpty();
        }
    }

    @Test
    void heapBuffersAndOffsets_areReadAndFilledAsTheDirectOnes() {
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT32, 2));
        try (FeatureCache cache = Caches.at(directory).open()) {
            ByteBuffer source = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
            source.position(3).limit(3 + 16);
            for (int i = 0; i < 16; i++) {
                source.put(3 + i, (byte) (i + 1));
            }
            cache.put(Keys.of(1, 2), RowBatch.wrap(schema, 2, source));
            ByteBuffer target = ByteBuffer.allocate(50).order(ByteOrder.LITTLE_ENDIAN);
            target.position(7).limit(7 + 24);
            assertThat(cache.gather(Keys.of(2, 1, 2), RowBatch.wrap(schema, 3, target)).hits())
                    .isEqualTo(3);
            byte[] expected = new byte[24];
            for (int i = 0; i < 24; i++) {
                expected[i] = (byte) (i < 8 ? i + 9 : i - 7);
            }
            assertThat(target.slice(7, 24)).isEqualTo(ByteBuffer.wrap(expected));
            assertThat(source.position()).isEqualTo(3);
            assertThat(target.position()).isEqualTo(7);
        }
    }

    @Test
    void rowsLargerThanASegment_areStoredOneAFile() {
        TestRows rows = new TestRows(RowSchema.of(Column.of(ElementType.UINT8, 10_000)), 1);
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache = Caches.at(directory).segmentBytes(4096).open()) {
            cache.put(keys, rows.batch(keys));
            assertThat(cache.flush().persistedRows()).isEqualTo(3);
            assertThat(cache.segments()).hasSize(3);
            RowBatch into = RowBatch.allocate(rows.schema(), 3);
            assertThat(cache.gather(keys, into).isComplete()).isTrue();
            assertThat(rows.isRight(keys, 2, into)).isTrue();
        }
    }

    @Test
    void rowsLargerThanAnyFile_areDeclinedAndCounted() {
        RowSchema huge = RowSchema.of(Column.of(ElementType.UINT8, 256 << 20));
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.put(Keys.of(1), RowBatch.allocate(huge, 1)))
                    .isEqualTo(Seams.put(0, 0, 1));
            assertThat(cache.stats().oversizedRows()).isOne();
            assertThat(cache.flush().persistedRows()).isZero();
        }
    }
}
