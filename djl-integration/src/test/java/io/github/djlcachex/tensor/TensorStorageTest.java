package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** How tensors are stored: in chunks, compressed, narrowed. */
class TensorStorageTest {

    private static final TensorKey KEY = TensorKey.of("a");
    private static final int CHUNK = 1 << 16;

    @TempDir Path directory;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private TensorCacheBuilder cache() {
        return TensorCache.builder()
                .setDirectory(directory)
                .setName("test")
                .optChunkBytes(CHUNK)
                .optThreads(3);
    }

    private static RawTensor random(int bytes) {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return RawTensor.of(TensorType.UINT8, new long[] {bytes}, ByteBuffer.wrap(data));
    }

    private static RawTensor repeated(int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (i / 1_000);
        }
        return RawTensor.of(TensorType.UINT8, new long[] {bytes}, ByteBuffer.wrap(data));
    }

    private static RawTensor doubles(double... numbers) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            data.putDouble(number);
        }
        return RawTensor.of(TensorType.FLOAT64, new long[] {numbers.length}, data.flip());
    }

    private static RawTensor longs(long... numbers) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            data.putLong(number);
        }
        return RawTensor.of(TensorType.INT64, new long[] {numbers.length}, data.flip());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, CHUNK - 1, CHUNK, CHUNK + 1, 7 * CHUNK, 7 * CHUNK + 5})
    void tensor_ofAnySize_isStoredInChunksAndReadWhole(int bytes) {
        List<RawTensor> tensors = List.of(random(bytes), repeated(bytes), random(3));
        for (int level : new int[] {0, 1, 9}) {
            TensorOptions how =
                    TensorOptions.defaults().withCompression(level).withCompressionFrom(0);
            try (TensorCache cache = cache().open()) {
                TensorKey key = KEY.with("level", level);
                cache.putRaw(key, tensors, how).orThrow();
                List<RawTensor> read = cache.read(key).orElseThrow();
                assertThat(TensorCache.validateRaw(tensors, read, 0).problems()).isEmpty();
                assertThat(cache.rows().rowCount())
                        .isGreaterThan(2L * (bytes / CHUNK)); // a row a chunk
            }
        }
    }

    @Test
    void largeArray_ofAnEngine_isReadAndFilledPieceByPiece() {
        TensorCacheBuilder builder = cache();
        builder.pieceLimit = 1_000;
        NDArray array = manager.arange(100_000f).reshape(100, 10, 100).transpose(2, 0, 1);
        try (TensorCache cache = builder.open()) {
            cache.put(KEY, array).orThrow();
            NDArray got = cache.get(KEY, manager).orElseThrow().singletonOrThrow();
            assertThat(got).isEqualTo(array);
            assertThat(got.getShape()).isEqualTo(new Shape(100, 100, 10));
        }
    }

    @Test
    void compression_isOfWhatIsLargeEnough_andListed() {
        TensorOptions how = TensorOptions.defaults().withCompression(6).withCompressionFrom(50_000);
        List<RawTensor> tensors = List.of(repeated(100_000), repeated(49_999), random(100_000));
        try (TensorCache cache = cache().optDefaults(how).open()) {
            cache.putRaw(KEY, tensors).orThrow();
            TensorEntry entry = cache.list().get(0);
            assertThat(entry.tensors())
                    .extracting(TensorInfo::isCompressed)
                    .containsExactly(true, false, false);
            assertThat(entry.tensors().get(0).storedBytes()).isBetween(1L, 5_000L);
            assertThat(entry.tensors().get(1).storedBytes()).isEqualTo(49_999);
            assertThat(entry.tensors().get(2).storedBytes()).isEqualTo(100_000);
            assertThat(entry.isCompressed()).isTrue();
            assertThat(entry.rawBytes()).isEqualTo(249_999);
            assertThat(entry.ratio())
                    .isEqualTo((double) entry.rawBytes() / entry.storedBytes())
                    .isGreaterThan(1.6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, 0.5, FLOAT32",
        "EXACT, -0.0, FLOAT32",
        "EXACT, NaN, FLOAT32",
        "EXACT, Infinity, FLOAT32",
        "EXACT, 0.1, FLOAT64",
        "EXACT, 1e300, FLOAT64",
        "ROUNDED, 0.1, FLOAT32",
        "ROUNDED, -Infinity, FLOAT32",
        "ROUNDED, 1e300, FLOAT64",
        "NONE, 0.5, FLOAT64"
    })
    void floats_areNarrowedWhereTheyFit(Narrowing narrowing, double number, TensorType stored) {
        List<RawTensor> tensors = List.of(doubles(1, number, 3));
        TensorOptions how = TensorOptions.defaults().withNarrowing(narrowing);
        try (TensorCache cache = cache().open()) {
            TensorInfo info = cache.putRaw(KEY, tensors, how).orThrow().tensors().get(0);
            assertThat(info.storedType()).isEqualTo(stored);
            assertThat(info.type()).isEqualTo(TensorType.FLOAT64);
            assertThat(info.storedBytes()).isEqualTo(stored == TensorType.FLOAT32 ? 12 : 24);
            List<RawTensor> read = cache.read(KEY).orElseThrow();
            double exact = narrowing == Narrowing.ROUNDED ? 1e-8 : 0;
            assertThat(TensorCache.validateRaw(tensors, read, exact).problems()).isEmpty();
            assertThat(read.get(0).data().getDouble(8))
                    .isEqualTo(
                            Double.valueOf(stored == TensorType.FLOAT32 ? (float) number : number));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, INT32",
        "-2147483648, INT32",
        "2147483648, INT64",
        "-2147483649, INT64"
    })
    void integers_areNarrowedWhereTheyFit(long number, TensorType stored) {
        List<RawTensor> tensors = List.of(longs(1, 2, number));
        for (Narrowing narrowing : List.of(Narrowing.EXACT, Narrowing.ROUNDED)) {
            TensorOptions how = TensorOptions.defaults().withNarrowing(narrowing);
            try (TensorCache cache = cache().open()) {
                TensorInfo info = cache.putRaw(KEY, tensors, how).orThrow().tensors().get(0);
                assertThat(info.storedType()).isEqualTo(stored);
                List<RawTensor> read = cache.read(KEY).orElseThrow();
                assertThat(read.get(0).data()).isEqualTo(tensors.get(0).data());
            }
        }
    }

    @Test
    void narrowedAndCompressedArray_ofSeveralChunks_isEqual() {
        NDArray ids = manager.arange(100_000).toType(DataType.INT64, false).mod(1_000);
        TensorOptions how =
                TensorOptions.defaults().withNarrowing(Narrowing.EXACT).withCompression(1);
        try (TensorCache cache = cache().optDefaults(how).open()) {
            TensorEntry entry = cache.put(KEY, ids).orThrow();
            assertThat(entry.tensors().get(0).storedType()).isEqualTo(TensorType.INT32);
            assertThat(entry.isCompressed()).isTrue();
            assertThat(entry.ratio()).isGreaterThan(4);
            NDList got = cache.get(KEY, manager).orElseThrow();
            assertThat(got.singletonOrThrow()).isEqualTo(ids);
            assertThat(entry.toString()).contains("INT64 as INT32[100000]");
        }
    }
}
