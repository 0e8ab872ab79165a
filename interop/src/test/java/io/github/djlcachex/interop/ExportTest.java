package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is exported comes back by an import, row by row. */
class ExportTest {

    private static final int ROWS = 5000;

    @TempDir Path directory;
    @TempDir Path out;

    @BeforeEach
    void fill() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("v", ElementType.FLOAT32, 2, 3),
                        Column.of("flag", ElementType.BOOLEAN, 3),
                        Column.of("label", ElementType.INT64));
        try (FeatureCache cache = open("from")) {
            RowBatch rows = RowBatch.allocate(schema, ROWS);
            String[] ids = new String[ROWS];
            for (int row = 0; row < ROWS; row++) {
                ids[row] = "row \u00e9 " + (ROWS - row);
                for (int i = 0; i < 6; i++) {
                    rows.buffer(0).putFloat((row * 6 + i) * Float.BYTES, row + i / 8f);
                }
                rows.buffer(1).put(3 * row + row % 3, (byte) 1);
                rows.buffer(2).putLong(row * Long.BYTES, 1L << 40 | row);
            }
            cache.put(Keys.of(ids), rows);
            cache.flush();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ARROW", "CSV", "HF", "NPZ"})
    void export_thenImport_givesTheSameRows(FileFormat format) {
        for (Long rowsPerFile : new Long[] {null, 1700L}) {
            Path target =
                    out.resolve(
                            "all"
                                    + rowsPerFile
                                    + format.suffixes().stream().findFirst().orElse(""));
            try (FeatureCache from = open("from");
                    FeatureCache to = open("to" + rowsPerFile)) {
                CacheExporter exporter = exporter(from, format, target);
                if (rowsPerFile != null) {
                    exporter.rowsPerFile(rowsPerFile);
                }
                ExportReport report = exporter.run();
                assertThat(report.rows()).isEqualTo(ROWS);
                assertThat(report.damagedRows()).isZero();
                ImportReport back =
                        CacheImporter.builder().cache(to).format(format).source(target).run();
                assertThat(back.files()).isEqualTo(rowsPerFile == null ? 1 : 3);
                assertSame(from, to);
            }
        }
        assertThat(names(out)).hasSize(2);
    }

    @Test
    void export_npy_hasIdsBesideIt() {
        Path target = out.resolve("v.npy");
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            assertThatThrownBy(() -> exporter(from, FileFormat.NPY, target).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("npz");
            assertThat(names(out)).isEmpty();
            ExportReport report = exporter(from, FileFormat.NPY, target).columns("v").run();
            assertThat(report.files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("v.ids.txt", "v.npy");
            ImportReport back =
                    CacheImporter.builder().cache(to).format(FileFormat.NPY).source(target).run();
            assertThat(back.storedRows()).isEqualTo(ROWS);
            assertThat(to.schema().orElseThrow()).hasToString("RowSchema[FLOAT32[2, 3]]");
            assertThat(to.get("row \u00e9 " + ROWS).orElseThrow()[5]).isEqualTo(5 / 8f);
        }
    }

    @Test
    void export_byKey_writesIdsInOrder() throws IOException {
        Path target = out.resolve("v.npy");
        try (FeatureCache from = open("from")) {
            exporter(from, FileFormat.NPY, target).columns("v").order(RowOrder.KEY).run();
        }
        List<String> ids = Files.readAllLines(out.resolve("v.ids.txt"));
        assertThat(ids).hasSize(ROWS).isSorted();
    }

    @Test
    void export_halfPrecision_hasHalfOfTheBytes() {
        try (FeatureCache from = open("from");
                FeatureCache to = open("to")) {
            long full =
                    exporter(from, FileFormat.NPY, out.resolve("a.npy")).columns("v").run().bytes();
            Path target = out.resolve("b.arrow");
            exporter(from, FileFormat.ARROW, target).elementType(ElementType.FLOAT16).run();
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.ARROW)
                    .source(target)
                    .columns("v")
                    .run();
            assertThat(to.schema().orElseThrow()).hasToString("RowSchema[v:FLOAT16[2, 3]]");
            assertThat(full).isGreaterThan(ROWS * 24L);
        }
    }

    @Test
    void export_rowsOfVariableShape_comeBack() {
        RowSchema schema =
                RowSchema.of(
                        Column.of("t", ElementType.FLOAT32, Column.VARIABLE, 2),
                        Column.ofStrings("s"));
        Path target = out.resolve("v.arrow");
        try (FeatureCache from = open("variable");
                FeatureCache to = open("to")) {
            var shapes = io.github.djlcachex.row.RowShapes.builder(schema);
            for (int row = 0; row < 10; row++) {
                shapes.add(new int[] {row, 2}, new int[] {row % 3});
            }
            RowBatch rows = RowBatch.allocate(shapes.build());
            for (int i = 0; i < 90; i++) {
                rows.buffer(0).putFloat(i * Float.BYTES, i);
            }
            for (int i = 0; i < rows.buffer(1).capacity(); i++) {
                rows.buffer(1).put(i, (byte) ('a' + i));
            }
            long[] ids = IntStream.range(0, 10).mapToLong(i -> i).toArray();
            from.put(Keys.of(ids), rows);
            from.flush();
            exporter(from, FileFormat.ARROW, target).run();
            CacheImporter.builder()
                    .cache(to)
                    .format(FileFormat.ARROW)
                    .source(target)
                    .variableRows(true)
                    .run();
            assertSame(from, to);
            assertThatThrownBy(() -> exporter(from, FileFormat.NPZ, out.resolve("v.npz")).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("arrow");
        }
    }

    @Test
    void export_aTargetThatIsThere_isRefusedUnlessItMayBeReplaced() throws IOException {
        Path target = Files.writeString(out.resolve("v.arrow"), "mine");
        try (FeatureCache from = open("from")) {
            assertThatThrownBy(() -> exporter(from, FileFormat.ARROW, target).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("overwrite");
            assertThat(target).hasContent("mine");
            exporter(from, FileFormat.ARROW, target).overwrite(true).run();
            assertThat(Files.size(target)).isGreaterThan(ROWS * 24L);
        }
    }

    @Test
    void export_thatFails_leavesNothing() {
        try (FeatureCache from = open("from")) {
            CacheExporter failing =
                    exporter(from, FileFormat.ARROW, out.resolve("v.arrow"))
                            .listener(
                                    progress -> {
                                        throw new IllegalStateException("stop");
                                    });
            assertThatThrownBy(failing::run).isInstanceOf(IllegalStateException.class);
            assertThat(names(out)).isEmpty();
        }
    }

    @Test
    void export_damagedRows_areLeftOutAndCounted() throws IOException {
        Path segment;
        try (FeatureCache from = open("from")) {
            segment = from.segments().get(0).file();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77}), channel.size() / 2);
        }
        for (RowOrder order : RowOrder.values()) {
            try (FeatureCache from = open("from")) {
                ExportReport report =
                        exporter(from, FileFormat.ARROW, out.resolve(order + ".arrow"))
                                .order(order)
                                .run();
                assertThat(report.damagedRows()).as("by %s", order).isEqualTo(1);
                assertThat(report.rows()).isEqualTo(ROWS - 1);
            }
        }
    }

    @Test
    void export_aCacheWithoutRows_isRefused() {
        try (FeatureCache empty = open("empty")) {
            assertThatThrownBy(() -> exporter(empty, FileFormat.ARROW, out.resolve("e")).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("empty");
        }
    }

    private static void assertSame(FeatureCache from, FeatureCache to) {
        assertThat(to.schema()).isEqualTo(from.schema());
        assertThat(to.rowCount()).isEqualTo(from.rowCount());
        Keys keys = from.keys();
        RowBatch left = RowBatch.allocate(from.shapes(keys).orElseThrow());
        RowBatch right = RowBatch.allocate(to.shapes(keys).orElseThrow());
        assertThat(from.gather(keys, left).isComplete()).isTrue();
        assertThat(to.gather(keys, right).isComplete()).isTrue();
        for (int c = 0; c < left.schema().columns().size(); c++) {
            assertThat(right.buffer(c)).isEqualTo(left.buffer(c));
        }
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> listed = Files.list(directory)) {
            return new ArrayList<>(listed.map(file -> file.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }

    private static CacheExporter exporter(FeatureCache cache, FileFormat format, Path target) {
        return CacheExporter.builder().cache(cache).format(format).target(target);
    }
}
