package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Inputs of other engines, of texts, and blocks whose engine hides parameters. */
class InputKindsTest {

    @TempDir Path directory;

    private static NDList withIds(NDList inputs, long from) {
        long rows = inputs.head().getShape().get(0);
        return CacheIds.attach(inputs, LongStream.range(from, from + rows).toArray());
    }

    private CacheBlockDecorator decorated(Block block) {
        return Decorated.in(directory).setBlock(block).optFingerprint("1").build();
    }

    @ParameterizedTest
    @CsvSource({
        "OnnxRuntime, PyTorch",
        "OnnxRuntime, TensorFlow",
        "TensorFlow, PyTorch",
        "TensorFlow, OnnxRuntime"
    })
    void forward_arraysOfAnotherEngine_giveTheRowsOfTheBlock(String engine, String other) {
        GraphModels.of(other).close(); // skips where the engine is not to be had
        try (Model model = GraphModels.of(engine);
                NDManager foreign = NDManager.newBaseManager(other);
                CacheBlockDecorator decorator = decorated(model.getBlock())) {
            NDList own = GraphModels.inputs(model.getNDManager(), 20, 1);
            NDList bare = Decorated.run(model.getBlock(), model.getNDManager(), own);
            NDList inputs = GraphModels.inputs(foreign, 20, 1);
            for (int i = 0; i < 3; i++) {
                decorator.setEnabled(i < 2);
                NDList rows = Decorated.run(decorator, foreign, withIds(inputs, 0));
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(bare));
                assertThat(rows.head().getManager()).isSameAs(foreign);
            }
            assertThat(decorator.stats().hits()).isEqualTo(20);
            NDList half = Decorated.run(decorator, foreign, withIds(inputs, 0));
            assertThat(half.size()).isEqualTo(bare.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void forward_torchScriptWithArraysOfAnotherEngine_givesItsRows(String other) {
        GraphModels.of(other).close();
        try (Fixture fixture = Fixture.of("mlp");
                NDManager foreign = NDManager.newBaseManager(other);
                CacheBlockDecorator decorator = decorated(fixture.block())) {
            NDList bare =
                    Decorated.run(
                            fixture.block(),
                            fixture.manager(),
                            GraphModels.inputs(fixture.manager(), 20, 3));
            for (int i = 0; i < 2; i++) {
                NDList inputs = GraphModels.inputs(foreign, 20, 3);
                NDList rows = Decorated.run(decorator, foreign, withIds(inputs, 0));
                assertThat(rows.head().toFloatArray())
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(bare.head().toFloatArray());
            }
        }
    }

    @Test
    void forward_booleansOfAnotherEngine_keepTheirShape() {
        try (NDManager torch = NDManager.newBaseManager("PyTorch");
                NDManager onnx = NDManager.newBaseManager("OnnxRuntime")) {
            NDArray flags = torch.arange(0, 12, 1, DataType.FLOAT32).reshape(4, 3).gt(5);
            NDArray rows =
                    new RowSelector(java.util.Set.of())
                            .rows(onnx, new NDList(flags), new int[] {2, 1})
                            .head();
            assertThat(rows.getShape()).isEqualTo(new Shape(2, 3));
            assertThat(Bits.rows(rows))
                    .containsExactly(Bits.rows(flags).get(2), Bits.rows(flags).get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forward_typeThatTheOtherEngineLacks_isRefusedHitsOrNot(boolean hits) {
        try (Model model = GraphModels.tensorflow();
                NDManager torch = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator decorator = decorated(model.getBlock())) {
            if (hits) {
                NDList fine = GraphModels.inputs(model.getNDManager(), 4, 1);
                Decorated.run(decorator, model.getNDManager(), withIds(fine, 0));
            }
            NDList half = withIds(new NDList(torch.zeros(new Shape(4, 32), DataType.FLOAT16)), 0);
            assertThatThrownBy(() -> Decorated.run(decorator, torch, half))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContainingAll("input 0", "TensorFlow", "FLOAT16", "toType");
        }
    }

    private static NDArray texts(NDManager manager, String... texts) {
        return manager.create(texts, StandardCharsets.UTF_8, new Shape(texts.length));
    }

    /** A block that makes a number of each text, as a tokenizer in a network would. */
    private static Block lengths() {
        return new LambdaBlock(
                inputs -> {
                    String[] texts = inputs.head().toStringArray();
                    float[] lengths = new float[texts.length];
                    for (int i = 0; i < lengths.length; i++) {
                        lengths[i] = texts[i].length();
                    }
                    NDManager manager = inputs.head().getManager();
                    return new NDList(manager.create(lengths));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PyTorch", "OnnxRuntime", "TensorFlow"})
    void forward_texts_giveOneAnswerWhateverIsCached(String engine) {
        if (engine.equals("TensorFlow")) {
            GraphModels.tensorflow().close();
        }
        try (NDManager manager = NDManager.newBaseManager(engine);
                CacheBlockDecorator decorator = decorated(lengths())) {
            String[] twenty = new String[20];
            Arrays.setAll(twenty, i -> "x".repeat(i + 1));
            List<String> ids = Arrays.stream(twenty).map(t -> "id " + t).toList();
            for (int[] range : new int[][] {{0, 4}, {0, 20}, {10, 20}, {0, 20}}) {
                String[] some = Arrays.copyOfRange(twenty, range[0], range[1]);
                NDList batch =
                        CacheIds.attach(
                                new NDList(texts(manager, some)), ids.subList(range[0], range[1]));
                float[] rows = Decorated.run(decorator, manager, batch).head().toFloatArray();
                for (int i = 0; i < rows.length; i++) {
                    assertThat(rows[i]).isEqualTo(range[0] + i + 1);
                }
            }
            assertThat(decorator.stats().misses()).isEqualTo(20);
        }
    }

    @Test
    void forward_textsForTorchScript_areRefusedBeforeNativeCodeSeesThem() {
        try (Fixture fixture = Fixture.of("mlp");
                CacheBlockDecorator decorator = decorated(fixture.block())) {
            NDManager manager = fixture.manager();
            NDList plain = new NDList(texts(manager, "a", "b"));
            NDList named = CacheIds.attach(plain, 1, 2);
            for (NDList batch : List.of(plain, named)) {
                assertThatThrownBy(() -> Decorated.train(decorator, manager, batch))
                        .isInstanceOf(UnsupportedInputException.class)
                        .hasMessageContainingAll("input 0", "strings", "tokenizer");
            }
        }
    }

    @Test
    void forward_unfrozenLinearBehindAGraph_isRefused() {
        try (Model model = GraphModels.onnx();
                NDManager torch = NDManager.newBaseManager("PyTorch")) {
            Block linear = Linear.builder().setUnits(3).build();
            linear.initialize(torch, DataType.FLOAT32, new Shape(4, 16));
            Block block =
                    new SequentialBlock()
                            .add(model.getBlock())
                            .add(new LambdaBlock(list -> new NDList(list.get("features"))))
                            .add(new LambdaBlock(list -> new NDList(torch.from(list.head()))))
                            .add(linear);
            try (CacheBlockDecorator decorator = decorated(block)) {
                NDList batch = withIds(GraphModels.inputs(torch, 4, 1), 0);
                assertThatThrownBy(() -> Decorated.train(decorator, torch, batch))
                        .isInstanceOf(NotFrozenException.class)
                        .hasMessageContainingAll("weight", "CacheBlockDecorator.freeze");
                CacheBlockDecorator.freeze(block);
            }
            try (CacheBlockDecorator decorator = decorated(block)) {
                NDList batch = withIds(GraphModels.inputs(torch, 4, 1), 0);
                NDList rows = Decorated.train(decorator, torch, batch);
                assertThat(rows.head().getShape()).isEqualTo(new Shape(4, 3));
            }
        }
    }

    @Test
    void newManager_besideACappedOne_isNoneOfItsOwn() {
        try (Model model = GraphModels.onnx();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList batch = GraphModels.inputs(manager, 4, 1);
            manager.cap();
            try (NDManager scratch =
                    new FrozenBlock(model.getBlock()).newManager(Place.of(batch))) {
                assertThat(scratch.getParentManager()).isNotSameAs(manager);
            }
        }
    }
}
