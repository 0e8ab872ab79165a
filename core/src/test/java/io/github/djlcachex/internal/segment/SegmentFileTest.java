package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.row.UnsupportedFormatException;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;

/** One segment file: written, read, truncated, forged. */
class SegmentFileTest {

    @TempDir Path directory;

    private final SegmentName name = SegmentFixture.name(5);

    private SegmentFile.Opened open(boolean mapped) throws IOException {
        return SegmentFile.open(
                SegmentFixture.STORAGE, directory.resolve(name.committedFile()), name, mapped);
    }

    private byte[] written(Keys keys) throws IOException {
        return Files.readAllBytes(SegmentFixture.write(directory, keys, name));
    }

    private void rewrite(byte[] bytes) throws IOException {
        Files.write(directory.resolve(name.committedFile()), bytes);
    }

    private static Keys keys(KeyType type) {
        return type == KeyType.INT64 ? SegmentFixture.LONGS : SegmentFixture.STRINGS;
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void file_written_readsAsItWas(KeyType type) throws IOException {
        Keys keys = keys(type);
        byte[] bytes = written(keys);
        for (boolean mapped : new boolean[] {true, false}) {
            SegmentFile.Opened opened = open(mapped);
            SegmentFile file = opened.file();
            assertThat(opened.keys()).isEqualTo(keys).isEqualTo(file.readKeys());
            assertThat(file.rows()).isEqualTo(3);
            assertThat(file.mapped()).isEqualTo(mapped);
            assertThat(file.fileBytes()).isEqualTo(bytes.length);
            assertThat(file.committedAtMs()).isEqualTo(1234);
            assertThat(file.name()).isEqualTo(name);
            assertThat(file.contract()).isEqualTo(SegmentFixture.contract(type));
            RowBatch into = RowBatch.allocate(SegmentFixture.ROWS.schema(), 3);
            OpenSegment heap = SegmentFixture.filled(keys);
            for (int row = 0; row < 3; row++) {
                file.copyRow(row, into, row);
                assertThat(file.storedCrc(row)).isEqualTo(heap.storedCrc(row));
                assertThat(SegmentFixture.ROWS.isRight(keys, row, into)).isTrue();
            }
            if (keys instanceof StringKeys strings) {
                assertThat(file.hasKey(1, strings, 1)).isTrue();
                assertThat(file.hasKey(1, strings, 2)).isFalse();
                assertThat(file.hasKey(0, Keys.of("c"), 0)).isFalse();
                assertThat(heap.hasKey(2, strings, 2)).isTrue();
                assertThat(heap.hasKey(2, strings, 0)).isFalse();
            }
            file.close();
        }
        assertThat(TestFiles.indexOf(bytes, "ARROW1".getBytes(StandardCharsets.US_ASCII))).isZero();
        assertThat(SegmentFixture.sealOffset(bytes) % 64).isZero();
    }

    @Test
    void rows_marked_areRememberedEach() throws IOException {
        written(SegmentFixture.LONGS);
        SegmentFile file = open(true).file();
        assertThat(file.suspect()).isFalse();
        assertThat(file.isUnserved(0)).isFalse();
        assertThat(file.markBad(2)).isTrue();
        assertThat(file.markBad(0)).isFalse();
        assertThat(file.isUnserved(2)).isTrue();
        assertThat(file.isUnserved(1)).isFalse();
        assertThat(file.suspect()).isTrue();
        assertThat(file.isChecked(1)).isFalse();
        file.markChecked(1);
        assertThat(file.isChecked(1)).isTrue();
        assertThat(file.isChecked(2)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void file_truncatedAtAnyLength_isCorrupt(KeyType type) throws IOException {
        byte[] bytes = written(keys(type));
        for (int length = 0; length < bytes.length; length++) {
            rewrite(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> open(false))
                    .as("length %s of %s", length, bytes.length)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining(name.committedFile());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 4096})
    void file_withMoreBytesAtItsEnd_isCorrupt(int more) throws IOException {
        byte[] bytes = written(SegmentFixture.LONGS);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        rewrite(longer);
        assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
        new Random(more).nextBytes(longer);
        System.arraycopy(bytes, 0, longer, 0, bytes.length);
        rewrite(longer);
        assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
        System.arraycopy(bytes, bytes.length - 10, longer, longer.length - 10, 10);
        rewrite(longer);
        assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
    }

    /** A row's checksum would tell too, but a key that nobody put must not be listed either. */
    @ParameterizedTest
    @EnumSource(KeyType.class)
    void keys_withAnyBitFlipped_areCorrupt(KeyType type) throws IOException {
        byte[] bytes = written(keys(type));
        SegmentHeader header;
        try (ReadableFile file =
                SegmentFixture.STORAGE.open(directory.resolve(name.committedFile()))) {
            header = SegmentHeader.read(file, name);
        }
        int from = (int) header.layout().keysOffset();
        int to = (int) (from + header.layout().keyBytes());
        if (type == KeyType.UTF8) {
            from = (int) header.layout().keyBoundariesOffset();
        }
        int padding = type == KeyType.UTF8 ? from + 4 * Integer.BYTES : to;
        for (int offset = from; offset < to; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[offset] ^= (byte) (1 << bit);
                rewrite(flipped);
                boolean isPadding =
                        offset >= padding && offset < (int) header.layout().keysOffset();
                if (isPadding) {
                    assertThat(open(false).keys()).isEqualTo(keys(type));
                } else {
                    assertThatThrownBy(() -> open(false))
                            .isInstanceOf(CorruptFileException.class)
                            .hasMessageContaining("keys as they were written");
                }
            }
        }
    }

    @Test
    void file_ofGarbage_isCorrupt() throws IOException {
        Random random = new Random(3);
        byte[] magic = SegmentHeader.tail(1).array();
        for (int size = 0; size < 600; size++) {
            byte[] garbage = new byte[size];
            random.nextBytes(garbage);
            rewrite(garbage);
            assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
            if (size >= magic.length) {
                System.arraycopy(magic, 0, garbage, size - magic.length, magic.length);
                garbage[size - magic.length] = (byte) size;
                garbage[size - magic.length + 1] = 0;
                rewrite(garbage);
                assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
            }
        }
        rewrite(new byte[100_000]);
        assertThatThrownBy(() -> open(false)).isInstanceOf(CorruptFileException.class);
    }

    @Test
    void file_underAnotherName_isCorrupt() throws IOException {
        Path written = SegmentFixture.write(directory, SegmentFixture.LONGS, name);
        for (SegmentName other :
                new SegmentName[] {
                    new SegmentName(name.writer(), 6),
                    new SegmentName(
                            new WriterId(name.writer().process(), ~name.writer().random()), 5)
                }) {
            Path copy = directory.resolve(other.committedFile());
            Files.copy(written, copy);
            assertThatThrownBy(() -> SegmentFile.open(SegmentFixture.STORAGE, copy, other, true))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("renamed or copied");
        }
    }

    @Test
    void file_ofANewerFormat_isUnsupported() throws IOException {
        byte[] bytes = written(SegmentFixture.LONGS);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(SegmentFixture.sealOffset(bytes) + SegmentFixture.FORMAT, 2);
        SegmentFixture.reseal(bytes);
        rewrite(bytes);
        assertThatThrownBy(() -> open(true))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("upgrade");
    }

    @Test
    void cache_withASegmentOfANewerFormat_skipsItOnceAndKeepsTheFile() throws IOException {
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("m").open()) {
            cache.put(keys, SegmentFixture.ROWS.batch(keys));
        }
        Path file = TestFiles.only(directory, ".arrow");
        byte[] bytes = Files.readAllBytes(file);
        bytes[SegmentFixture.sealOffset(bytes) + SegmentFixture.FORMAT] = 9;
        SegmentFixture.reseal(bytes);
        Files.write(file, bytes);
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("m").open()) {
            assertThat(cache.stats().skippedSegments()).isOne();
            assertThat(cache.refresh()).isZero();
            assertThat(cache.stats().skippedSegments()).isOne();
            assertThat(cache.rowCount()).isZero();
        }
        assertThat(file).exists();
    }

    /** A seal with a right checksum of its own, whose numbers are lies. */
    @Test
    void seal_forged_isCorrupt() throws IOException {
        byte[] bytes = written(SegmentFixture.LONGS);
        int seal = SegmentFixture.sealOffset(bytes);
        Random random = new Random(5);
        int[] values = {0, 1, -1, 2, 8, 64, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20, 1 << 30};
        for (int field = 12; field <= 40; field += 4) {
            for (int i = 0; i < 40; i++) {
                int value = i < values.length ? values[i] : random.nextInt();
                byte[] forged = bytes.clone();
                ByteBuffer view = ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN);
                if (view.getInt(seal + field) != value) {
                    view.putInt(seal + field, value);
                    SegmentFixture.reseal(forged);
                    rewrite(forged);
                    assertThatThrownBy(() -> open(true))
                            .as("field at %s is %s", field, value)
                            .isInstanceOf(CorruptFileException.class);
                }
            }
        }
    }

    /** Flatbuffers check nothing: what is in the metadata is held against the layout. */
    @ParameterizedTest
    @EnumSource(KeyType.class)
    void metadata_forgedWithRightChecksums_isATypedExceptionOrHarmless(KeyType type)
            throws IOException {
        Keys keys = keys(type);
        byte[] bytes = written(keys);
        int seal = SegmentFixture.sealOffset(bytes);
        Seal intact =
                Seal.decode(ByteBuffer.wrap(bytes, seal, Seal.BYTES).slice(), name.toString());
        int body = LayoutV1.MAGIC_BYTES + intact.schemaBytes() + intact.batchBytes();
        int footer = seal + Seal.BYTES;
        Random random = new Random(9);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] forged = bytes.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                boolean front = random.nextBoolean();
                int from = front ? 0 : footer;
                int to = front ? body : bytes.length - LayoutV1.TAIL_BYTES;
                forged[from + random.nextInt(to - from)] = (byte) random.nextInt();
            }
            SegmentFixture.resealMetadata(forged, body);
            rewrite(forged);
            try {
                SegmentFile.Opened opened = open(false);
                RowBatch into = RowBatch.allocate(SegmentFixture.ROWS.schema(), 3);
                assertThat(opened.keys()).isEqualTo(keys);
                if (opened.file().contract().sameRows(SegmentFixture.contract(type))) {
                    opened.file().copyRow(2, into, 2);
                    assertThat(SegmentFixture.ROWS.isRight(keys, 2, into)).isTrue();
                }
                opened.file().close();
            } catch (CacheException typed) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void openSegment_isFullAtItsRowsAndBytes() {
        OpenSegment byRows = new OpenSegment(SegmentFixture.contract(KeyType.INT64), 4096, 2, 0);
        RowBatch batch = SegmentFixture.ROWS.batch(SegmentFixture.LONGS);
        assertThat(byRows.isFull()).isFalse();
        byRows.append(SegmentFixture.LONGS, batch, 0, 0);
        assertThat(byRows.isFull()).isFalse();
        byRows.append(SegmentFixture.LONGS, batch, 1, 0);
        assertThat(byRows.isFull()).isTrue();
        assertThat(byRows.bytes()).isEqualTo(2 * (14 + 4 + 8));
        assertThat(byRows.rows()).isEqualTo(2);
        OpenSegment byBytes =
                new OpenSegment(SegmentFixture.contract(KeyType.UTF8), 4096, Integer.MAX_VALUE, 0);
        Keys longKey = Keys.of("x".repeat(1024));
        int rows = 0;
        while (!byBytes.isFull()) {
            byBytes.append(longKey, SegmentFixture.ROWS.batch(longKey), 0, 0);
            rows++;
        }
        assertThat(rows).isBetween(2, 4);
        assertThat(byBytes.bytes()).isLessThanOrEqualTo(4096);
    }

    @Test
    void names_parse_onlyAsTheyAreWritten() {
        String text = name.committedFile();
        assertThat(SegmentName.parse(text, SegmentName.COMMITTED)).contains(name);
        assertThat(SegmentName.parse(name.temporaryFile(), SegmentName.TEMPORARY)).contains(name);
        assertThat(SegmentName.parse(text, SegmentName.TEMPORARY)).isEmpty();
        for (String other :
                new String[] {
                    "",
                    ".arrow",
                    "x.arrow",
                    text + ".bak",
                    "a" + text,
                    text.replace("-00000005", "-5"),
                    text.replace("-00000005", "-000000005"),
                    text.replace("-00000005", "--0000005"),
                    text.replace("_p", "_p0"),
                    text.replace("_r", "_R"),
                    "../" + text,
                    text.replace(".arrow", ".ARROW")
                }) {
            assertThat(SegmentName.parse(other, SegmentName.COMMITTED)).as(other).isEmpty();
        }
        SegmentName large = new SegmentName(name.writer(), 123_456_789_012L);
        assertThat(SegmentName.parse(large.committedFile(), SegmentName.COMMITTED)).contains(large);
    }

    @Test
    void layout_ofForgedSizes_overflowsLoudly() {
        Contract huge =
                new Contract(
                        "m",
                        "",
                        KeyType.INT64,
                        RowSchema.of(
                                Collections.nCopies(
                                        1024, Column.of(ElementType.INT8, Integer.MAX_VALUE))),
                        0);
        assertThatThrownBy(() -> new LayoutV1(huge, Integer.MAX_VALUE, 8, 64, 64, new long[1024]))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void arrowFields_ofAnyOutputs_haveDistinctNames() {
        var schema =
                RowSchema.of(
                        Column.of(ElementType.INT8),
                        Column.of("output_0", ElementType.INT8),
                        Column.of("id", ElementType.INT8),
                        Column.of("crc32c", ElementType.INT8),
                        Column.of(ElementType.INT8));
        assertThat(ArrowSchema.fieldNames(schema))
                .containsExactly(
                        "output_0", "output.output_0", "output.id", "output.crc32c", "output_4");
    }
}
