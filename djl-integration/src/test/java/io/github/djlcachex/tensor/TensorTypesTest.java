package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

import io.github.djlcachex.djl.GraphModels;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Every type in every structure, as bytes and as arrays of every engine: docs/tensor-cache.md. */
class TensorTypesTest {

    private static final List<String> STRUCTURES =
            List.of(
                    "scalar",
                    "(3)",
                    "rank 8",
                    "(0, 4)",
                    "list with names",
                    "ragged list",
                    "sparse (3, 4)",
                    "sparse, all zero");

    @TempDir Path directory;
    private int keys;

    private static RawTensor dense(TensorType type, long... shape) {
        int count = Math.toIntExact(RawTensor.elements(shape));
        if (type == TensorType.STRING) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                texts.add(i % 3 == 0 ? "" : "\u00e9\u20ac\ud83d\ude00".repeat(i));
            }
            return RawTensor.ofStrings(shape, texts);
        }
        return RawTensor.of(type, shape, bytes(type, count));
    }

    private static ByteBuffer bytes(TensorType type, int count) {
        byte[] bytes = new byte[count * type.byteWidth()];
        new Random(count).nextBytes(bytes);
        for (int i = 0; type == TensorType.BOOLEAN && i < bytes.length; i++) {
            bytes[i] &= 1;
        }
        return ByteBuffer.wrap(bytes);
    }

    private static RawTensor sparse(TensorType type, long... places) {
        ByteBuffer indices = ByteBuffer.allocate(places.length * 16).order(ByteOrder.LITTLE_ENDIAN);
        for (long place : places) {
            indices.putLong(place / 4);
        }
        for (long place : places) {
            indices.putLong(place % 4);
        }
        byte[] values = new byte[places.length * type.byteWidth()];
        Arrays.fill(values, (byte) 1);
        return RawTensor.ofCoo(type, new long[] {3, 4}, indices.flip(), ByteBuffer.wrap(values));
    }

    private static @Nullable List<RawTensor> tensors(TensorType type, String structure) {
        boolean isText = type == TensorType.STRING;
        return switch (structure) {
            case "scalar" -> List.of(dense(type));
            case "(3)" -> List.of(dense(type, 3));
            case "rank 8" -> List.of(dense(type, 1, 2, 1, 2, 3, 1, 2, 1));
            case "(0, 4)" -> List.of(dense(type, 0, 4));
            case "list with names" ->
                    List.of(dense(type, 2).named("logits"), dense(type, 1).named("\u20ac"));
            case "ragged list" -> List.of(dense(type, 5), dense(type, 1), dense(type, 2, 3));
            case "sparse (3, 4)" -> isText ? null : List.of(sparse(type, 1, 6, 11));
            default -> isText ? null : List.of(sparse(type));
        };
    }

    private TensorCache open() {
        return TensorCache.builder().setDirectory(directory).setName("types").open();
    }

    private TensorKey newKey() {
        return TensorKey.of("entry").with("number", keys++);
    }

    @Test
    void table_ofBytes_isThatOfThePage() throws IOException {
        try (TensorCache cache = open()) {
            GeneratedTable table = table("type");
            for (TensorType type : TensorType.values()) {
                table.row(row(type, cache, null));
            }
            table.assertIsUnder("Bytes, without an engine");
        }
    }

    @Test
    void table_ofPyTorch_isThatOfThePage() throws IOException {
        assertTable("PyTorch");
    }

    @Test
    void table_ofOnnxRuntime_isThatOfThePage() throws IOException {
        assertTable("OnnxRuntime");
    }

    @Test
    void table_ofTensorFlow_isThatOfThePage() throws IOException {
        GraphModels.requireTensorFlow();
        assertTable("TensorFlow");
    }

    private static GeneratedTable table(String first) {
        List<String> columns = new ArrayList<>(List.of(first));
        columns.addAll(STRUCTURES);
        return new GeneratedTable(columns.toArray(new String[0]));
    }

    private void assertTable(String engine) throws IOException {
        try (TensorCache cache = open();
                NDManager manager = NDManager.newBaseManager(engine)) {
            GeneratedTable table = table("type");
            for (TensorType type : TensorType.values()) {
                table.row(row(type, cache, manager));
            }
            table.assertIsUnder("Arrays of " + engine);
        }
    }

    private List<String> row(TensorType type, TensorCache cache, @Nullable NDManager manager) {
        List<String> cells = new ArrayList<>(List.of(type.name()));
        for (String structure : STRUCTURES) {
            List<RawTensor> tensors = tensors(type, structure);
            cells.add(tensors == null ? "none" : roundTrip(tensors, cache, manager));
        }
        return cells;
    }

    /** Puts tensors, gets them as arrays, puts those, and reads them. */
    private String roundTrip(
            List<RawTensor> tensors, TensorCache cache, @Nullable NDManager manager) {
        TensorKey key = newKey();
        cache.putRaw(key, tensors).orThrow();
        if (manager != null) {
            try (NDList arrays = cache.get(key, manager).orElseThrow()) {
                key = newKey();
                cache.put(key, arrays).orThrow();
            } catch (UnsupportedTensorException e) {
                return "refused";
            }
        }
        assertSame(tensors, cache.read(key).orElseThrow());
        return "exact";
    }

    private static void assertSame(List<RawTensor> expected, List<RawTensor> found) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            RawTensor tensor = expected.get(i);
            assertThat(found.get(i)).hasToString(tensor.toString());
            assertThat(found.get(i).layout()).isEqualTo(tensor.layout());
            assertThat(found.get(i).indices()).as("%s", tensor).isEqualTo(tensor.indices());
            assertThat(found.get(i).data()).as("%s", tensor).isEqualTo(tensor.data());
        }
    }

    @Test
    void sparseAndComplexArrays_ofPyTorch_comeBackAsWhatTheyWere() {
        try (TensorCache cache = open();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray dense = manager.create(new float[] {0, 0, 3, 0, 0, 5}, new Shape(2, 3));
            NDArray complex = manager.arange(12f).reshape(2, 3, 2).complex();
            assertThat(complex.getDataType()).isEqualTo(DataType.COMPLEX64);
            cache.put(newKey(), new NDList(dense.toSparse(SparseFormat.COO), complex)).orThrow();
            TensorInfo info = cache.list().get(0).tensors().get(0);
            assertThat(info.layout()).isEqualTo(TensorLayout.COO);
            assertThat(info.shape()).containsExactly(2, 3);
            NDList got = cache.get(cache.list().get(0).key(), manager).orElseThrow();
            assertThat(got.get(0).getSparseFormat()).isEqualTo(SparseFormat.COO);
            assertThat(got.get(0).toDense().toFloatArray()).containsExactly(0, 0, 3, 0, 0, 5);
            assertThat(got.get(1).getDataType()).isEqualTo(DataType.COMPLEX64);
            assertThat(got.get(1).real().toFloatArray()).isEqualTo(complex.real().toFloatArray());
        }
    }

    @Test
    void refusals_sayTheTypeAndTheWayOut() {
        try (TensorCache cache = open();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TensorKey key = newKey();
            cache.putRaw(key, List.of(dense(TensorType.INT16, 2).named("shorts"))).orThrow();
            assertThatThrownBy(() -> cache.get(key, manager))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContainingAll("'shorts'", "PyTorch", "INT16", "read(key)");
            NDArray closed = manager.create(1);
            closed.close();
            assertThatThrownBy(() -> cache.put(key, closed))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(
                            () ->
                                    RawTensor.of(
                                            TensorType.INT16,
                                            new long[] {3},
                                            bytes(TensorType.INT8, 5)))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContainingAll("6", "5");
            assertThat(cache.list()).hasSize(1);
        }
    }
}
