package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** A cache that is much larger than the heap, which is 256 MiB as in every child JVM here. */
@Tag("T23")
class BoundedMemoryTest {

    private static final int ROWS = Reliability.runs(200_000, 2_000_000);
    private static final int BATCH = 256;
    private static final TestRows ROWS_OF_2_KIB =
            new TestRows(RowSchema.of(Column.of(ElementType.FLOAT32, 512)), 23);

    @TempDir Path directory;
    @TempDir Path errors;

    /** Puts all rows, then reads and checks all of them: with its writer, and opened anew. */
    static final class Epochs {
        private Epochs() {}

        public static void main(String[] args) {
            Path directory = Path.of(args[0]);
            int rows = Integer.parseInt(args[1]);
            long right = 0;
            try (FeatureCache cache = Caches.at(directory).open()) {
                for (int from = 0; from < rows; from += BATCH) {
                    Keys keys = keys(from, rows);
                    cache.put(keys, ROWS_OF_2_KIB.batch(keys));
                }
                System.out.println("complete " + cache.flush().isComplete());
                right += right(cache, rows);
            }
            try (FeatureCache cache = Caches.at(directory).open()) {
                right += right(cache, rows);
            }
            System.out.println("right " + right);
        }

        private static Keys keys(int from, int rows) {
            return TestRows.range(from, Math.min(rows, from + BATCH));
        }

        private static long right(FeatureCache cache, int rows) {
            long right = 0;
            for (int from = 0; from < rows; from += BATCH) {
                Keys keys = keys(from, rows);
                RowBatch into = RowBatch.allocate(ROWS_OF_2_KIB.schema(), keys.size());
                int misses = cache.gather(keys, into).missing().length;
                for (int i = 0; i < keys.size() && misses == 0; i++) {
                    right += ROWS_OF_2_KIB.isRight(keys, i, into) ? 1 : 0;
                }
            }
            return right;
        }
    }

    @Test
    void epochs_ofACacheLargerThanTheHeap_findAllRows() throws Exception {
        try (ChildJvm child = ChildJvm.start(errors, Epochs.class, directory, ROWS)) {
            assertThat(child.awaitLine("complete")).isEqualTo("complete true");
            assertThat(child.awaitLine("right")).isEqualTo("right " + 2L * ROWS);
        }
    }
}
