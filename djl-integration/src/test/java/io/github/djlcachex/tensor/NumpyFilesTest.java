package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.row.CacheIoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** NumPy's files, both ways. */
class NumpyFilesTest {

    @TempDir Path directory;

    private static RawTensor tensor(TensorType type, long... shape) {
        int count = Math.toIntExact(RawTensor.elements(shape));
        byte[] bytes = new byte[count * type.byteWidth()];
        new Random(count).nextBytes(bytes);
        return RawTensor.of(type, shape, ByteBuffer.wrap(bytes));
    }

    /** An npy file as NumPy writes it. */
    private Path npy(int version, String header, byte... data) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(0x93);
        file.writeBytes("NUMPY".getBytes(StandardCharsets.US_ASCII));
        file.write(version);
        file.write(0);
        byte[] text = (header + "  \n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        length.putInt(text.length);
        file.write(length.array(), 0, version == 1 ? 2 : 4);
        file.writeBytes(text);
        file.writeBytes(data);
        return Files.write(directory.resolve("given.npy"), file.toByteArray());
    }

    private static String header(String descr, boolean fortran, String shape) {
        return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
                .replaceFirst("%s", descr)
                .replaceFirst("%s", fortran ? "True" : "False")
                .replaceFirst("%s", shape);
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"BFLOAT16", "STRING"},
            mode = EnumSource.Mode.EXCLUDE)
    void tensor_ofEachTypeThatNumPyHas_isWrittenAndRead(TensorType type) {
        Path file = directory.resolve("a.npy");
        for (long[] shape : new long[][] {{}, {3}, {2, 3, 4}, {0, 5}}) {
            RawTensor tensor = tensor(type, shape);
            NumpyFiles.writeNpy(tensor, file);
            RawTensor read = NumpyFiles.readNpy(file);
            assertThat(TensorCache.validateRaw(List.of(tensor), List.of(read), 0).problems())
                    .isEmpty();
        }
        assertThat(directory.resolve("a.npy.tmp")).doesNotExist();
    }

    @Test
    void writtenFile_isThatOfNumPy() throws IOException {
        Path file = directory.resolve("a.npy");
        ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 0, 2, 0});
        NumpyFiles.writeNpy(RawTensor.of(TensorType.INT16, new long[] {2}, data), file);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(128 + 4).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
                .isEqualTo(
                        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }"
                                + " ".repeat(60)
                                + "\n");
        assertThat(bytes[127]).isEqualTo((byte) '\n');
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void file_ofEachVersion_isRead(int version) throws IOException {
        RawTensor read =
                NumpyFiles.readNpy(
                        npy(version, header("|u1", false, "(2, 1)"), (byte) 7, (byte) 8));
        assertThat(read.type()).isEqualTo(TensorType.UINT8);
        assertThat(read.shape()).containsExactly(2, 1);
        assertThat(read.data().get(1)).isEqualTo((byte) 8);
    }

    @Test
    void arrayOfFortransOrder_andBigEndianOne_areReadAsAllOthers() throws IOException {
        byte[] columns = {0, 3, 1, 4, 2, 5}; // of a (2, 3) array of 0 to 5
        RawTensor read = NumpyFiles.readNpy(npy(1, header("|i1", true, "(2, 3)"), columns));
        byte[] bytes = new byte[6];
        read.data().get(bytes);
        assertThat(bytes).containsExactly(0, 1, 2, 3, 4, 5);
        byte[] big = {0, 0, 1, 2, 0, 0, 0, 3};
        read = NumpyFiles.readNpy(npy(1, header(">i4", false, "(2,)"), big));
        assertThat(read.data().getInt(0)).isEqualTo(258);
        assertThat(read.data().getInt(4)).isEqualTo(3);
        byte[] pair = {0x3f, (byte) 0x80, 0, 0, 0x40, 0, 0, 0};
        read = NumpyFiles.readNpy(npy(1, header(">c8", false, "()"), pair));
        assertThat(read.data().getFloat(0)).isEqualTo(1);
        assertThat(read.data().getFloat(4)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"|O", "<U4", "|S3", "<M8[ns]", "|V2", "<f16"})
    void file_ofATypeThatIsNotSupported_isRefused(String descr) throws IOException {
        Path file = npy(1, header(descr, false, "(1,)"), new byte[16]);
        assertThatThrownBy(() -> NumpyFiles.readNpy(file))
                .isInstanceOf(UnsupportedTensorException.class)
                .hasMessageContaining(descr)
                .hasMessageContaining(descr.equals("|O") ? "Python objects" : "truth values");
    }

    @Test
    void file_thatIsNone_isRefused() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "no array at all");
        assertThatThrownBy(() -> NumpyFiles.readNpy(text))
                .isInstanceOf(UnsupportedTensorException.class);
        assertThatThrownBy(() -> NumpyFiles.readNpz(text))
                .isInstanceOf(UnsupportedTensorException.class);
        Path cut = npy(1, header("<f4", false, "(9,)"), new byte[8]);
        assertThatThrownBy(() -> NumpyFiles.readNpy(cut))
                .isInstanceOf(UnsupportedTensorException.class)
                .hasMessageContainingAll("36 bytes", "found 8");
        Path structured = npy(1, "{'descr': [('a', '<f4')], 'shape': (1,), }", new byte[4]);
        assertThatThrownBy(() -> NumpyFiles.readNpy(structured))
                .isInstanceOf(UnsupportedTensorException.class);
        Path none = directory.resolve("none.npy");
        assertThatThrownBy(() -> NumpyFiles.readNpy(none)).isInstanceOf(CacheIoException.class);
    }

    @Test
    void archive_ofNumPy_isRead() {
        List<RawTensor> read = NumpyFiles.readNpz(Path.of("src/test/resources/numpy/arrays.npz"));
        assertThat(read)
                .extracting(RawTensor::toString)
                .containsExactly(
                        "RawTensor(fortran: FLOAT64[2, 3])",
                        "RawTensor(big: INT32[2, 3])",
                        "RawTensor(complex: COMPLEX64[2, 3])",
                        "RawTensor(half: FLOAT16[])",
                        "RawTensor(empty: UINT16[0, 2])",
                        "RawTensor(mask: BOOLEAN[2, 3])",
                        "RawTensor(arr_0: FLOAT32[2, 3])");
        for (int i = 0; i < 6; i++) {
            assertThat(read.get(6).data().getFloat(4 * i)).isEqualTo(i);
            assertThat(read.get(0).data().getDouble(8 * i)).isEqualTo(i);
            assertThat(read.get(1).data().getInt(4 * i)).isEqualTo(i);
            assertThat(read.get(2).data().getFloat(8 * i)).isEqualTo(i);
            assertThat(read.get(2).data().getFloat(8 * i + 4)).isEqualTo(1);
            assertThat(read.get(5).data().get(i)).isEqualTo((byte) (i > 2 ? 1 : 0));
        }
        assertThat(read.get(3).data().getShort(0)).isEqualTo((short) 0x3e00);
    }

    @Test
    void archive_throughTheCache_keepsNamesAndOrder() {
        Path file = directory.resolve("a.npz");
        List<RawTensor> tensors =
                List.of(
                        tensor(TensorType.FLOAT32, 2, 3).named("weight"),
                        tensor(TensorType.INT64, 4),
                        tensor(TensorType.BOOLEAN).named("layer/mask"));
        NumpyFiles.writeNpz(tensors, file);
        TensorKey key = TensorKey.of("migrated");
        try (TensorCache cache = TensorCache.builder().setDirectory(directory).setName("a").open();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            cache.putRaw(key, NumpyFiles.readNpz(file)).orThrow();
            NDList arrays = cache.get(key, manager).orElseThrow();
            assertThat(arrays.get(0).getName()).isEqualTo("weight");
            cache.put(key, arrays).orThrow();
            Path back = directory.resolve("back.npz");
            NumpyFiles.writeNpz(cache.read(key).orElseThrow(), back);
            List<RawTensor> read = NumpyFiles.readNpz(back);
            assertThat(TensorCache.validateRaw(tensors, read, 0).problems()).isEmpty();
            assertThat(read.get(1).name()).isEmpty();
        }
    }

    @Test
    void tensors_thatNumPyDoesNotHave_areRefused_andTheOldFileStays() throws IOException {
        Path file = Files.writeString(directory.resolve("old"), "old");
        RawTensor half = tensor(TensorType.BFLOAT16, 2).named("half");
        RawTensor texts = RawTensor.ofStrings(new long[] {1}, List.of("a"));
        RawTensor sparse =
                RawTensor.ofCoo(
                        TensorType.INT8,
                        new long[] {2},
                        ByteBuffer.allocate(8),
                        ByteBuffer.allocate(1));
        for (RawTensor tensor : List.of(half, texts, sparse)) {
            assertThatThrownBy(() -> NumpyFiles.writeNpy(tensor, file))
                    .isInstanceOf(UnsupportedTensorException.class);
            assertThatThrownBy(() -> NumpyFiles.writeNpz(List.of(tensor), file))
                    .isInstanceOf(UnsupportedTensorException.class);
        }
        RawTensor named = tensor(TensorType.INT8, 1).named("same");
        assertThatThrownBy(() -> NumpyFiles.writeNpz(List.of(named, named), file))
                .isInstanceOf(UnsupportedTensorException.class)
                .hasMessageContaining("same");
        assertThat(file).hasContent("old");
    }
}
