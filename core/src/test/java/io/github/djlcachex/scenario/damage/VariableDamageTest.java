package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Boundaries and dimensions of variable rows that are not what was written. */
class VariableDamageTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(Column.of(ElementType.INT32, Column.VARIABLE, Column.VARIABLE));

    private static final Keys KEYS = Keys.of(1, 2, 3);

    /** Where each row ends in elements, behind the first boundary, as they are in the file. */
    private static final int[] ENDS = {6, 12, 16};

    private static final int[] DIMENSIONS = {2, 3, 3, 2, 4, 1};

    @TempDir Path scratch;

    private Path directory;
    private Path segment;

    @BeforeEach
    void writeThreeRows() {
        directory = scratch.resolve("written");
        try (FeatureCache cache = at().open()) {
            cache.put(KEYS, rows());
            cache.flush();
            segment = cache.segments().get(0).file();
        }
    }

    private FeatureCacheBuilder at() {
        return FeatureCache.builder().directory(directory).moduleId("boxes");
    }

    private static RowBatch rows() {
        RowShapes.Builder shapes = RowShapes.builder(SCHEMA);
        for (int i = 0; i < DIMENSIONS.length; i += 2) {
            shapes.add(new int[] {DIMENSIONS[i], DIMENSIONS[i + 1]});
        }
        RowBatch batch = RowBatch.allocate(shapes.build());
        for (int i = 0; i < 16; i++) {
            batch.buffer(0).putInt(i * Integer.BYTES, 1000 + i);
        }
        return batch;
    }

    private void spoil(int[] stored, int index, int value) throws IOException {
        byte[] written = bytes(stored);
        int offset = TestFiles.indexOf(Files.readAllBytes(segment), written);
        assertThat(offset).isPositive();
        TestFiles.overwrite(segment, offset + index * Integer.BYTES, bytes(value));
    }

    private static byte[] bytes(int... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private void assertLosesOnly(ReadMode mode, ChecksumPolicy policy, int... lost) {
        FeatureCacheBuilder reader = at().readMode(mode).checksumPolicy(policy).memoryTierBytes(0);
        try (FeatureCache cache = reader.open()) {
            RowBatch expected = rows();
            for (int round = 0; round < 2; round++) {
                RowBatch into = RowBatch.allocate(cache.shapes(KEYS).orElseThrow());
                assertThat(cache.gather(KEYS, into).missing()).containsExactly(lost);
                for (int row = 0; row < KEYS.size(); row++) {
                    int each = row;
                    if (Arrays.stream(lost).noneMatch(i -> i == each)) {
                        assertThat(into.column(0).row(row)).isEqualTo(expected.column(0).row(row));
                        assertThat(into.column(0).shape(row))
                                .isEqualTo(expected.column(0).shape(row));
                    }
                }
            }
            assertThat(cache.stats().corruptRows()).isEqualTo(lost.length);
            assertThat(cache.missing(KEYS)).containsExactly(lost);
            assertThat(cache.put(KEYS, expected).stored()).isEqualTo(lost.length);
            RowBatch again = RowBatch.allocate(cache.shapes(KEYS).orElseThrow());
            assertThat(cache.gather(KEYS, again).missing()).isEmpty();
            assertThat(again.buffer(0)).isEqualTo(expected.buffer(0));
        }
    }

    /** Both rows that share the boundary are lost; without checksums the bounds tell as well. */
    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 17, 1000, 3, 9})
    void boundary_thatIsNot_costsTheRowsBesideIt(int boundary) throws IOException {
        spoil(ENDS, 0, boundary);
        Path spoiled = directory;
        for (ReadMode mode : ReadMode.values()) {
            directory = scratch.resolve(mode.name());
            TestFiles.copyAll(spoiled, directory);
            assertLosesOnly(mode, ChecksumPolicy.EVERY_READ, 0, 1);
        }
    }

    /** Boundary and dimensions agree, on elements that the file does not have. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void row_thatEndsBehindItsColumn_isAMissAlsoWithoutChecksums(ReadMode mode) throws IOException {
        spoil(ENDS, 2, 12 + 100_000);
        spoil(DIMENSIONS, 4, 100_000);
        assertLosesOnly(mode, ChecksumPolicy.OFF, 2);
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void element_thatIsNot_costsItsRow(ReadMode mode) throws IOException {
        spoil(new int[] {1006, 1007, 1008}, 1, 7);
        assertLosesOnly(mode, ChecksumPolicy.EVERY_READ, 1);
    }

    /** Of as many elements, so that only the checksum knows. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void dimensions_thatAreSwapped_costTheirRow(ReadMode mode) throws IOException {
        spoil(DIMENSIONS, 0, 3);
        spoil(new int[] {3, 3, 3, 2, 4, 1}, 1, 2);
        assertLosesOnly(mode, ChecksumPolicy.EVERY_READ, 0);
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void dimensions_ofOtherSizeThanTheRow_costTheirRowAlsoWithoutChecksums(ReadMode mode)
            throws IOException {
        spoil(DIMENSIONS, 4, -4);
        assertLosesOnly(mode, ChecksumPolicy.OFF, 2);
    }

    /** A reader of this library does not need them where the size tells the shape; others do. */
    @Test
    void dimensions_thatFollowFromTheSize_areServedAndFoundByVerify() throws IOException {
        RowSchema schema = RowSchema.of(Column.of(ElementType.INT32, Column.VARIABLE, 2));
        RowShapes shapes =
                RowShapes.builder(schema).add(new int[] {2, 2}).add(new int[] {3, 2}).build();
        FeatureCacheBuilder other = FeatureCache.builder().directory(scratch).moduleId("one axis");
        try (FeatureCache cache = other.open()) {
            cache.put(Keys.of(1, 2), RowBatch.allocate(shapes));
            cache.flush();
            segment = cache.segments().get(0).file();
            spoil(new int[] {2, 2, 3, 2}, 2, 5);
            RowBatch into = RowBatch.allocate(cache.shapes(Keys.of(1, 2)).orElseThrow());
            assertThat(into.column(0).shape(1)).containsExactly(3, 2);
            assertThat(cache.gather(Keys.of(1, 2), into).missing()).isEmpty();
            assertThat(cache.verify().segments().get(0).lostKeys()).isEqualTo(Keys.of(2));
        }
    }

    /** The column before it has a shape, and a batch for a row without one has no room for it. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void boundary_ofTheSecondColumnThatIsNot_costsTheRowsBesideItUntilTheyAreStoredAgain(
            ReadMode mode) throws IOException {
        RowSchema schema =
                RowSchema.of(
                        Column.ofStrings("text"), Column.of(ElementType.INT32, Column.VARIABLE));
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int length : new int[] {6, 6, 4}) {
            shapes.add(new int[] {2}, new int[] {length});
        }
        RowBatch rows = RowBatch.allocate(shapes.build());
        FeatureCacheBuilder other =
                FeatureCache.builder().directory(scratch).moduleId("two columns").readMode(mode);
        try (FeatureCache cache = other.memoryTierBytes(0).open()) {
            cache.put(KEYS, rows);
            cache.flush();
            segment = cache.segments().get(0).file();
            spoil(ENDS, 0, 1000);
            RowBatch into = RowBatch.allocate(cache.shapes(KEYS).orElseThrow());
            assertThat(cache.gather(KEYS, into).missing()).containsExactly(0, 1);
            assertThat(cache.stats().corruptRows()).isEqualTo(2);
            assertThat(cache.put(KEYS, rows).stored()).isEqualTo(2);
            RowBatch again = RowBatch.allocate(cache.shapes(KEYS).orElseThrow());
            assertThat(cache.gather(KEYS, again).missing()).isEmpty();
        }
    }

    /** It would claim room for all rows behind it. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void boundary_thatClaimsTheRestOfTheFile_isFoundBeforeRoomIsMade(ReadMode mode)
            throws IOException {
        int rowBytes = 64 << 10;
        RowSchema schema = RowSchema.of(Column.ofBinary("blob"));
        Keys keys = TestRows.range(0, 64);
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int row = 0; row < keys.size(); row++) {
            shapes.add(new int[] {rowBytes});
        }
        RowBatch rows = RowBatch.allocate(shapes.build());
        FeatureCacheBuilder blobs = FeatureCache.builder().directory(scratch).moduleId("blobs");
        try (FeatureCache cache = blobs.readMode(mode).memoryTierBytes(0).open()) {
            cache.put(keys, rows);
            cache.flush();
            segment = cache.segments().get(0).file();
            spoil(new int[] {rowBytes, 2 * rowBytes, 3 * rowBytes}, 0, 64 * rowBytes);
            RowShapes found = cache.shapes(keys).orElseThrow();
            assertThat(found.columnBytes(0)).isEqualTo(62 * rowBytes);
            assertThat(cache.gather(keys, RowBatch.allocate(found)).missing())
                    .containsExactly(0, 1);
            assertThat(cache.stats().corruptRows()).isEqualTo(2);
            assertThat(cache.put(keys, rows).stored()).isEqualTo(2);
        }
    }
}
