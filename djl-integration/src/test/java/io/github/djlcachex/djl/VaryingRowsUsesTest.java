package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.loss.Loss;
import ai.djl.translate.PaddingStackBatchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.Progress;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Rows of different lengths under the audit, datasets, predictors, trainers and ranks. */
class VaryingRowsUsesTest extends VaryingRowsScenario {

    private static final long[] IDS = LongStream.range(0, 24).filter(id -> id % 7 > 0).toArray();

    /** Texts without their padding, which their batchifier adds. */
    private static final class Texts extends RandomAccessDataset {

        private int loaded;

        Texts(int batchRows) {
            super(new Options(batchRows));
        }

        @Override
        public Record get(NDManager of, long index) {
            loaded++;
            return new Record(new NDList(of.create(tokens(IDS[(int) index]))), label(of, index));
        }

        private static NDList label(NDManager of, long index) {
            return new NDList(of.create(IDS[(int) index]));
        }

        @Override
        protected long availableSize() {
            return IDS.length;
        }

        @Override
        public void prepare(@Nullable Progress progress) {}

        private static final class Options extends BaseBuilder<Options> {

            Options(int batchRows) {
                setSampling(batchRows, false);
                optDataBatchifier(
                        PaddingStackBatchifier.builder()
                                .addPad(0, 0, of -> of.zeros(new Shape(1), DataType.INT64))
                                .build());
            }

            @Override
            protected Options self() {
                return this;
            }
        }
    }

    static long[] tokens(long id) {
        return LongStream.range(0, lengthOf(id)).map(token -> 10 * id + token + 1).toArray();
    }

    private void checkEpoch(Dataset data, @Nullable CacheBlockDecorator cached) throws Exception {
        int rows = 0;
        for (Batch batch : data.getData(manager)) {
            NDList found = cached == null ? batch.getData() : run(cached, batch.getData());
            assertSame(found.head(), expected(batch.getLabels().head().toLongArray()));
            rows += batch.getSize();
            batch.close();
        }
        assertThat(rows).isEqualTo(IDS.length);
    }

    @Test
    void audit_rowsOfOtherPadding_areTheSame() {
        try (CacheBlockDecorator cached =
                Decorated.audited(directory)
                        .optPadOutput("tokens", 1, 0)
                        .optAudit(AuditMode.FAIL)
                        .setBlock(biased)
                        .build()) {
            run(cached, wide(9, 6, 2, 4, 7));
            for (int width = 6; width < 12; width++) {
                assertThat(run(cached, wide(width, 7, 6, 4)).head().getShape().get(1))
                        .isEqualTo(width);
            }
            assertThat(cached.stats().auditedRows()).isGreaterThan(10);
            assertThat(cached.stats().auditMismatches()).isZero();
        }
    }

    /** Without a mask the block's ones look like tokens: the row depends on its batch. */
    @Test
    void audit_rowsWhoseLengthDependsOnTheirBatch_areReported() {
        try (CacheBlockDecorator cached =
                Decorated.audited(directory)
                        .optPadOutput("tokens", 1, 0)
                        .setBlock(biased)
                        .build()) {
            run(cached, unmasked(6, 2));
            NDArray rows = run(cached, unmasked(2, 3)).head();
            assertThat(cached.stats().auditMismatches()).isEqualTo(1);
            assertSame(rows, expected(2, 3).add(1));
        }
        try (CacheBlockDecorator cached =
                Decorated.audited(directory)
                        .optPadOutput("tokens", 1, 0)
                        .optAudit(AuditMode.FAIL)
                        .setBlock(biased)
                        .build()) {
            assertThatThrownBy(() -> run(cached, unmasked(2, 3)))
                    .isInstanceOf(AuditFailedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void loadingMissesOnly_partlyWarm_isPaddedToTheLongest(boolean lengths) throws Exception {
        CacheBlockDecoratorBuilder builder = padded().setBlock(encoder);
        if (lengths) {
            builder.optReturnLengths();
        }
        try (CacheBlockDecorator cached = builder.build()) {
            run(cached, unmasked(6, 2, 4, 12));
            Texts texts = new Texts(5);
            CachedDataset data =
                    CachedDataset.withIds(texts, IDS).loadingMissesOnly(cached, Texts::label);
            checkEpoch(data, cached);
            assertThat(cached.stats().uncachedBatches()).isZero();
            assertThat(encoder.rowsRun()).isEqualTo(IDS.length);
            int loaded = texts.loaded;
            checkEpoch(data, cached);
            assertThat(texts.loaded).isEqualTo(loaded);
            assertThat(encoder.rowsRun()).isEqualTo(IDS.length);
            for (Batch batch : data.getData(manager)) {
                NDList rows = run(cached, batch.getData());
                assertThat(rows).hasSize(lengths ? 2 : 1);
                long[] ids = batch.getLabels().head().toLongArray();
                if (lengths) {
                    assertThat(rows.get(1).toLongArray())
                            .containsExactly(
                                    LongStream.of(ids)
                                            .map(VaryingRowsScenario::lengthOf)
                                            .toArray());
                }
                batch.close();
            }
        }
    }

    @Test
    void featureDataset_ofADecorator_isPaddedAsThatDoes() throws Exception {
        try (CacheBlockDecorator cached = padded().optInputCheck().setBlock(encoder).build()) {
            CachedFeatureDataset features =
                    CachedFeatureDataset.builder()
                            .setDecorator(cached)
                            .setDataset(CachedDataset.withIds(new Texts(5), IDS))
                            .optLabels(IDS)
                            .setSampling(5, true)
                            .build();
            for (int epoch = 0; epoch < 2; epoch++) {
                checkEpoch(features, null);
            }
            assertThat(encoder.rowsRun()).isGreaterThanOrEqualTo(IDS.length);
        }
    }

    @Test
    void featureDataset_ofACache_isPaddedByOptionOrRefused() throws Exception {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            run(cached, unmasked(IDS));
            FeatureCache cache = cached.cache();
            checkEpoch(of(cache).optPadding(0).build(), null);
            assertThatThrownBy(() -> of(cache).build().prepare(null))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContainingAll("tokens", "optPadding(value)");
            for (Batch batch : of(cache).optPadding(-1).build().getData(manager)) {
                NDArray rows = batch.getData().head();
                assertThat(rows.lt(0).sum().getLong())
                        .isEqualTo(HIDDEN * paddedTokens(batch.getLabels().head().toLongArray()));
                batch.close();
            }
        }
    }

    @Test
    void featureDataset_ofEmptyTexts_hasRowsOfNoLength() throws Exception {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            run(cached, batch(7, 2, 14));
            CachedFeatureDataset empty =
                    CachedFeatureDataset.builder()
                            .setDecorator(cached)
                            .setIds(7, 14)
                            .setSampling(2, false)
                            .build();
            Batch batch = empty.getData(manager).iterator().next();
            assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(2, 0, HIDDEN));
            batch.close();
        }
    }

    /** Thirds have no exact half precision. */
    @Test
    void storeAs_halfPrecision_roundsTheFirstEpochToo() {
        SpyBlock thirds = new SpyBlock(inputs -> named("tokens", hidden(inputs).div(3)));
        try (CacheBlockDecorator cached =
                padded().optStoreAs(StoredAs.FLOAT16).optInputCheck().setBlock(thirds).build()) {
            NDArray first = run(cached, batch(6, 2, 4)).head();
            NDArray rounded = expected(6, 2, 4).div(3).toType(DataType.FLOAT16, true);
            assertSame(first, rounded.toType(DataType.FLOAT32, true));
            assertSame(run(cached, batch(6, 2, 4)).head(), first);
            assertThat(cached.stats().hits()).isPositive();
        }
    }

    @Test
    void warmup_aDiskWithoutRoom_isToldByTheMeanOfTheFirstRows() throws Exception {
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            Warmup warmup =
                    Warmup.of(cached, CachedDataset.withIds(new Texts(4), IDS)).optBatchRows(4);
            // texts of 1, 2, 3 and 4 tokens of 12 bytes, a shape of 12, an id of 8 and 8 more
            warmup.freeBytes = () -> 16 * 58 - 1;
            assertThatThrownBy(warmup::run)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("928 B for 16 rows of 58 B");
            warmup.freeBytes = () -> 16 * 58;
            assertThat(warmup.run().isComplete()).isTrue();
        }
    }

    private static CachedFeatureDatasetBuilder of(FeatureCache cache) {
        return CachedFeatureDataset.builder()
                .setCache(cache)
                .setIds(IDS)
                .optLabels(IDS)
                .setSampling(5, true);
    }

    private static long paddedTokens(long... ids) {
        int[] lengths = LongStream.of(ids).mapToInt(VaryingRowsScenario::lengthOf).toArray();
        int longest = Arrays.stream(lengths).max().orElse(0);
        return Arrays.stream(lengths).map(length -> longest - length).sum();
    }

    /** The trainer pads short sub-batches by repeating rows: both runs must agree in every bit. */
    @Test
    void trainer_withAndWithoutTheCache_hasTheSameLosses() throws Exception {
        List<String> plain = train(encoder, 3);
        try (CacheBlockDecorator cached = padded().setBlock(encoder).build()) {
            assertThat(train(cached, 3)).isEqualTo(plain);
            assertThat(cached.stats().hits()).isEqualTo(2L * IDS.length);
        }
    }

    private List<String> train(ai.djl.nn.Block block, int epochs) throws Exception {
        List<String> losses = new ArrayList<>();
        ai.djl.engine.Engine.getEngine("PyTorch").setRandomSeed(7);
        boolean decorated = block instanceof CacheBlockDecorator;
        try (Model model = Model.newInstance("texts", "PyTorch")) {
            model.setBlock(
                    new SequentialBlock()
                            .add(decorated ? block : CacheIds.around(block))
                            .add(new LambdaBlock(l -> new NDList(l.head().sum(new int[] {1}))))
                            .add(Linear.builder().setUnits(1).build()));
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(5, 6));
                CachedDataset data = CachedDataset.withIds(new Texts(5), IDS);
                for (int epoch = 0; epoch < epochs; epoch++) {
                    for (Batch batch : trainer.iterateDataset(data)) {
                        losses.add(step(trainer, batch));
                    }
                }
            }
        }
        return losses;
    }

    private static String step(Trainer trainer, Batch batch) {
        try (batch;
                GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = trainer.forward(batch.getData());
            NDArray labels = batch.getLabels().head().toType(DataType.FLOAT32, false).div(1000);
            NDArray loss = trainer.getLoss().evaluate(new NDList(labels), predictions);
            collector.backward(loss);
            trainer.step();
            return Float.toHexString(loss.getFloat());
        }
    }

    /** A text as its tokens, and the sum of what is made of it. */
    private static final class Sums implements Translator<Long, Float> {

        @Override
        public NDList processInput(TranslatorContext ctx, Long id) {
            return new NDList(ctx.getNDManager().create(tokens(id)));
        }

        @Override
        public Float processOutput(TranslatorContext ctx, NDList list) {
            return list.head().sum().getFloat();
        }

        @Override
        public ai.djl.translate.Batchifier getBatchifier() {
            return PaddingStackBatchifier.builder()
                    .addPad(0, 0, of -> of.zeros(new Shape(1), DataType.INT64))
                    .build();
        }
    }

    @Test
    void predictor_ofTextsInOtherBatches_readsTheirRows() throws Exception {
        try (Model model = Model.newInstance("texts", "PyTorch");
                CacheBlockDecorator cached = padded().setBlock(encoder).build();
                Predictor<Long, Float> predictor =
                        new CachedPredictor<>(
                                model,
                                CacheIdTranslator.withLongIds(new Sums(), id -> id),
                                cached)) {
            model.setBlock(encoder);
            for (List<Long> ids : List.of(List.of(6L, 2L), List.of(2L, 4L), List.of(4L, 6L))) {
                List<Float> expected =
                        ids.stream().map(id -> expected(id).sum().getFloat()).toList();
                assertThat(predictor.batchPredict(ids)).isEqualTo(expected);
            }
            assertThat(predictor.predict(4L)).isEqualTo(expected(4).sum().getFloat());
            assertThat(encoder.rowsRun()).isEqualTo(3);
        }
    }

    @Test
    void shareMisses_rowsOfAnotherRank_areReadAtTheirOwnLength() throws Exception {
        long[] ids = {6, 2, 7, 4, 13, 5, 3, 10, 12, 1};
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (RankCache one = RankCache.of(directory, 0, 2);
                RankCache two = RankCache.of(directory, 1, 2)) {
            CacheBlockDecorator first = sharing(one.cache());
            CacheBlockDecorator second = sharing(two.cache());
            Future<NDList> other = executor.submit(() -> run(first, batch(ids)));
            assertSame(run(second, batch(ids)).head(), expected(ids));
            assertSame(other.get().head(), expected(ids));
            assertThat(encoder.rowsRun()).isEqualTo(ids.length);
            assertThat(first.stats().sharedRows() + second.stats().sharedRows())
                    .isEqualTo(ids.length);
            assertThat(second.stats().computedRows()).isPositive();
        } finally {
            executor.shutdown();
        }
    }

    private CacheBlockDecorator sharing(FeatureCache cache) {
        return CacheBlockDecorator.builder()
                .setBlock(encoder)
                .setCache(cache)
                .optAudit(AuditMode.OFF)
                .optPadOutput("tokens", -2, 0)
                .optShareMisses(Duration.ofMinutes(2))
                .build();
    }
}
