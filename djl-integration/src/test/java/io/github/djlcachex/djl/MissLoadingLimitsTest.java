package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Record;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** Where inputs of found rows are needed all the same, and what is refused. */
class MissLoadingLimitsTest extends MissLoadingScenario {

    @Test
    void audit_ofACacheOfOtherRows_loadsTheInputsAndReturnsTheRightRows() throws Exception {
        SpyBlock other = new SpyBlock(inputs -> new NDList(inputs.head().mul(9)));
        try (CacheBlockDecorator wrong =
                Decorated.in(directory).setBlock(other).optFingerprint("same").build()) {
            warm(wrong, ROWS);
        }
        try (CacheBlockDecorator cached =
                Decorated.audited(directory).setBlock(spy).optFingerprint("same").build()) {
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            assertThat(cached.stats().auditMismatches()).isPositive();
        }
    }

    @Test
    void audit_thatFindsAWrongRow_loadsTheRestOfItsBatchToo() throws Exception {
        int rows = Audit.FIRST_HITS + 36;
        SpyBlock other = new SpyBlock(inputs -> new NDList(inputs.head().mul(9)));
        try (CacheBlockDecorator wrong =
                Decorated.in(directory).setBlock(other).optFingerprint("same").build()) {
            warm(wrong, rows);
        }
        try (CacheBlockDecorator cached =
                Decorated.audited(directory).setBlock(spy).optFingerprint("same").build()) {
            CachedDataset data =
                    CachedDataset.withIds(new Counting(rows, rows), ids(rows))
                            .loadingMissesOnly(cached, MissLoadingTest::label);
            assertThat(epoch(cached, data)).isEqualTo(rows);
            assertThat(epoch(cached, data)).isEqualTo(rows);
        }
    }

    @Test
    void audit_ofRightRows_loadsTheFirstHitsAlone() throws Exception {
        try (CacheBlockDecorator cached = Decorated.audited(directory).setBlock(spy).build()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            for (int i = 0; i < 6; i++) {
                epoch(cached, data);
            }
            int rows = loads.values().stream().mapToInt(n -> n).sum();
            assertThat(rows).isBetween(Audit.FIRST_HITS, Audit.FIRST_HITS + 12);
            assertThat(cached.stats().hits()).isEqualTo(6 * ROWS);
            assertThat(cached.stats().auditMismatches()).isZero();
        }
    }

    @Test
    @SuppressWarnings("try") // closed in the middle, on purpose
    void decorator_thatIsOffOrClosed_loadsAllInputs() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            cached.setEnabled(false);
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
            assertThat(loads).hasSize(ROWS);
            cached.setEnabled(true);
            Iterable<Batch> batches = data.getData(manager);
            Batch first = batches.iterator().next();
            cached.close(); // when the rows of the batch are found, and have no inputs
            loads.clear();
            NDArray output = Decorated.train(cached, manager, first.getData()).head();
            check(output, first.getLabels().head(), 2, 1);
            assertThat(loads).hasSize(6);
            assertThat(epoch(cached, batches, 2, 1)).isEqualTo(ROWS - 6);
        }
    }

    @Test
    void batch_thatReachesAnotherDecorator_isComputedByItsBlock() throws Exception {
        Block other = new SpyBlock(inputs -> new NDList(inputs.head().mul(3)));
        try (CacheBlockDecorator cached = decorator();
                CacheBlockDecorator another =
                        Decorated.in(directory.resolve("other")).setBlock(other).build()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            assertThat(epoch(another, data.getData(manager), 3, 0)).isEqualTo(ROWS);
            assertThat(epoch(another, data.getData(manager), 3, 0)).isEqualTo(ROWS);
        }
    }

    @Test
    void rows_thatAreClearedAfterTheyWereFound_areReturnedAndNotStoredFromPlaceholders()
            throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            var batches = data.getData(manager).iterator();
            Batch first = batches.next();
            cached.cache().clear();
            NDArray output = Decorated.train(cached, manager, first.getData()).head();
            check(output, first.getLabels().head(), 2, 1);
            assertThat(epoch(cached, data)).isEqualTo(ROWS);
        }
    }

    @Test
    void batch_thatWasClosed_isRefused() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            Batch batch = data.getData(manager).iterator().next();
            NDArray ids = batch.getData().get(1).duplicate();
            ids.attach(manager);
            ids.setName(CacheIds.NAME);
            batch.close();
            NDList stale = new NDList(manager.ones(new Shape(6, 1)), ids);
            assertThatThrownBy(() -> Decorated.train(cached, manager, stale))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void batch_forAnyOtherBlock_hasNoInputsToMistake() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            warm(cached, ROWS);
            CachedDataset data = looked(ids().loadingMissesOnly(cached, MissLoadingTest::label));
            Batch batch = data.getData(manager).iterator().next();
            NDArray seen = Blocks.identityBlock().forward(null, batch.getData(), false).head();
            assertThat(seen.toFloatArray()).containsOnly(Float.NaN);
            Block around = CacheIds.around(cached);
            assertThatThrownBy(() -> Decorated.train(around, manager, batch.getData()))
                    .isInstanceOf(InvalidIdsException.class);
        }
    }

    @Test
    void rowThatCannotBeLoaded_failsTheBatch() throws Exception {
        TestDataset broken =
                new TestDataset(ROWS, 4) {
                    @Override
                    public Record get(NDManager of, long index) throws IOException {
                        if (index == 5) {
                            throw new IOException("row 5 is broken");
                        }
                        return new Record(
                                new NDList(of.create(new float[] {index, -index})),
                                new NDList(of.create(index)));
                    }
                };
        try (CacheBlockDecorator cached = decorator()) {
            Dataset data = CachedDataset.withIds(broken, ids(ROWS)).loadingMissesOnly(cached);
            assertThatThrownBy(() -> epoch(cached, data)).hasRootCauseMessage("row 5 is broken");
        }
    }

    @Test
    void datasetsAndDecorators_thatNeedAllInputs_areRefused() throws Exception {
        Digits digits = Digits.read(0, 9, 32);
        try (CacheBlockDecorator cached = decorator();
                CacheBlockDecorator checking =
                        Decorated.in(directory.resolve("checked"))
                                .setBlock(SpyBlock.twicePlusOne())
                                .optInputCheck()
                                .build()) {
            CachedDataset arrays =
                    CachedDataset.withNamespace(digits.dataset(manager, 8, true), "all");
            assertThatThrownBy(() -> arrays.loadingMissesOnly(cached))
                    .isInstanceOf(UnsupportedDatasetException.class)
                    .hasMessageContainingAll("ArrayDataset", "in memory");
            assertThatThrownBy(() -> ids().loadingMissesOnly(checking))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("optInputCheck");
        }
    }
}
