package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of a snapshot of all kinds: columns, precisions and keys; and in another process. */
class SnapshotRowsTest {

    private static final TestRows VARIABLE =
            new TestRows(
                    RowSchema.of(
                            Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3),
                            Column.of(ElementType.INT64),
                            Column.of(
                                    "boxes",
                                    ElementType.FLOAT16,
                                    2,
                                    Column.VARIABLE,
                                    Column.VARIABLE),
                            Column.ofStrings("text"),
                            Column.ofBinary("blob")),
                    31);

    @TempDir Path directory;

    private static Keys texts(int count) {
        return Keys.ofStrings(IntStream.range(0, count).mapToObj(i -> "train/" + i).toList());
    }

    @ParameterizedTest
    @EnumSource(StoredAs.class)
    void rows_inEveryPrecision_areThoseThatGatherGives(StoredAs precision) {
        Keys keys = TestRows.range(0, 50);
        RowBatch rows = StoredAsTest.rows(keys);
        if (precision == StoredAs.SPARSE) {
            makeSparse(rows);
        }
        try (FeatureCache cache = Caches.at(directory).storeAs(precision).open()) {
            assertThat(cache.put(keys, rows).stored()).isEqualTo(50);
            cache.flush();
            CacheSnapshot snapshot = cache.snapshot();
            assertThat(snapshot.schema()).contains(StoredAsTest.SERVED);
            SnapshotRows.of(snapshot).assertEqual(cache, keys);

            RowSchema stored = snapshot.storedSchema().orElseThrow();
            assertThat(stored).isNotEqualTo(StoredAsTest.SERVED);
            RowBatch row = SnapshotRows.stored(snapshot).row(7L);
            assertThat(row.schema()).isEqualTo(stored);
            assertThat(row.bytes()).isLessThan(RowBatch.allocate(StoredAsTest.SERVED, 1).bytes());
        }
    }

    /** Two elements of a row are not zero. */
    private static void makeSparse(RowBatch rows) {
        for (int row = 0; row < rows.rows(); row++) {
            for (int i = 0; i < 300; i++) {
                float value = i == row || i == row + 9 ? i + 0.5f : 0;
                rows.buffer(0).putFloat((row * 300 + i) * Float.BYTES, value);
            }
            rows.buffer(2).putFloat(2 * row * Float.BYTES + Float.BYTES, 0);
        }
    }

    /** The bytes of the row in the file are right, and yet none of a dense row. */
    @Test
    void row_ofSparseColumnsThatIsDamaged_isSkippedAndCounted() throws IOException {
        Keys keys = TestRows.range(0, 50);
        RowBatch rows = StoredAsTest.rows(keys);
        makeSparse(rows);
        try (FeatureCache cache = Caches.at(directory).storeAs(StoredAs.SPARSE).open()) {
            cache.put(keys, rows);
            cache.flush();
            Path file = cache.segments().get(0).file();
            byte[] indices = {7, 0, 0, 0, 16, 0, 0, 0};
            int at = TestFiles.indexOf(Files.readAllBytes(file), indices);
            TestFiles.overwrite(file, at, new byte[] {-1, -1, -1, -1});
            SnapshotRows read = SnapshotRows.of(cache.snapshot());
            assertThat(read.damaged()).isOne();
            assertThat(read.keys()).hasSize(49).doesNotContain(7L);
            read.assertEqual(cache);
        }
    }

    @Test
    void rows_thatDifferInShape_areThoseThatGatherGives() {
        Keys keys = texts(3000);
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.put(keys, VARIABLE.batch(keys)).stored()).isEqualTo(3000);
            cache.flush();
            SnapshotRows rows = SnapshotRows.of(cache.snapshot());
            assertThat(rows.keys()).hasSize(3000);
            rows.assertRight(VARIABLE);
            SnapshotRows.stored(cache.snapshot()).assertRight(VARIABLE);
        }
    }

    @Test
    void rows_thatDifferInShapeInHalfPrecision_areThoseThatGatherGives() {
        Keys keys = texts(200);
        try (FeatureCache cache =
                Caches.at(directory).storeAs("tokens", StoredAs.BFLOAT16).open()) {
            cache.put(keys, VARIABLE.batch(keys));
            cache.flush();
            SnapshotRows rows = SnapshotRows.of(cache.snapshot());
            assertThat(rows.keys()).hasSizeGreaterThan(190); // some hold a NaN, and are declined
            rows.assertEqual(cache);
        }
    }

    /** A boundary that claims all that follows costs the rows beside it, and no memory. */
    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MAX_VALUE, 3_000_000})
    void boundary_thatIsDamaged_costsTheRowsBesideIt(int boundary) throws IOException {
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT32, Column.VARIABLE));
        Keys keys = TestRows.range(0, 4);
        int[] lengths = {1_000_001, 1_000_002, 1_000_003, 1_000_004};
        RowShapes.Builder shapes = RowShapes.builder(schema);
        IntStream.of(lengths).forEach(length -> shapes.add(new int[] {length}));
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.put(keys, RowBatch.allocateOnHeap(shapes.build()));
            cache.flush();
            Path file = cache.segments().get(0).file();
            int at =
                    TestFiles.indexOf(Files.readAllBytes(file), littleEndian(1_000_001, 2_000_003));
            assertThat(at).isPositive();
            TestFiles.overwrite(file, at + Integer.BYTES, littleEndian(boundary));
            SnapshotRows rows = SnapshotRows.of(cache.snapshot());
            assertThat(rows.damaged()).isEqualTo(2);
            assertThat(rows.keys()).containsExactly(0L, 3L);
        }
    }

    private static byte[] littleEndian(int... values) {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i / Integer.BYTES] >>> (8 * (i % Integer.BYTES)));
        }
        return bytes;
    }

    /** Small rows come in batches of the most rows, large ones in batches of the most bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 1 << 19, 1 << 21})
    void batches_areBounded(int length) {
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT32, length));
        Keys keys = TestRows.range(0, length == 1 ? 10_000 : Math.max(3, (9 << 20) / length / 4));
        try (FeatureCache cache = Caches.at(directory).durability(Durability.OS).open()) {
            cache.put(keys, RowBatch.allocateOnHeap(schema, keys.size()));
            cache.flush();
            long rows = 0;
            for (SnapshotPart part : cache.snapshot().parts()) {
                try (SnapshotReader reader = part.open()) {
                    while (reader.next()) {
                        rows += reader.rows().rows();
                        assertThat(reader.rows().rows()).isLessThanOrEqualTo(4096);
                        assertThat(reader.rows().bytes())
                                .isLessThanOrEqualTo(Math.max(4 << 20, length * 4L));
                    }
                }
            }
            assertThat(rows).isEqualTo(keys.size());
        }
    }

    @Test
    void parts_thatAreSerialized_areReadByAnotherProcess() throws Exception {
        Keys keys = texts(100);
        Path parts = directory.resolve("parts");
        try (FeatureCache cache = Caches.at(directory.resolve("cache")).segmentRows(40).open()) {
            cache.put(keys, VARIABLE.batch(keys));
            cache.flush();
            cache.remove(Keys.of("train/0", "train/99"));
            try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(parts))) {
                out.writeObject(List.copyOf(cache.snapshot().parts()));
            }
        }
        assertThat(Files.size(parts)).as("they are small").isLessThan(4000);
        try (ChildJvm child = ChildJvm.start(directory, Reader.class, parts)) {
            assertThat(child.awaitLine("read")).isEqualTo("read 98 right rows in 3 parts");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    /** Reads parts, and says how many rows are right. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] args) throws Exception {
            int right = 0;
            List<?> parts;
            try (ObjectInputStream in =
                    new ObjectInputStream(Files.newInputStream(Path.of(args[0])))) {
                parts = (List<?>) in.readObject();
            }
            for (Object part : parts) {
                try (SnapshotReader reader = ((SnapshotPart) part).open()) {
                    while (reader.next()) {
                        Keys keys = reader.keys();
                        for (int i = 0; i < keys.size(); i++) {
                            right += VARIABLE.isRight(keys, i, reader.rows()) ? 1 : 0;
                        }
                    }
                }
            }
            System.out.println("read " + right + " right rows in " + parts.size() + " parts");
        }
    }
}
