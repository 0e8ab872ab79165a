package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Cached rows that are not what the wrapped block computes now. */
class AuditTest {

    private static final int ROWS = 20;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray inputs() {
        return manager.arange(0, ROWS * 2, 1, DataType.FLOAT32).reshape(ROWS, 2);
    }

    private static long[] ids(long from) {
        return LongStream.range(from, from + ROWS).toArray();
    }

    private NDList run(CacheBlockDecorator decorator, NDArray inputs, long... ids) {
        return Decorated.run(decorator, manager, CacheIds.attach(new NDList(inputs), ids));
    }

    private CacheBlockDecorator open(AuditMode mode, UnaryOperator<NDList> function) {
        return Decorated.audited(directory)
                .setBlock(new SpyBlock(function))
                .optFingerprint("same")
                .optMinBatchRows(1)
                .optAudit(mode)
                .build();
    }

    private static NDList twice(NDList inputs) {
        return new NDList(inputs.head().mul(2));
    }

    private static NDList thrice(NDList inputs) {
        return new NDList(inputs.head().mul(3));
    }

    private void fill() {
        try (CacheBlockDecorator decorator = open(AuditMode.OFF, AuditTest::twice)) {
            run(decorator, inputs(), ids(0));
        }
    }

    @Test
    void forward_hitsOfOtherCode_areWarnedOfAndComputedAgain() {
        fill();
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, AuditTest::thrice)) {
            String expected = Bits.hex(inputs().mul(3));
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int epoch = 0; epoch < 9; epoch++) {
                                    NDList rows = run(decorator, inputs(), ids(0));
                                    assertThat(Bits.hex(rows.head())).isEqualTo(expected);
                                }
                            });
            assertThat(log).containsOnlyOnce("off the row that SpyBlock computes now");
            assertThat(log).contains("id '19' is 39", "optVersion", "AuditMode.FAIL");
            assertThat(decorator.stats().auditMismatches()).isEqualTo(9 * ROWS);
        }
    }

    @Test
    void forward_oneEditedSample_isWarnedOfByItsId() {
        fill();
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, AuditTest::twice)) {
            NDArray edited = inputs();
            edited.set(new ai.djl.ndarray.index.NDIndex("7, 1"), 99f);
            String log =
                    Decorated.logOf(
                            () ->
                                    assertThat(run(decorator, edited, ids(0)).head().getFloat(7, 1))
                                            .isEqualTo(198f));
            assertThat(log).contains("id '7' is 168");
            assertThat(decorator.stats().auditMismatches()).isEqualTo(1);
        }
    }

    @Test
    void forward_hitsOfOtherCodeInFailMode_throws() {
        fill();
        try (CacheBlockDecorator decorator = open(AuditMode.FAIL, AuditTest::thrice)) {
            assertThatThrownBy(() -> run(decorator, inputs(), ids(0)))
                    .isInstanceOf(AuditFailedException.class)
                    .hasMessageContainingAll("id '19'", "39.0 off", "likely causes");
        }
    }

    @Test
    void forward_hitsOfOtherCodeWithTheAuditOff_areTheCachedRows() {
        fill();
        try (CacheBlockDecorator decorator = open(AuditMode.OFF, AuditTest::thrice)) {
            assertThat(Bits.hex(run(decorator, inputs(), ids(0)).head()))
                    .isEqualTo(Bits.hex(inputs().mul(2)));
            assertThat(decorator.stats().auditedRows()).isZero();
        }
    }

    @Test
    void forward_equalRows_areComparedSixtyFourTimesAndThenNowAndThen() {
        fill();
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, AuditTest::twice)) {
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 5; i++) {
                                    run(decorator, inputs(), ids(0));
                                }
                            });
            assertThat(log).isEmpty();
            assertThat(decorator.stats().auditedRows()).isEqualTo(Audit.FIRST_HITS);
            assertThat(decorator.stats().auditMismatches()).isZero();
        }
    }

    @Test
    void forward_roundingDifferences_areNoMismatch() {
        fill();
        UnaryOperator<NDList> rounded =
                inputs -> new NDList(inputs.head().mul(2).add(5e-4f)); // of a row of 78 at most
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, rounded)) {
            NDArray rows = run(decorator, inputs(), ids(0)).head();
            assertThat(decorator.stats().auditMismatches()).isPositive().isLessThan(5);
            assertThat(rows.getFloat(ROWS - 1, 1)).isEqualTo(78f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong_batch_dependent", "wrong_stateful"})
    void forward_extractorThatIsNoFunctionOfTheRow_isWarnedOfAtTheFirstBatch(String name) {
        try (Fixture fixture = Fixture.of(name);
                CacheBlockDecorator decorator =
                        Decorated.audited(directory).setBlock(fixture.block()).build()) {
            NDArray rows = fixture.manager().randomNormal(new Shape(16, 32));
            NDList batch = CacheIds.attach(new NDList(rows), LongStream.range(0, 16).toArray());
            String log = Decorated.logOf(() -> Decorated.run(decorator, fixture.manager(), batch));
            assertThat(log).contains("depends on the other rows", "BatchInvariance", "id '15'");
        }
    }

    @Test
    void forward_goodExtractor_isNotWarnedOf() {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator =
                        Decorated.audited(directory).setBlock(fixture.block()).build()) {
            NDList inputs = fixture.inputs();
            long[] ids = LongStream.range(0, fixture.rows()).toArray();
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 3; i++) {
                                    NDList batch = CacheIds.attach(inputs, ids);
                                    Decorated.run(decorator, fixture.manager(), batch);
                                }
                            });
            assertThat(log).doesNotContain("WARN");
            assertThat(decorator.stats().auditMismatches()).isZero();
            assertThat(decorator.stats().auditedRows()).isPositive();
        }
    }

    @Test
    void forward_blockThatCannotRun_warnsOnceAndServesTheHits() {
        fill();
        UnaryOperator<NDList> broken =
                inputs -> {
                    throw new IllegalStateException("handle has been released");
                };
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, broken)) {
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 3; i++) {
                                    assertThat(Bits.hex(run(decorator, inputs(), ids(0)).head()))
                                            .isEqualTo(Bits.hex(inputs().mul(2)));
                                }
                            });
            assertThat(log).containsOnlyOnce("could not compute some rows again");
            assertThat(log).contains("handle has been released");
        }
    }

    @Test
    void forward_extractorThatSqueezesALoneRow_isAuditedAllTheSame() {
        UnaryOperator<NDList> squeezing =
                inputs -> {
                    NDArray rows = inputs.head().mul(2);
                    return new NDList(rows.getShape().get(0) == 1 ? rows.squeeze(0) : rows);
                };
        try (CacheBlockDecorator decorator = open(AuditMode.FAIL, squeezing)) {
            for (int i = 0; i < 4; i++) {
                NDArray three = inputs().get("0:3");
                NDList batch = CacheIds.attach(new NDList(three), 0, 1, 2);
                NDArray rows = Decorated.run(decorator, manager, batch).head();
                assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(three.mul(2)));
                NDList one = CacheIds.attach(new NDList(inputs().get("0:1")), 0);
                assertThat(Decorated.run(decorator, manager, one).head().getShape())
                        .isEqualTo(new Shape(1, 2));
            }
            assertThat(decorator.stats().auditedRows()).isPositive();
        }
    }

    @Test
    void forward_oneIdForTwoInputs_isWarnedOfAndBothAreComputed() {
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, AuditTest::twice)) {
            long[] zeros = new long[ROWS];
            String log =
                    Decorated.logOf(
                            () ->
                                    assertThat(Bits.hex(run(decorator, inputs(), zeros).head()))
                                            .isEqualTo(Bits.hex(inputs().mul(2))));
            assertThat(log).contains("Rows 0 and 1", "one id, '0'");
            assertThat(decorator.cache().rowCount()).isEqualTo(1);
        }
        try (CacheBlockDecorator decorator =
                Decorated.audited(directory.resolve("strict"))
                        .setBlock(SpyBlock.twicePlusOne())
                        .optFingerprint("same")
                        .optAudit(AuditMode.FAIL)
                        .build()) {
            assertThatThrownBy(() -> run(decorator, inputs(), new long[ROWS]))
                    .isInstanceOf(AuditFailedException.class)
                    .hasMessageContainingAll("id '0'", "positions 0 and 1");
        }
    }

    @Test
    void forward_manyEqualRowsOfOneId_isWarnedOfOnce() {
        try (CacheBlockDecorator decorator = open(AuditMode.WARN, AuditTest::twice)) {
            NDArray same = manager.ones(new Shape(ROWS, 2));
            String log =
                    Decorated.logOf(
                            () -> {
                                run(
                                        decorator,
                                        same,
                                        LongStream.range(0, ROWS).map(i -> 5).toArray());
                                run(
                                        decorator,
                                        same,
                                        LongStream.range(0, ROWS).map(i -> 6).toArray());
                            });
            assertThat(log)
                    .containsOnlyOnce("20 rows of a batch for SpyBlock have 1 different ids");
            assertThat(log).contains("'5'");
        }
    }
}
