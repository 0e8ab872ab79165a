package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.modality.cv.transform.Normalize;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.translate.Pipeline;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Attempts to have rows of one block served for another. */
class NeverAnotherRowTest {

    private static final NDManager manager = NDManager.newBaseManager("PyTorch");
    private static final NDArray SCALE = manager.create(new float[] {1, 2});

    @TempDir Path directory;

    record Pair(String name, Supplier<Block> first, Supplier<Block> second) {
        @Override
        public String toString() {
            return name;
        }
    }

    static class Holding extends SettingBlock {
        private final NDArray scale = SCALE;
        private final Object held;

        Holding(Object held) {
            super(1);
            this.held = held;
        }

        @Override
        NDList compute(NDList inputs) {
            return new NDList(inputs.head().mul(scale).add(held.hashCode()));
        }
    }

    static class Open extends SettingBlock {
        private final NDArray scale = SCALE;
        private float[] weights;
        private float temperature;

        Open(float[] weights, float temperature) {
            super(1);
            this.weights = weights;
            this.temperature = temperature;
        }

        @Override
        NDList compute(NDList inputs) {
            return new NDList(inputs.head().mul(scale).add(weights[0]).mul(temperature));
        }
    }

    static class Layers extends ArrayList<NDArray> {
        private static final long serialVersionUID = 1L;
    }

    private static Layers layers(float value) {
        Layers layers = new Layers();
        layers.add(manager.create(value));
        return layers;
    }

    private static Block scaled(Block block) {
        return new SequentialBlock().add(new Holding("x")).add(block);
    }

    private static Pair held(String name, Object first, Object second) {
        return new Pair(name, () -> new Holding(first), () -> new Holding(second));
    }

    private static Block indexed(NDIndex index) {
        return scaled(new LambdaBlock(list -> new NDList(list.head().get(index))));
    }

    private static Block namedBy(List<String> names) {
        return scaled(new LambdaBlock(list -> new NDList(list.get(names.get(0)))));
    }

    private static Block keyed(Map<String, Float> settings) {
        return scaled(new LambdaBlock(list -> new NDList(list.head().mul(settings.get("a")))));
    }

    private static Pipeline pipeline(float mean) {
        return new Pipeline().add(new Normalize(new float[] {mean, 0, 0}, new float[] {1, 1, 1}));
    }

    static List<Pair> different() {
        return List.of(
                new Pair(
                        "captured index",
                        () -> indexed(new NDIndex(":, 0")),
                        () -> indexed(new NDIndex(":, 1"))),
                new Pair(
                        "captured list of names",
                        () -> namedBy(Arrays.asList("pooled")),
                        () -> namedBy(Arrays.asList("cls"))),
                new Pair(
                        "captured map",
                        () -> keyed(new HashMap<>(Map.of("a", 1f))),
                        () -> keyed(new HashMap<>(Map.of("a", 2f)))),
                held("pipeline", pipeline(0), pipeline(1)),
                held("index", new NDIndex(":, 0"), new NDIndex(":, 1")),
                held(
                        "list of float[]",
                        new ArrayList<>(List.of(new float[] {1})),
                        new ArrayList<>(List.of(new float[] {2}))),
                held(
                        "map of float[]",
                        new HashMap<>(Map.of("a", new float[] {1})),
                        new HashMap<>(Map.of("a", new float[] {2}))),
                held(
                        "float buffer",
                        FloatBuffer.wrap(new float[] {1}),
                        FloatBuffer.wrap(new float[] {2})),
                held("optional number", OptionalInt.of(1), OptionalInt.of(2)),
                held("entry", Map.entry("a", 1), Map.entry("a", 2)),
                held("own list", layers(1), layers(2)),
                held("list of texts", Arrays.asList("a"), Arrays.asList("b")),
                held("djl pair", new ai.djl.util.Pair<>("a", 1), new ai.djl.util.Pair<>("a", 2)),
                new Pair(
                        "weights in a field that is not final",
                        () -> new Open(new float[] {1}, 1),
                        () -> new Open(new float[] {2}, 1)),
                new Pair(
                        "scalar in a field that is not final",
                        () -> new Open(new float[] {1}, 1),
                        () -> new Open(new float[] {1}, 2)));
    }

    @ParameterizedTest
    @MethodSource("different")
    void of_blocksThatHoldOtherThings_differ(Pair pair) {
        String first = ModuleFingerprint.of(pair.first().get());
        assertThat(ModuleFingerprint.of(pair.first().get())).isEqualTo(first);
        assertThat(ModuleFingerprint.of(pair.second().get())).isNotEqualTo(first);
    }

    /** Prints the fingerprint of a block with a set, whose order each process chooses. */
    static final class WithSet {
        public static void main(String[] args) {
            System.out.println(
                    "set " + ModuleFingerprint.of(new Holding(Set.of("a", "b", "c", "d"))));
        }
    }

    /** Prints the fingerprint of one of two blocks whose lambdas are of one kind. */
    static final class OnlyOne {
        public static void main(String[] args) {
            System.out.println("only " + ModuleFingerprint.of(build(args[0])));
        }

        static Block build(String name) {
            return scaled(
                    name.equals("first")
                            ? new LambdaBlock(
                                    list -> {
                                        NDList out = new NDList();
                                        out.add(list.get("pooled"));
                                        return out;
                                    })
                            : new LambdaBlock(
                                    list -> {
                                        NDList out = new NDList();
                                        out.add(list.get("cls"));
                                        return out;
                                    }));
        }
    }

    @Test
    void of_lambdaThatMakesAList_differsBetweenProcesses() throws Exception {
        String first = ChildJvm.run(OnlyOne.class, "first");
        String second = ChildJvm.run(OnlyOne.class, "second");
        assertThat(lines(first, "only ")).isNotEqualTo(lines(second, "only "));
    }

    @Test
    void of_sameBlock_isTheSameInAnotherProcess() throws Exception {
        assertThat(lines(ChildJvm.run(WithSet.class), "set "))
                .isEqualTo(lines(ChildJvm.run(WithSet.class), "set "));
    }

    private static List<String> lines(String out, String prefix) {
        return out.lines().filter(line -> line.startsWith(prefix)).toList();
    }

    @Test
    void build_filesOfANetworkWithOtherFunctions_areNotShared() {
        try (Model onnx = GraphModels.onnx();
                Model a = Model.newInstance("a", "PyTorch");
                Model b = Model.newInstance("b", "PyTorch")) {
            a.setBlock(
                    new SequentialBlock()
                            .add(onnx.getBlock())
                            .add(new LambdaBlock(list -> new NDList(list.get(0).mul(2)))));
            b.setBlock(
                    new SequentialBlock()
                            .add(onnx.getBlock())
                            .add(new LambdaBlock(list -> new NDList(list.get(0).mul(3)))));
            long[] ids = LongStream.range(0, 20).toArray();
            NDList inputs = GraphModels.inputs(onnx.getNDManager(), 20, 1);
            Path file = GraphModels.ONNX.resolve("mlp.onnx");
            try (CacheBlockDecorator first = Decorated.in(directory).setModel(a, file).build()) {
                Decorated.run(first, onnx.getNDManager(), CacheIds.attach(inputs, ids));
            }
            try (CacheBlockDecorator second = Decorated.in(directory).setModel(b, file).build()) {
                Decorated.run(second, onnx.getNDManager(), CacheIds.attach(inputs, ids));
                assertThat(second.stats().hits()).isZero();
            }
        }
    }

    @Test
    void optFingerprint_ofFilesOfTheGraphInANetwork_isNotSharedByOtherFunctions() {
        try (Model onnx = GraphModels.onnx()) {
            Block twice =
                    new SequentialBlock()
                            .add(onnx.getBlock())
                            .add(new LambdaBlock(list -> new NDList(list.get(0).mul(2))));
            Block thrice =
                    new SequentialBlock()
                            .add(onnx.getBlock())
                            .add(new LambdaBlock(list -> new NDList(list.get(0).mul(3))));
            assertThat(hitsOf(twice, onnx)).isZero();
            assertThat(hitsOf(thrice, onnx)).isZero();
            assertThat(hitsOf(twice, onnx)).isEqualTo(20);
        }
    }

    private long hitsOf(Block block, Model onnx) {
        String files = ModuleFingerprint.ofFiles(GraphModels.ONNX.resolve("mlp.onnx"));
        NDList inputs = GraphModels.inputs(onnx.getNDManager(), 20, 1);
        long[] ids = LongStream.range(0, 20).toArray();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(block).optFingerprint(files).build()) {
            Decorated.run(decorator, onnx.getNDManager(), CacheIds.attach(inputs, ids));
            return decorator.stats().hits();
        }
    }

    @Test
    void forward_hitsWithOneMoreInput_areAllComputed() {
        SpyBlock block =
                new SpyBlock(
                        inputs ->
                                new NDList(
                                        inputs.size() == 1
                                                ? inputs.get(0).mul(2)
                                                : inputs.get(0).mul(inputs.get(1))));
        try (CacheBlockDecorator decorator =
                Decorated.audited(directory).setBlock(block).optFingerprint("x").build()) {
            NDArray rows = manager.arange(1, 41, 1, DataType.FLOAT32).reshape(20, 2);
            long[] ids = LongStream.range(0, 20).toArray();
            for (int i = 0; i < 6; i++) {
                Decorated.run(decorator, manager, CacheIds.attach(new NDList(rows), ids));
            }
            NDArray threes = manager.ones(new Shape(20, 2)).mul(3);
            NDList out =
                    Decorated.run(
                            decorator, manager, CacheIds.attach(new NDList(rows, threes), ids));
            assertThat(Bits.rows(out.head())).isEqualTo(Bits.rows(rows.mul(3)));
        }
    }

    @Test
    void forward_swappedNamesOfInputs_haveRowsOfTheirOwn() {
        SpyBlock block = new SpyBlock(inputs -> new NDList(inputs.get("a").sub(inputs.get("b"))));
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(block).optFingerprint("x").build()) {
            long[] ids = {1, 2};
            for (String names : List.of("ab", "ba")) {
                NDArray first = manager.create(new float[] {5, 6});
                NDArray second = manager.create(new float[] {1, 1});
                first.setName(names.substring(0, 1));
                second.setName(names.substring(1));
                NDList inputs = new NDList(first, second);
                NDList out = Decorated.run(decorator, manager, CacheIds.attach(inputs, ids));
                assertThat(out.head().getFloat(0)).isEqualTo(names.equals("ab") ? 4f : -4f);
            }
        }
    }
}
