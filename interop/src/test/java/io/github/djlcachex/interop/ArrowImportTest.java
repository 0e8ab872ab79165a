package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Arrow files, of which the segments of a cache are some: files that no Python is needed for. */
class ArrowImportTest {

    private static final int ROWS = 300;

    @TempDir Path directory;

    private Path segment;

    @BeforeEach
    void writeSegment() {
        try (FeatureCache cache = open("from")) {
            RowSchema schema =
                    RowSchema.of(
                            Column.of("v", ElementType.FLOAT32, 2, 3),
                            Column.of("b", ElementType.BOOLEAN, 2),
                            Column.of("h", ElementType.BFLOAT16));
            RowBatch rows = RowBatch.allocate(schema, ROWS);
            long[] ids = new long[ROWS];
            for (int row = 0; row < ROWS; row++) {
                ids[row] = row + 7L;
                for (int i = 0; i < 6; i++) {
                    rows.buffer(0).putFloat((row * 6 + i) * Float.BYTES, row + i / 8f);
                }
                rows.buffer(1).put(2 * row, (byte) (row % 2));
                rows.buffer(2).putShort(2 * row, (short) row);
            }
            cache.put(Keys.of(ids), rows);
            cache.flush();
            segment = cache.segments().get(0).file();
        }
    }

    @Test
    void import_aSegment_hasRowsTypesAndShapes() {
        try (FeatureCache to = open("to");
                FeatureCache from = open("from")) {
            ImportReport report = importer(to, segment).columns("v", "b", "h").run();
            assertThat(report.storedRows()).isEqualTo(ROWS);
            assertThat(to.schema()).isEqualTo(from.schema());
            RowBatch left = RowBatch.allocate(to.schema().orElseThrow(), 2);
            RowBatch right = RowBatch.allocate(to.schema().orElseThrow(), 2);
            Keys keys = Keys.of(7, 306);
            assertThat(to.gather(keys, left).isComplete()).isTrue();
            assertThat(from.gather(keys, right).isComplete()).isTrue();
            for (int c = 0; c < 3; c++) {
                assertThat(left.buffer(c)).isEqualTo(right.buffer(c));
            }
        }
    }

    @Test
    void import_idWithAnotherRow_isAConflict() throws IOException {
        Path shifted = directory.resolve("shifted.txt");
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            lines.append(row + 8).append('\n');
        }
        Files.writeString(shifted, lines);
        try (FeatureCache to = open("to")) {
            importer(to, segment).columns("h").run();
            CacheImporter others =
                    importer(to, segment).columns("h").ids(shifted).keyType(KeyType.INT64);
            assertThatThrownBy(others::run)
                    .isInstanceOf(RowConflictException.class)
                    .hasMessageContaining("id 8");
            ImportReport kept = others.existingRows(ExistingRows.KEEP).run();
            assertThat(kept.existingRows()).isEqualTo(ROWS);
        }
    }

    @Test
    void import_rowsOfFile_keepsToIdsOfLines() throws IOException {
        Path ids = directory.resolve("ids.txt");
        StringBuilder lines = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            lines.append("row-").append(row).append('\n');
        }
        Files.writeString(ids, lines);
        try (FeatureCache to = open("to")) {
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.ARROW)
                    .source(segment)
                    .columns("v")
                    .ids(ids)
                    .run();
            assertThat(to.get("row-299").orElseThrow()[0]).isEqualTo(299);
        }
        Files.writeString(ids, lines + "one more\n");
        try (FeatureCache to = open("to")) {
            CacheImporter more =
                    CacheImporter.builder()
                            .cache(to)
                            .format(FileFormat.ARROW)
                            .source(segment)
                            .columns("v")
                            .ids(ids);
            assertThatThrownBy(more::run)
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("300 ids")
                    .hasMessageContaining("301");
        }
    }

    @Test
    void import_unknownColumn_isRefusedByName() {
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, segment).columns("w").run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("w");
            assertThatThrownBy(() -> importer(to, segment).idColumn("key").run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("key");
        }
    }

    @Test
    void import_aCutFile_isCorrupt() throws IOException {
        byte[] whole = Files.readAllBytes(segment);
        Path cut = directory.resolve("cut.arrow");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, cut).run())
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("footer");
        }
    }

    /** Whatever a byte becomes, an import ends with rows or with a typed exception. */
    @Test
    void import_changedBytes_givesRowsOrATypedException() throws IOException {
        byte[] whole = Files.readAllBytes(segment);
        Path changed = directory.resolve("changed.arrow");
        Random random = new Random(3);
        for (int run = 0; run < 300; run++) {
            byte[] bytes = whole.clone();
            for (int i = 0; i < 4; i++) {
                bytes[random.nextInt(2048)] = (byte) random.nextInt();
            }
            Files.write(changed, bytes);
            try (FeatureCache to = open("to-" + run)) {
                importer(to, changed).columns("v", "h").run();
            } catch (CacheException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }

    private static CacheImporter importer(FeatureCache cache, Path source) {
        return CacheImporter.builder().cache(cache).format(FileFormat.ARROW).source(source);
    }
}
