package io.github.djlcachex.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;
import io.github.djlcachex.testing.TestRows;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

class ArrowSegmentsTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Column.of("features", ElementType.FLOAT32, 2, 3),
                    Column.of("seen", ElementType.BOOLEAN));
    private static final TestRows ROWS = new TestRows(SCHEMA, 3);

    private static final TestRows VARIABLE_ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("tokens", ElementType.INT32, Column.VARIABLE, 2),
                            Column.ofStrings("text"),
                            Column.ofBinary("blob"),
                            Column.of("boxes", ElementType.INT8, Column.VARIABLE, Column.VARIABLE)),
                    8);

    @TempDir Path directory;

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("arrow").open();
    }

    private void store(Keys keys) {
        store(ROWS, keys);
    }

    private void store(TestRows rows, Keys keys) {
        try (FeatureCache cache = open()) {
            cache.put(keys, rows.batch(keys));
        }
    }

    @Test
    void next_twoSegments_givesEveryRowInArrow() {
        store(Keys.of(5, -1, Long.MIN_VALUE));
        store(Keys.of(7));
        List<Long> ids = new ArrayList<>();
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            while (segments.next()) {
                VectorSchemaRoot root = segments.root();
                for (int row = 0; row < root.getRowCount(); row++) {
                    long id = ((BigIntVector) root.getVector("id")).get(row);
                    ids.add(id);
                    assertThat(firstFeature(root, row))
                            .isEqualTo(ROWS.batch(Keys.of(id)).buffer(0).getInt(0));
                }
                assertThat(segments.segment().rows()).isEqualTo(root.getRowCount());
            }
        }
        assertThat(ids).containsExactlyInAnyOrder(5L, -1L, Long.MIN_VALUE, 7L);
    }

    private static int firstFeature(VectorSchemaRoot root, int row) {
        FixedShapeTensorVector tensors = (FixedShapeTensorVector) root.getVector("features");
        FixedSizeListVector lists = tensors.getUnderlyingVector();
        Float4Vector items = (Float4Vector) lists.getDataVector();
        return Float.floatToRawIntBits(items.get(row * lists.getListSize()));
    }

    @Test
    void type_ofColumn_hasTheRowsShape() {
        store(Keys.of(1));
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            assertThat(segments.next()).isTrue();
            assertThat(segments.root().getVector("features").getField().getType())
                    .isInstanceOfSatisfying(
                            FixedShapeTensorType.class,
                            type -> assertThat(type.shape()).containsExactly(2, 3));
        }
    }

    @Test
    void next_stringKeys_givesThemAsText() {
        store(Keys.of("né", "日本"));
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            assertThat(segments.next()).isTrue();
            VarCharVector ids = (VarCharVector) segments.root().getVector("id");
            assertThat(ids.getObject(0)).hasToString("né");
            assertThat(ids.getObject(1)).hasToString("日本");
        }
    }

    @Test
    void next_damagedRow_throwsTypedException() throws IOException {
        store(Keys.of(1, 2, 3));
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            flipByteOf(cache.segments().get(0).file(), ROWS.batch(Keys.of(2)).buffer(0));
            assertThatThrownBy(segments::next)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("row 1")
                    .hasMessageContaining("checksum");
            assertThat(segments.next()).isFalse();
        }
    }

    /** Arrow's own reader checks nothing: a forged length is an absurd allocation to it. */
    @Test
    void next_anyByteDamagedSinceTheOpen_givesTheSegmentOrATypedException() throws IOException {
        store(Keys.of("a", "bc", "def"));
        assertRefusesDamage();
    }

    @Test
    void next_anyByteOfVariableRowsDamaged_givesTheSegmentOrATypedException() throws IOException {
        store(VARIABLE_ROWS, Keys.of("a", "bc", "def"));
        assertRefusesDamage();
    }

    @Test
    void next_rowsOfDifferentShapes_givesListsTextsAndBytes() {
        Keys keys = TestRows.range(0, 9);
        store(VARIABLE_ROWS, keys);
        RowBatch expected = VARIABLE_ROWS.batch(keys);
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            assertThat(segments.next()).isTrue();
            StructVector tokens = (StructVector) segments.root().getVector("tokens");
            VarCharVector texts = (VarCharVector) segments.root().getVector("text");
            VarBinaryVector blobs = (VarBinaryVector) segments.root().getVector("blob");
            for (int row = 0; row < keys.size(); row++) {
                IntBuffer elements = expected.column(0).row(row).asIntBuffer();
                List<Integer> listed = new ArrayList<>();
                while (elements.hasRemaining()) {
                    listed.add(elements.get());
                }
                assertThat(tokens.getChild("data").getObject(row)).isEqualTo(listed);
                assertThat(tokens.getChild("shape").getObject(row))
                        .isEqualTo(List.of(listed.size() / 2, 2));
                assertThat(ByteBuffer.wrap(texts.get(row))).isEqualTo(expected.column(1).row(row));
                assertThat(ByteBuffer.wrap(blobs.get(row))).isEqualTo(expected.column(2).row(row));
            }
        }
    }

    @Test
    void next_columnOfAnotherPrecision_isWhatIsStored() {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("half")
                        .storeAs("features", StoredAs.FLOAT16)
                        .open()) {
            cache.put(Keys.of(1, 2), RowBatch.allocate(SCHEMA, 2));
            cache.flush();
            try (ArrowSegments segments = ArrowSegments.open(cache)) {
                assertThat(segments.next()).isTrue();
                FixedShapeTensorVector tensors =
                        (FixedShapeTensorVector) segments.root().getVector("features");
                assertThat(tensors.getUnderlyingVector().getDataVector())
                        .isInstanceOf(Float2Vector.class);
            }
        }
    }

    private void assertRefusesDamage() throws IOException {
        try (FeatureCache cache = open()) {
            Path file = cache.segments().get(0).file();
            byte[] intact = Files.readAllBytes(file);
            int refused = 0;
            for (int offset = 0; offset < intact.length; offset++) {
                byte[] damaged = intact.clone();
                damaged[offset] = (byte) ~damaged[offset];
                Files.write(file, damaged);
                try (ArrowSegments segments = ArrowSegments.open(cache)) {
                    assertThat(segments.next()).isTrue();
                } catch (CorruptFileException | UnsupportedFormatException typed) {
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(intact.length / 2);
        }
    }

    @Test
    void next_fileReplacedByALink_throwsTypedException() throws IOException {
        store(Keys.of(1));
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            Path file = cache.segments().get(0).file();
            Path elsewhere = directory.resolve("elsewhere");
            Files.move(file, elsewhere);
            Files.createSymbolicLink(file, elsewhere);
            assertThatThrownBy(segments::next).isInstanceOf(CacheException.class);
        }
    }

    private static void flipByteOf(Path file, ByteBuffer row) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer all = ByteBuffer.allocate((int) channel.size());
            channel.read(all, 0);
            int at = 0;
            while (!all.slice(at, row.capacity()).equals(row.duplicate().rewind())) {
                at++;
            }
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~all.get(at)}), at);
        }
    }

    @Test
    void root_beforeNext_throws() {
        store(Keys.of(1));
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            assertThatThrownBy(segments::root).isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(segments::segment).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void close_callersAllocator_isLeftOpenAndEmpty() {
        store(Keys.of(1, 2));
        try (BufferAllocator allocator = new RootAllocator();
                FeatureCache cache = open()) {
            try (ArrowSegments segments = ArrowSegments.open(cache, allocator)) {
                assertThat(segments.next()).isTrue();
                assertThat(allocator.getAllocatedMemory()).isPositive();
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void next_emptyCache_isFalse() {
        try (FeatureCache cache = open();
                ArrowSegments segments = ArrowSegments.open(cache)) {
            assertThat(segments.next()).isFalse();
        }
    }
}
