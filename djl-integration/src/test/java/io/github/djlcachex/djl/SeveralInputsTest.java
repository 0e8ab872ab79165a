package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Models of several inputs of several types, one of which all rows share, on every engine: cached,
 * partly cached and not cached rows are those of the model alone.
 */
class SeveralInputsTest {

    static final int WIDTH = 3;
    private static final List<String> NAMES = List.of("factor", "keep", "tokens", "weights");
    private static final List<String> NESTED =
            List.of(
                    "pair()",
                    "pair()",
                    "texts.tokens",
                    "texts.keep",
                    "more[]",
                    "more[]",
                    "grid(2,2)",
                    "grid(2,2)",
                    "grid(2,2)",
                    "grid(2,2)");

    @TempDir Path directory;

    /** Rows of a batch by their ids, which are also what they are made of. */
    static NDList inputs(NDManager manager, long factor, int... ids) {
        NDArray scale = manager.create(new float[] {factor});
        return new NDList(
                scale, flags(manager, ids), integers(manager, ids), floats(manager, 0, ids));
    }

    private static NDList nested(NDManager manager, int... ids) {
        NDList inputs =
                new NDList(
                        floats(manager, 1, ids),
                        floats(manager, 2, ids),
                        integers(manager, ids),
                        flags(manager, ids));
        for (int i = inputs.size(); i < NESTED.size(); i++) {
            inputs.add(floats(manager, i, ids));
        }
        return named(inputs, NESTED);
    }

    private static NDList named(NDList inputs, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            inputs.get(i).setName(names.get(i));
        }
        return inputs;
    }

    private static NDArray flags(NDManager manager, int... ids) {
        ByteBuffer flags = ByteBuffer.allocateDirect(ids.length * WIDTH);
        for (int id : ids) {
            Random random = new Random(id);
            for (int i = 0; i < WIDTH; i++) {
                flags.put((byte) random.nextInt(2));
            }
        }
        return manager.create(flags.flip(), new Shape(ids.length, WIDTH), DataType.BOOLEAN);
    }

    private static NDArray integers(NDManager manager, int... ids) {
        long[] numbers =
                IntStream.of(ids)
                        .mapToObj(Random::new)
                        .flatMapToLong(random -> random.longs(WIDTH, 0, 30_000))
                        .toArray();
        return manager.create(
                LongBuffer.wrap(numbers), new Shape(ids.length, WIDTH), DataType.INT64);
    }

    private static NDArray floats(NDManager manager, int seed, int... ids) {
        float[] numbers = new float[ids.length * WIDTH];
        for (int row = 0; row < ids.length; row++) {
            Random random = new Random(31L * ids[row] + seed);
            for (int i = 0; i < WIDTH; i++) {
                numbers[row * WIDTH + i] = (float) random.nextGaussian();
            }
        }
        return manager.create(
                FloatBuffer.wrap(numbers), new Shape(ids.length, WIDTH), DataType.FLOAT32);
    }

    static NDList withIds(NDList inputs, int... ids) {
        return CacheIds.attach(inputs, IntStream.of(ids).asLongStream().toArray());
    }

    /** Batches of new rows, of some of them and others, of known ones in another order, of one. */
    private static final int[][] BATCHES = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19},
        {25, 3, 24, 4, 23, 5, 22, 6},
        {7, 25, 0, 19, 22},
        {30},
        {30}
    };

    private static final int ROWS = 39;
    private static final int MISSES = 25;

    /** Decorates a model whose first input all rows share. */
    private CacheBlockDecorator sharedFirst(Model model) {
        return Decorated.in(directory)
                .setBlock(model.getBlock())
                .optFingerprint("1")
                .optSharedInputs(0)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "OnnxRuntime, OnnxRuntime, false",
        "OnnxRuntime, OnnxRuntime, true",
        "OnnxRuntime, PyTorch, true",
        "TensorFlow, TensorFlow, false",
        "TensorFlow, TensorFlow, true",
        "TensorFlow, PyTorch, true",
        "PyTorch, PyTorch, false",
        "PyTorch, PyTorch, true",
        "PyTorch, OnnxRuntime, true"
    })
    void forward_severalInputsAndASharedOne_equalsTheModelAlone(
            String engine, String arrays, boolean names) {
        try (Model model = GraphModels.several(engine, "several");
                NDManager own = model.getNDManager().newSubManager();
                NDManager manager = NDManager.newBaseManager(arrays);
                CacheBlockDecorator cached = sharedFirst(model)) {
            for (int[] ids : BATCHES) {
                NDList bare = inputs(own, 3, ids);
                NDList inputs = inputs(manager, 3, ids);
                if (names) {
                    named(inputs, NAMES);
                }
                NDList expected = Decorated.run(model.getBlock(), own, bare);
                NDList rows = Decorated.run(cached, manager, withIds(inputs, ids));
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(expected));
                cached.setEnabled(false);
                NDList off = Decorated.train(cached, manager, withIds(inputs, ids));
                assertThat(Bits.hex(off)).isEqualTo(Bits.hex(expected));
                cached.setEnabled(true);
            }
            assertThat(cached.stats().misses()).isEqualTo(MISSES);
            assertThat(cached.stats().hits()).isEqualTo(ROWS - MISSES - 4);
            NDList other = inputs(own, 5, 0, 1, 2);
            assertThat(
                            Bits.hex(
                                    Decorated.run(
                                            cached,
                                            manager,
                                            withIds(inputs(manager, 5, 0, 1, 2), 0, 1, 2))))
                    .isEqualTo(Bits.hex(Decorated.run(model.getBlock(), own, other)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void forward_graphOfAFixedBatchAndASharedInput_runsInPiecesOfTheBatch(String engine) {
        try (Model any = GraphModels.several(engine, "several");
                Model model = GraphModels.several(engine, "several_batch8");
                CacheBlockDecorator cached = sharedFirst(model)) {
            NDManager manager = model.getNDManager();
            for (int[] ids : BATCHES) {
                NDList expected = Decorated.run(any.getBlock(), manager, inputs(manager, 3, ids));
                NDList rows = Decorated.run(cached, manager, withIds(inputs(manager, 3, ids), ids));
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(expected));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void fixedRows_ofAGraphWithASharedInput_areThoseOfItsRows(String engine) {
        try (Model any = GraphModels.several(engine, "several");
                Model model = GraphModels.several(engine, "several_batch8")) {
            NDList inputs = inputs(model.getNDManager(), 3, 1, 2);
            RowSelector selector = new RowSelector(java.util.Set.of(0));
            assertThat(FixedRows.of(any.getBlock()).of(inputs, selector)).isEqualTo(FixedRows.ANY);
            assertThat(FixedRows.of(model.getBlock()).of(inputs, selector)).isEqualTo(8);
        }
    }

    @Test
    void forward_tupleDictListAndTupleOfTuples_equalsTheModuleAlone() {
        try (Model model = GraphModels.several("PyTorch", "nested_in");
                NDManager manager = model.getNDManager().newSubManager();
                CacheBlockDecorator cached = Decorated.of(model.getBlock(), directory)) {
            for (int[] ids : BATCHES) {
                NDList expected = Decorated.run(model.getBlock(), manager, nested(manager, ids));
                NDList rows = Decorated.run(cached, manager, withIds(nested(manager, ids), ids));
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(expected));
                assertThat(rows.stream().map(NDArray::getName).toList())
                        .isEqualTo(expected.stream().map(NDArray::getName).toList());
            }
            assertThat(cached.stats().misses()).isEqualTo(MISSES);
        }
    }

    /** A head on the rows, which TorchScript returns without their name. */
    private static Block network(Block extractor) {
        return new SequentialBlock()
                .add(extractor)
                .add(new LambdaBlock(list -> new NDList(twoDimensional(list))))
                .add(Linear.builder().setUnits(2).build());
    }

    private static NDArray twoDimensional(NDList outputs) {
        return outputs.stream()
                .filter(array -> array.getShape().dimension() == 2)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow", "PyTorch"})
    void initialize_inputsOfSeveralTypes_findsThem(String engine) {
        try (Model model = GraphModels.several(engine, "several");
                NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator cached = sharedFirst(model)) {
            Block network = network(cached);
            Shape rows = new Shape(32, WIDTH);
            network.initialize(manager, DataType.FLOAT32, new Shape(1), rows, rows, rows);
            NDList batch = withIds(inputs(manager, 3, 1, 2), 1, 2);
            assertThat(Decorated.run(network, manager, batch).head().getShape())
                    .isEqualTo(new Shape(2, 2));
            assertThat(cached.stats().misses()).isEqualTo(2);
        }
    }

    private static NDList texts(NDManager manager, String... texts) {
        return new NDList(manager.create(texts, StandardCharsets.UTF_8, new Shape(texts.length)));
    }

    @ParameterizedTest
    @CsvSource({"OnnxRuntime, OnnxRuntime", "TensorFlow, TensorFlow", "TensorFlow, PyTorch"})
    void forward_texts_equalsTheGraphAlone(String engine, String arrays) {
        try (Model model = GraphModels.several(engine, "texts");
                NDManager own = model.getNDManager().newSubManager();
                NDManager manager = NDManager.newBaseManager(arrays);
                CacheBlockDecorator cached =
                        Decorated.in(directory)
                                .setBlock(model.getBlock())
                                .optFingerprint("1")
                                .build()) {
            assertThat(cached.getOutputShapes(new Shape[] {new Shape(32)})[0].get(0)).isEqualTo(32);
            String[][] batches = {
                {"good", "bad", "ugly", "", "gut"},
                {"böse", "bad", "ugly"},
                {"ugly", "good"},
                {"new"}
            };
            for (String[] batch : batches) {
                NDList expected = Decorated.run(model.getBlock(), own, texts(own, batch));
                List<String> ids = Stream.of(batch).map(text -> "id of " + text).toList();
                NDList inputs = CacheIds.attach(texts(manager, batch), ids);
                NDList rows = Decorated.run(cached, manager, inputs);
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(expected));
            }
            assertThat(cached.stats().misses()).isEqualTo(7);
            assertThat(cached.stats().hits()).isEqualTo(4);
        }
    }
}
