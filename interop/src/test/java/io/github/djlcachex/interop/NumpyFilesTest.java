package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Arrays that NumPy writes seldom, and files beside others. */
class NumpyFilesTest extends ImportTest {

    private static CacheExporter exporter(FeatureCache from, Path target) {
        return CacheExporter.builder().cache(from).format(FileFormat.NPY).target(target);
    }

    private static byte[] array(String descr, boolean isFortran, String shape, byte[] elements) {
        String text =
                "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
                        .formatted(descr, isFortran ? "True" : "False", shape);
        byte[] header =
                (text + " ".repeat(117 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length)
                .put(header)
                .put(elements)
                .array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] longs(long... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return bytes.array();
    }

    private Path archive(Object... namesAndArrays) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(0);
            for (int i = 0; i < namesAndArrays.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndArrays[i] + ".npy"));
                zip.write((byte[]) namesAndArrays[i + 1]);
                zip.closeEntry();
            }
        }
        return Files.write(files.resolve("v.npz"), bytes.toByteArray());
    }

    /** What numpy.asfortranarray makes of numpy.arange(6).reshape(1, 2, 3). */
    @Test
    void import_oneRowInFortranOrder_isAsNumPyHasIt() throws IOException {
        byte[] elements = floats(0, 3, 1, 4, 2, 5);
        Path file = Files.write(files.resolve("f.npy"), array("<f4", true, "1, 2, 3", elements));
        Files.write(files.resolve("f.ids.npy"), array("<i8", false, "1,", longs(1)));
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.NPY, file).run();
            assertThat(to.get(1L).orElseThrow()).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    @Test
    void import_damagedArchive_storesNothing() throws IOException {
        Path file =
                archive(
                        "id", array("<i8", false, "2,", longs(1, 2)),
                        "x", array("<f4", false, "2,", floats(1, 2)));
        byte[] bytes = Files.readAllBytes(file);
        byte[] one = floats(1, 2);
        int at = indexOf(bytes, one);
        bytes[at + 3] ^= 0x40;
        Files.write(file, bytes);
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.NPZ, file).run())
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("checksum")
                    .hasMessageContaining("x.npy");
            assertThat(to.schema()).isEmpty();
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        int at = 0;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }

    @Test
    void import_chosenArrays_doesNotMindTheOthers() throws IOException {
        Path file =
                archive(
                        "id", array("<i8", false, "2,", longs(1, 2)),
                        "x", array("<f4", false, "2,", floats(1.5f, 2.5f)),
                        "version", array("<i8", false, "", longs(3)),
                        "names", array("|O", false, "2,", new byte[8]),
                        "y", array("<f4", true, "2, 2", floats(1, 2, 3, 4)));
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.NPZ, file).columns("x").run();
            assertThat(to.get(2L).orElseThrow()).containsExactly(2.5f);
        }
    }

    @Test
    void import_idsThatAreAColumnToo_readsThemOnce() throws IOException {
        long[] ids = new long[200_000]; // several chunks
        Arrays.setAll(ids, i -> i);
        Path file = archive("id", array("<i8", false, "200000,", longs(ids)));
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.NPZ, file).columns("id").run();
            RowBatch row = RowBatch.allocate(to.schema().orElseThrow(), 1);
            for (long id : new long[] {0, 65_536, 199_999}) {
                assertThat(to.gather(Keys.of(id), row).isComplete()).isTrue();
                assertThat(row.buffer(0).getLong(0)).isEqualTo(id);
            }
        }
    }

    private FeatureCache filled(String module, boolean hasTexts) {
        FeatureCache cache = open(module);
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT32));
        RowBatch rows = RowBatch.allocate(schema, 2);
        rows.buffer(0).putFloat(0, hasTexts ? 10 : 1).putFloat(4, hasTexts ? 20 : 2);
        cache.put(hasTexts ? Keys.of("a", "b") : Keys.of(1, 2), rows);
        cache.flush();
        return cache;
    }

    @Test
    void export_thatReplacesAnArray_leavesNoIdsOfTheOldOne() {
        Path file = files.resolve("v.npy");
        try (FeatureCache integers = filled("integers", false);
                FeatureCache texts = filled("texts", true);
                FeatureCache back = open("back")) {
            exporter(integers, file).run();
            exporter(texts, file).overwrite(true).run();
            assertThat(files.resolve("v.ids.npy")).doesNotExist();
            importer(back, FileFormat.NPY, file).run();
            assertThat(back.get("b").orElseThrow()).containsExactly(20);
        }
    }

    @Test
    void export_besideIdsThatAreThere_isRefused() throws IOException {
        Path file = files.resolve("v.npy");
        Path ids = Files.writeString(files.resolve("v.ids.npy"), "of a user");
        try (FeatureCache from = filled("from", false)) {
            assertThatThrownBy(() -> exporter(from, file).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining(ids.toString());
            assertThat(ids).hasContent("of a user");
            assertThat(file).doesNotExist();
            exporter(from, file).overwrite(true).run();
            assertThat(file).exists();
        }
    }

    private static ShortBuffer halves(FeatureCache cache) {
        RowBatch row = RowBatch.allocate(cache.schema().orElseThrow(), 1);
        assertThat(row.schema().columns().get(0).type()).isEqualTo(ElementType.FLOAT16);
        assertThat(cache.gather(Keys.of(1), row).isComplete()).isTrue();
        return row.buffer(0).asShortBuffer();
    }

    /** Rounded to single precision first, these would become 1, infinity and 2048. */
    @Test
    void doubles_becomeHalfPrecisionByOneRounding() throws IOException {
        double[] doubles = {1 + 0x1p-11 + 0x1p-40, 65519.999999, 2049 + 0x1p-33};
        short[] right = {0x3c01, 0x7bff, 0x6801}; // 1 + 2^-10, 65504, 2050
        try (FeatureCache from = open("from");
                FeatureCache back = open("back");
                FeatureCache csv = open("csv")) {
            RowBatch rows = RowBatch.allocate(RowSchema.of(Column.of(ElementType.FLOAT64, 3)), 1);
            for (int i = 0; i < 3; i++) {
                rows.buffer(0).putDouble(8 * i, doubles[i]);
            }
            from.put(Keys.of(1), rows);
            from.flush();
            Path half = files.resolve("half.npy");
            exporter(from, half).elementType(ElementType.FLOAT16).run();
            importer(back, FileFormat.NPY, half).run();
            assertThat(halves(back)).isEqualTo(ShortBuffer.wrap(right));
            Path texts =
                    Files.writeString(
                            files.resolve("v.csv"),
                            "id,v_0,v_1,v_2\n1,1.00048828125000000000000000000001,65519.999999,"
                                    + "2049.0000000001\n");
            importer(csv, FileFormat.CSV, texts).elementType(ElementType.FLOAT16).run();
            assertThat(halves(csv)).isEqualTo(ShortBuffer.wrap(right));
        }
    }
}
