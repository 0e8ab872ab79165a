package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Graphs of ONNX Runtime and TensorFlow in front of a PyTorch head, in the wiring of the README.
 */
class GraphTrainingTest {

    private static final int ROWS = 96;
    private static final int BATCH = 32;
    private static final int EPOCHS = 2;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private ArrayDataset data() {
        NDArray rows = GraphModels.inputs(manager, ROWS, 1).head();
        NDArray sums = rows.sum(new int[] {1});
        NDArray labels =
                sums.gt(-3)
                        .toType(DataType.INT32, false)
                        .add(sums.gt(3).toType(DataType.INT32, false));
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(labels)
                .setSampling(BATCH, false)
                .build();
    }

    private CachedDataset cachedData() {
        return CachedDataset.withNamespace(data(), "train");
    }

    /** A network as a user writes it: what comes out of the graph goes into a head. */
    private static Block network(Block extractor) {
        return new SequentialBlock()
                .add(extractor)
                .add(features())
                .add(Linear.builder().setUnits(3).build());
    }

    /** Picks the features, by their rank: DJL asks lambdas for shapes with arrays of no name. */
    private static Block features() {
        return new LambdaBlock(
                list ->
                        new NDList(
                                list.stream()
                                        .filter(array -> array.getShape().dimension() == 2)
                                        .findFirst()
                                        .orElseThrow()));
    }

    /** Trains and returns the losses of each epoch and the weights of the head. */
    private static List<String> train(Model model, CachedDataset data) throws Exception {
        List<String> results = new ArrayList<>();
        Engine.getEngine("PyTorch").setRandomSeed(5);
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optOptimizer(
                                Optimizer.sgd()
                                        .setLearningRateTracker(Tracker.fixed(0.1f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.setMetrics(new Metrics());
            trainer.initialize(new Shape(BATCH, GraphModels.INPUTS));
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                EasyTrain.fit(trainer, 1, data, data);
                trainer.getTrainingResult()
                        .getEvaluations()
                        .forEach((name, value) -> results.add(name + Float.toHexString(value)));
            }
        }
        model.getBlock()
                .getParameters()
                .forEach(p -> results.add(p.getKey() + Bits.hex(p.getValue().getArray())));
        return results;
    }

    /** A converter as a user would write it by hand: the graph at every batch, without a cache. */
    private static Block byHand(Block graph, String engine) {
        return new LambdaBlock(
                list -> {
                    // the ids come last
                    try (NDManager own = NDManager.newBaseManager(engine)) {
                        NDArray rows =
                                own.create(list.head().toFloatArray(), list.head().getShape());
                        NDList outputs = Decorated.run(graph, own, new NDList(rows));
                        NDArray features = outputs.get("features");
                        NDArray converted =
                                list.head()
                                        .getManager()
                                        .create(features.toFloatArray(), features.getShape());
                        converted.setName("features");
                        return new NDList(converted);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"OnnxRuntime, false", "OnnxRuntime, true", "TensorFlow, false", "TensorFlow, true"})
    void fit_graphUnderAPyTorchTrainer_equalsTheConverterByHand(String engine, boolean warm)
            throws Exception {
        try (Model graph = GraphModels.of(engine);
                Model plain = Model.newInstance("plain", "PyTorch")) {
            plain.setBlock(network(byHand(graph.getBlock(), engine)));
            List<String> expected = train(plain, cachedData());
            for (int run = 0; run < (warm ? 2 : 1); run++) {
                try (CacheBlockDecorator decorator = decorated(graph.getBlock());
                        Model model = Model.newInstance("cached", "PyTorch")) {
                    model.setBlock(network(decorator));
                    assertThat(train(model, cachedData())).isEqualTo(expected);
                    assertThat(decorator.stats().misses()).isEqualTo(run == 0 ? ROWS : 0);
                }
            }
        }
    }

    private CacheBlockDecorator decorated(Block block) {
        return Decorated.audited(directory).setBlock(block).optFingerprint("graph 1").build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void save_ofANetworkWithAGraph_savesTheHead(String engine) throws Exception {
        Path saved = directory.resolve("saved");
        try (Model graph = GraphModels.of(engine);
                CacheBlockDecorator decorator = decorated(graph.getBlock())) {
            String head;
            try (Model model = Model.newInstance("net", "PyTorch")) {
                model.setBlock(network(decorator));
                train(model, cachedData());
                head = headOf(model);
                model.save(saved, "net");
            }
            try (Model model = Model.newInstance("net", "PyTorch")) {
                model.setBlock(network(decorator));
                model.load(saved, "net");
                assertThat(headOf(model)).isEqualTo(head);
                NDList rows = GraphModels.inputs(manager, 4, 9);
                assertThat(Decorated.run(model.getBlock(), manager, rows).head().getShape())
                        .isEqualTo(new Shape(4, 3));
                model.getBlock().clear();
            }
        }
    }

    private static String headOf(Model model) {
        return Bits.hex(model.getBlock().getParameters().valueAt(0).getArray());
    }

    @Test
    void initialize_graphAndLambdaDecoratedAsAWhole_isDone() throws Exception {
        try (Model graph = GraphModels.onnx();
                Model model = Model.newInstance("whole", "PyTorch")) {
            Block whole = new SequentialBlock().add(graph.getBlock()).add(features());
            try (CacheBlockDecorator decorator = decorated(whole)) {
                model.setBlock(
                        new SequentialBlock()
                                .add(decorator)
                                .add(Linear.builder().setUnits(3).build()));
                assertThat(train(model, cachedData())).isNotEmpty();
                assertThat(decorator.stats().misses()).isEqualTo(ROWS);
            }
        }
    }

    @Test
    void initialize_warmCache_doesNotRunTheExtractor() throws Exception {
        Shape[] shapes = {new Shape(BATCH, GraphModels.INPUTS)};
        try (Model graph = GraphModels.onnx()) {
            try (CacheBlockDecorator decorator = decorated(graph.getBlock());
                    Model model = Model.newInstance("cold", "PyTorch")) {
                model.setBlock(network(decorator));
                train(model, cachedData());
            }
            Shape[] expected;
            try (CacheBlockDecorator decorator = decorated(graph.getBlock())) {
                expected = decorator.getOutputShapes(shapes, null);
            }
            SpyBlock never =
                    new SpyBlock(
                            list -> {
                                throw new AssertionError("the extractor ran");
                            });
            Block symbol = new SequentialBlock().add(new GraphBlock()).add(never);
            try (CacheBlockDecorator decorator = decorated(symbol)) {
                assertThat(decorator.getOutputShapes(shapes, null)).containsExactly(expected);
                assertThat(decorator.getOutputDataTypes())
                        .containsExactly(DataType.FLOAT32, DataType.INT64);
            }
        }
    }

    @Test
    void initialize_torchScriptOfIntegers_findsTheirType() {
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator = decorated(fixture.block())) {
            Shape row = fixture.expected().getShape().slice(2);
            Shape[] outputs = decorator.getOutputShapes(new Shape[] {new Shape(8, 5)}, null);
            assertThat(outputs).containsExactly(new Shape(8, 5).addAll(row));
        }
    }

    @Test
    void initialize_shapesThatTheBlockCannotTake_saysWhatToDo() {
        try (Fixture fixture = Fixture.of("mlp");
                CacheBlockDecorator decorator = decorated(fixture.block())) {
            Shape[] wrong = {new Shape(8, 5)};
            assertThatThrownBy(() -> decorator.getOutputShapes(wrong, null))
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContainingAll("(8, 5)", "without the ids");
        }
    }
}
