package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.SchemaMismatchException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Outputs that are stored in another precision are the same in the first and all later epochs. */
class StoredPrecisionTest {

    private static final int ROWS = 20;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray inputs() {
        return manager.arange(0, ROWS * 3, 1, DataType.FLOAT32).div(7).reshape(ROWS, 3);
    }

    private static SpyBlock block() {
        return new SpyBlock(inputs -> new NDList(inputs.head().mul(0.1f).add(1)));
    }

    private CacheBlockDecorator open(StoredAs precision) {
        return Decorated.audited(directory)
                .setBlock(block())
                .optFingerprint("same")
                .optAudit(AuditMode.FAIL)
                .optStoreAs(precision)
                .build();
    }

    private NDArray run(CacheBlockDecorator decorator, long from) {
        return run(decorator, inputs(), from);
    }

    private NDArray run(CacheBlockDecorator decorator, NDArray inputs, long from) {
        long[] ids = LongStream.range(from, from + ROWS).toArray();
        NDList batch = CacheIds.attach(new NDList(inputs), ids);
        return Decorated.train(decorator, manager, batch).head();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SPARSE")
    void forward_missesHitsAndReopened_areBitEqualAndRounded(StoredAs precision) {
        String first;
        try (CacheBlockDecorator decorator = open(precision)) {
            NDArray computed = run(decorator, 0);
            first = Bits.hex(computed);
            NDArray bare = Decorated.run(block(), manager, new NDList(inputs())).head();
            assertThat(first).isNotEqualTo(Bits.hex(bare));
            assertThat(computed.sub(bare).abs().max().getFloat()).isLessThan(0.02f);
            assertThat(Bits.hex(run(decorator, 0))).isEqualTo(first);
            assertThat(decorator.stats().hits()).isEqualTo(ROWS);
            assertThat(decorator.stats().auditedRows()).isPositive();
            assertThat(decorator.stats().auditMismatches()).isZero();
        }
        try (CacheBlockDecorator decorator = open(precision)) {
            assertThat(Bits.hex(run(decorator, 0))).isEqualTo(first);
        }
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(block()).optFingerprint("same").build()) {
            assertThat(Bits.hex(run(decorator, 0))).as("without the option").isEqualTo(first);
            assertThat(Bits.hex(run(decorator, 100))).as("its own misses").isEqualTo(first);
        }
    }

    /** A batch of hits and misses, whose rows come from two places. */
    @Test
    void forward_someMisses_areRoundedAsTheHits() {
        try (CacheBlockDecorator decorator = open(StoredAs.FLOAT16)) {
            NDArray inputs = inputs();
            List<String> all = Bits.rows(run(decorator, inputs, 0));
            NDArray half = inputs.get("10:").concat(inputs.get(":10"));
            List<String> mixed = Bits.rows(run(decorator, half, 10));
            assertThat(mixed.subList(0, 10)).isEqualTo(all.subList(10, 20));
            assertThat(mixed.subList(10, 20)).isEqualTo(all.subList(0, 10));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SPARSE")
    void training_coldAndWarm_givesBitIdenticalLossesAndWeights(StoredAs precision)
            throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            List<String> cold = train(fixture, precision);
            assertThat(train(fixture, precision)).isEqualTo(cold);
        }
    }

    private List<String> train(Fixture fixture, StoredAs precision) throws Exception {
        try (CacheBlockDecorator decorator =
                        Decorated.audited(directory)
                                .setBlock(fixture.block())
                                .optAudit(AuditMode.FAIL)
                                .optStoreAs(precision)
                                .build();
                Head head = new Head(decorator)) {
            List<String> losses = head.loop(2, digits(0, 72, "train"), digits(72, 35, "test"));
            assertThat(decorator.stats().hits()).isPositive();
            assertThat(decorator.stats().auditMismatches()).isZero();
            return losses;
        }
    }

    private CachedDataset digits(int from, int count, String name) throws IOException {
        Digits all = Digits.read(5, 9, from + count);
        Digits part =
                new Digits(
                        all.images().subList(from, from + count),
                        all.labels().subList(from, from + count));
        return CachedDataset.withNamespace(part.dataset(manager, Head.BATCH, false), name);
    }

    @Test
    void forward_withInputCheck_isRoundedToo() {
        for (int epoch = 0; epoch < 2; epoch++) {
            try (CacheBlockDecorator decorator =
                    Decorated.in(directory)
                            .setBlock(block())
                            .optInputCheck()
                            .optStoreAs(0, StoredAs.INT8)
                            .build()) {
                String first = Bits.hex(run(decorator, 0));
                assertThat(Bits.hex(run(decorator, 0))).isEqualTo(first);
                assertThat(decorator.stats().hits()).isEqualTo(ROWS * (1L + epoch));
                assertThat(decorator.stats().changedInputs()).isZero();
            }
        }
    }

    /** Nothing is kept, and rows are rounded all the same: losses do not tell who may write. */
    @Test
    void forward_readOnly_isRoundedToo() {
        String stored;
        try (CacheBlockDecorator decorator = open(StoredAs.FLOAT16)) {
            stored = Bits.hex(run(decorator, 0));
        }
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(block())
                        .optFingerprint("other")
                        .optReadOnly(true)
                        .optCacheOptions(options -> options.memoryTierBytes(0))
                        .optStoreAs(StoredAs.FLOAT16)
                        .build()) {
            assertThat(Bits.hex(run(decorator, 0))).isEqualTo(stored);
            assertThat(decorator.stats().hits()).isZero();
        }
    }

    @Test
    void forward_rowOutOfRange_isExactInEveryEpochAndCounted() {
        NDArray inputs = inputs();
        inputs.set(new NDIndex("3, 1"), 1e7f);
        try (CacheBlockDecorator decorator = open(StoredAs.FLOAT16)) {
            List<String> first = Bits.rows(run(decorator, inputs, 0));
            List<String> bare =
                    Bits.rows(Decorated.run(block(), manager, new NDList(inputs)).head());
            assertThat(first.get(3)).isEqualTo(bare.get(3));
            assertThat(first.get(4)).isNotEqualTo(bare.get(4));
            assertThat(Bits.rows(run(decorator, inputs, 0))).isEqualTo(first);
            assertThat(decorator.cache().rowCount()).isEqualTo(ROWS - 1);
            assertThat(decorator.cache().stats().outOfRangeRows()).isEqualTo(2);
            assertThat(decorator.stats().declinedRows()).isEqualTo(2);
        }
    }

    @Test
    void build_onRowsOfAnotherPrecision_isRefusedWithTheWayOut() {
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(block()).optFingerprint("same").build()) {
            run(decorator, 0);
        }
        assertThatThrownBy(() -> open(StoredAs.FLOAT16))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("storeAs")
                .hasMessageContaining("another module id")
                .hasMessageContaining("reset()");
    }

    /** The audit still finds a row that is another one. */
    @Test
    void audit_ofOtherCode_findsRoundedRowsThatDiffer() {
        try (CacheBlockDecorator decorator = open(StoredAs.INT8)) {
            run(decorator, 0);
        }
        try (CacheBlockDecorator decorator =
                Decorated.audited(directory)
                        .setBlock(new SpyBlock(in -> new NDList(in.head().mul(0.1f).add(1.1f))))
                        .optFingerprint("same")
                        .optAudit(AuditMode.FAIL)
                        .build()) {
            assertThatThrownBy(() -> run(decorator, 0)).isInstanceOf(AuditFailedException.class);
        }
    }

    @Test
    void predictor_computedAndRead_returnEqualArrays() {
        List<String> texts = Rows.texts(0, 5);
        try (Model model = CachedOutputsScenario.modelOf("PyTorch");
                CachedPredictor<String, float[]> predictor =
                        CachedPredictor.builder(model, Rows.features())
                                .setDirectory(directory)
                                .setModuleId("mlp")
                                .optCacheOptions(options -> options.storeAs(StoredAs.BFLOAT16))
                                .build();
                Predictor<String, float[]> plain = model.newPredictor(Rows.features())) {
            List<float[]> first = CachedOutputsScenario.predicted(predictor, texts);
            List<float[]> again = CachedOutputsScenario.predicted(predictor, texts);
            List<float[]> bare = CachedOutputsScenario.predicted(plain, texts);
            List<float[]> repeated =
                    CachedOutputsScenario.predicted(predictor, List.of("new", "new"));
            for (int i = 0; i < texts.size(); i++) {
                assertThat(again.get(i)).isEqualTo(first.get(i));
                assertThat(first.get(i)).as("rounded").isNotEqualTo(bare.get(i));
            }
            assertThat(repeated.get(1)).isEqualTo(repeated.get(0));
        }
    }
}
