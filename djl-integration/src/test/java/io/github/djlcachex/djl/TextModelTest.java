package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
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
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.util.RandomUtils;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real text model in ONNX Runtime: under a PyTorch trainer, in a predictor, in two JVMs. */
class TextModelTest {

    private static final int ROWS = 200;
    private static final int BATCH = 40;
    private static final int EPOCHS = 2;

    private static final OutputFunction POOLING =
            Pooling.meanByMask(1).andThen(Pooling.l2Normalization());

    @TempDir static Path files;
    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @BeforeAll
    static void unpack() throws Exception {
        TextModel.unpack(files);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** The reviews in another order each epoch, which is the same in every call of the test. */
    private CachedDataset data(TextModel text) {
        List<TextModel.Snippet> snippets = TextModel.snippets();
        int[] labels = snippets.stream().mapToInt(TextModel.Snippet::label).toArray();
        NDList tokens = text.tokens(manager, TextModel.texts());
        ArrayDataset dataset =
                new ArrayDataset.Builder()
                        .setData(tokens.toArray(new NDArray[0]))
                        .optLabels(manager.create(labels))
                        .setSampling(BATCH, true)
                        .build();
        return CachedDataset.withIds(
                dataset, snippets.stream().map(TextModel.Snippet::id).toList());
    }

    /** Trains a head and returns the loss of every batch, and the weights. */
    private static List<String> train(Block extractor, CachedDataset data) throws Exception {
        List<String> results = new ArrayList<>();
        Engine.getEngine("PyTorch").setRandomSeed(5);
        RandomUtils.RANDOM.setSeed(5);
        try (Model model = Model.newInstance("reviews", "PyTorch")) {
            Block head = Linear.builder().setUnits(2).build();
            model.setBlock(new SequentialBlock().add(extractor).add(head));
            Loss loss = Loss.softmaxCrossEntropyLoss();
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss))) {
                trainer.setMetrics(new Metrics());
                Shape tokens = new Shape(BATCH, TextModel.TOKENS);
                trainer.initialize(tokens, tokens, tokens);
                for (int epoch = 0; epoch < EPOCHS; epoch++) {
                    for (Batch batch : trainer.iterateDataset(data)) {
                        results.add(step(trainer, batch));
                    }
                }
                results.add(Bits.hex(head.getParameters().valueAt(0).getArray()));
            }
        }
        return results;
    }

    private static String step(Trainer trainer, Batch batch) {
        try (batch;
                GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = trainer.forward(batch.getData());
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), predictions);
            collector.backward(loss);
            trainer.step();
            return Float.toHexString(loss.getFloat());
        }
    }

    /** A converter as a user would write it by hand: the model at every batch, without a cache. */
    private static Block byHand(TextModel text) {
        return new LambdaBlock(
                list -> {
                    try (NDManager own = text.model().getNDManager().newSubManager()) {
                        NDList tokens = new NDList();
                        list.subNDList(0).stream()
                                .limit(3) // the ids come last
                                .forEach(a -> tokens.add(own.create(integers(a), a.getShape())));
                        NDList outputs = Decorated.run(text.model().getBlock(), own, tokens);
                        NDArray row = POOLING.apply(tokens, outputs).head();
                        return new NDList(
                                list.head()
                                        .getManager()
                                        .create(row.toFloatArray(), row.getShape()));
                    }
                });
    }

    /** Returns tokens; where DJL asks for shapes they come as floats. */
    private static long[] integers(NDArray tokens) {
        try (NDArray integers = tokens.toType(DataType.INT64, true)) {
            return integers.toLongArray();
        }
    }

    @Test
    void train_headOnPooledTokens_equalsTheModelAtEveryBatch() throws Exception {
        try (TextModel text = TextModel.load(files)) {
            List<String> expected = train(byHand(text), data(text));
            for (int run = 0; run < 2; run++) {
                try (CacheBlockDecorator cached =
                        Decorated.audited(directory)
                                .setModel(text.model())
                                .optOutput(POOLING)
                                .build()) {
                    assertThat(train(cached, data(text))).isEqualTo(expected);
                    assertThat(cached.stats().misses()).isEqualTo(run == 0 ? ROWS : 0);
                    assertThat(cached.stats().hits())
                            .isEqualTo((long) ROWS * EPOCHS - cached.stats().misses());
                    assertThat(cached.stats().uncachedBatches()).isZero();
                    assertThat(cached.stats().auditMismatches()).isZero();
                }
            }
        }
    }

    @Test
    void batchPredict_texts_equalsThePredictorOfDjl() throws Exception {
        List<String> texts = TextModel.texts();
        try (TextModel text = TextModel.load(files);
                CacheBlockDecorator cached =
                        Decorated.audited(directory).setModel(text.model()).build();
                Predictor<String, float[]> plain = text.model().newPredictor(text.translator());
                Predictor<String, float[]> predictor = TextProgram.predictor(text, cached)) {
            List<String> expected = TextModel.hex(plain.batchPredict(texts));
            List<String> some = TextModel.hex(predictor.batchPredict(texts.subList(50, 120)));
            assertThat(some).isEqualTo(expected.subList(50, 120));
            for (int round = 0; round < 2; round++) {
                assertThat(TextModel.hex(predictor.batchPredict(texts))).isEqualTo(expected);
            }
            assertThat(cached.stats().misses()).isEqualTo(ROWS);
            assertThat(cached.stats().hits()).isEqualTo(ROWS + 70);
            assertThat(cached.stats().auditMismatches()).isZero();
            assertThat(TextModel.hex(List.of(predictor.predict(texts.get(7)))))
                    .containsExactly(expected.get(7));
        }
    }

    @Test
    void batchPredict_inASecondJvm_findsEveryText() throws Exception {
        // DJL computes beside ONNX Runtime in PyTorch, or where that is not there in the tokenizers
        String onnxAlone = EngineChoiceTest.classPathWith("onnxruntime tokenizers");
        assertThat(rows(onnxAlone, "0 hits 200 misses")).hasSize(ROWS).doesNotHaveDuplicates();
        String all = System.getProperty("java.class.path");
        assertThat(rows(all, "200 hits 0 misses")).hasSize(ROWS).doesNotHaveDuplicates();
    }

    private List<String> rows(String classPath, String counters) throws Exception {
        String output =
                ChildJvm.run(
                        List.of("-cp", classPath),
                        TextProgram.class,
                        files.toString(),
                        directory.toString());
        List<String> lines = output.lines().filter(line -> line.startsWith("> ")).toList();
        assertThat(lines).as(output).first().isEqualTo("> " + counters);
        return lines.subList(1, lines.size());
    }
}
