package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;

import io.github.djlcachex.djl.internal.ids.LongIds;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** The ways in which ids reach the decorator, and what is refused of them. */
class CacheIdsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray rows(int count) {
        return manager.arange(0, count * 2, 1, DataType.FLOAT32).reshape(count, 2);
    }

    private CacheBlockDecoratorBuilder spied(SpyBlock spy) {
        return Decorated.in(directory).setBlock(spy).optMinBatchRows(1);
    }

    @Test
    void attach_integers_appendsANamedArrayAndLeavesTheInputs() {
        NDList inputs = new NDList(rows(3));
        NDList with = CacheIds.attach(inputs, 7, Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(inputs).hasSize(1);
        assertThat(with).hasSize(2);
        assertThat(with.get(1).getName()).isEqualTo("cache_ids");
        assertThat(with.get(1).getDataType()).isEqualTo(DataType.INT64);
        assertThat(with.get(1).toLongArray()).containsExactly(7, Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(IdArrays.decode(with.get(1)))
                .isEqualTo(Keys.of(7, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Test
    void attach_strings_areZeroPaddedUtf8() {
        List<String> ids = List.of("a", "zwölf", "日本語", "😀");
        NDList with = CacheIds.attach(new NDList(rows(4)), ids);
        assertThat(with.get(1).getDataType()).isEqualTo(DataType.UINT8);
        assertThat(with.get(1).getShape()).isEqualTo(new Shape(4, 9));
        assertThat(IdArrays.decode(with.get(1))).isEqualTo(Keys.ofStrings(ids));
    }

    @Test
    void attach_noIdsForNoRows_surviveTheWay() {
        NDArray none = manager.create(new Shape(0, 2));
        NDArray strings = CacheIds.attach(new NDList(none), List.of()).get(1);
        assertThat(IdArrays.decode(strings).size()).isZero();
        NDArray longs = CacheIds.attach(new NDList(none), new long[0]).get(1);
        assertThat(IdArrays.decode(longs).size()).isZero();
    }

    @Test
    void attach_loneSurrogate_isRefused() {
        NDList inputs = new NDList(rows(1));
        assertThatThrownBy(() -> CacheIds.attach(inputs, List.of("a\ud800")))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void attach_twice_isRefused() {
        NDList with = CacheIds.attach(new NDList(rows(1)), 1);
        assertThatThrownBy(() -> CacheIds.attach(with, 2))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("no ids yet");
        assertThatThrownBy(() -> CacheIds.attach(new NDList(), 2))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("at least one input");
    }

    @Test
    void forward_stringIds_hitAcrossBatchesOfOtherWidths() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = spied(spy).build()) {
            NDList cold = CacheIds.attach(new NDList(rows(2)), List.of("a", "b"));
            Decorated.run(decorator, manager, cold);
            NDList wider = CacheIds.attach(new NDList(rows(2)), List.of("a", "a-longer-id"));
            Decorated.run(decorator, manager, wider);
            assertThat(spy.rowsRun()).isEqualTo(3);
            assertThat(decorator.cache().contains("a-longer-id")).isTrue();
        }
    }

    @Test
    void forward_idsOfTheOtherType_areRefused() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).build()) {
            Decorated.run(decorator, manager, CacheIds.attach(new NDList(rows(1)), 1));
            NDList strings = CacheIds.attach(new NDList(rows(1)), List.of("1"));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, strings))
                    .isInstanceOf(KeyTypeMismatchException.class);
        }
    }

    @Test
    void forward_idsAnywhereInTheList_areTakenOut() {
        SpyBlock spy = new SpyBlock(inputs -> new NDList(inputs.get(0).add(inputs.get(1))));
        try (CacheBlockDecorator decorator = spied(spy).build()) {
            NDArray ids = manager.create(new long[] {4, 5});
            ids.setName(CacheIds.NAME);
            NDArray first = rows(2);
            first.setName("first");
            Decorated.run(decorator, manager, new NDList(ids, first, rows(2)));
            assertThat(spy.calls().get(0).names()).containsExactly("first", "null");
            assertThat(decorator.cache().contains(4)).isTrue();
        }
    }

    @Test
    void forward_idsThatLostTheirName_areFoundByPosition() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = spied(spy).optIdInput(1).build()) {
            NDList nameless = new NDList(rows(2), manager.create(new long[] {4, 5}));
            Decorated.run(decorator, manager, nameless);
            Decorated.run(decorator, manager, nameless);
            assertThat(decorator.stats().hits()).isEqualTo(2);
            assertThat(spy.calls().get(0).shapes()).hasSize(1);
        }
    }

    @Test
    void forward_idInputBeyondTheList_countsAsNoIds() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).optIdInput(1).build()) {
            Decorated.run(decorator, manager, new NDList(rows(2)));
            assertThat(decorator.stats().batchesWithoutIds()).isEqualTo(1);
        }
    }

    @Test
    void forward_withoutIds_runsUncachedWarnsOnceAndCounts() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = spied(spy).build()) {
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 3; i++) {
                                    Decorated.run(decorator, manager, new NDList(rows(2)));
                                }
                            });
            assertThat(log).containsOnlyOnce("has no ids and runs uncached");
            assertThat(log).contains("CachedDataset", "CacheIds.attach", "CacheIds.scope");
            assertThat(decorator.stats())
                    .hasToString(
                            "DecoratorStats[batches=3, hits=0, misses=0, computedRows=0, declinedRows=0, "
                                    + "uncachedBatches=3, batchesWithoutIds=3, batchesAfterClose=0, batchesOfOtherShape=0, changedInputs=0, auditedRows=0, auditMismatches=0]");
            assertThat(spy.calls()).hasSize(3).noneMatch(SpyBlock.Call::training);
            assertThat(decorator.cache().rowCount()).isZero();
        }
    }

    @Test
    void forward_withoutIdsWhereRequired_isRefused() {
        try (CacheBlockDecorator decorator =
                spied(SpyBlock.twicePlusOne()).optRequireIds(true).build()) {
            NDList batch = new NDList(rows(2));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContainingAll("an id for each row", "CacheIdTranslator");
        }
    }

    @Test
    void forward_otherNumberOfIdsThanRows_isRefused() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).build()) {
            NDList batch = CacheIds.attach(new NDList(rows(3)), 1, 2);
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContainingAll("input 0", "2 ids", "(3, 2)", "optSharedInputs(0)");
        }
    }

    @Test
    void forward_idsOfAnotherTypeOrShape_areRefused() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).optIdInput(1).build()) {
            for (NDArray wrong :
                    List.of(
                            manager.create(new int[] {1, 2}),
                            manager.create(new float[] {1, 2}),
                            manager.create(new long[][] {{1, 2}, {3, 4}}),
                            manager.create(new byte[] {1, 2}).toType(DataType.UINT8, false))) {
                NDList batch = new NDList(rows(2), wrong);
                assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                        .isInstanceOf(InvalidIdsException.class)
                        .hasMessageContainingAll("INT64 of shape (N)", "CacheIds.attach");
            }
        }
    }

    @Test
    void forward_arrayOfStrings_isRefusedBeforeItReachesPyTorch() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).optIdInput(1).build()) {
            NDList batch = new NDList(rows(2), manager.create(new String[] {"a", "b"}));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContaining("STRING");
        }
    }

    @Test
    void forward_emptyOrBrokenStringIds_areRefused() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).optIdInput(1).build()) {
            for (byte[][] wrong :
                    List.of(
                            new byte[][] {{'a', 0}, {0, 0}},
                            new byte[][] {{'a', 0}, {0, 'b'}},
                            new byte[][] {{'a', 0}, {(byte) 0xff, 'b'}})) {
                NDArray ids = manager.create(wrong).toType(DataType.UINT8, false);
                NDList batch = new NDList(rows(2), ids);
                assertThatThrownBy(() -> Decorated.run(decorator, manager, batch))
                        .isInstanceOf(InvalidKeyException.class);
            }
        }
    }

    @Test
    void forward_twoArraysOfIdsOrNothingElse_isRefused() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).build()) {
            NDList twice = CacheIds.attach(new NDList(rows(1)), 1);
            twice.add(twice.get(1));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, twice))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContaining("inputs 1 and 2");
            NDList alone = new NDList(twice.get(1));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, alone))
                    .isInstanceOf(InvalidIdsException.class)
                    .hasMessageContaining("beside the ids");
        }
    }

    @Test
    void scope_aroundBlocksThatRebuildTheirList_givesIdsToTwoDecorators() {
        SpyBlock left = SpyBlock.twicePlusOne();
        SpyBlock right = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator first = Decorated.of(left, directory.resolve("left"));
                CacheBlockDecorator second = Decorated.of(right, directory.resolve("right"))) {
            SequentialBlock network =
                    new SequentialBlock()
                            .add(first)
                            .add(new LambdaBlock(inputs -> new NDList(inputs.head().mul(1))))
                            .add(second);
            NDList plain;
            try (CacheIds.Scope scope = CacheIds.scope(1, 2)) {
                assertThat(scope).isNotNull();
                plain = Decorated.run(network, manager, new NDList(rows(2)));
            }
            try (CacheIds.Scope scope = CacheIds.scope(2, 1)) {
                assertThat(scope).isNotNull();
                NDList swapped = Decorated.run(network, manager, new NDList(rows(2)));
                assertThat(Bits.rows(swapped.head()))
                        .containsExactly(
                                Bits.rows(plain.head()).get(1), Bits.rows(plain.head()).get(0));
            }
            assertThat(first.stats().hits()).isEqualTo(2);
            assertThat(second.stats().hits()).isEqualTo(2);
            assertThat(CacheIds.scoped()).isNull();
        }
    }

    @Test
    void scope_besideIdsInTheBatch_losesToThem() {
        try (CacheBlockDecorator decorator = spied(SpyBlock.twicePlusOne()).build();
                CacheIds.Scope scope = CacheIds.scope(List.of("x"))) {
            assertThat(scope).isNotNull();
            Decorated.run(decorator, manager, CacheIds.attach(new NDList(rows(1)), 3));
            assertThat(decorator.cache().contains(3)).isTrue();
        }
    }

    @Test
    void scope_isSeenByItsOwnThreadAlone_andNests() {
        try (CacheIds.Scope outer = CacheIds.scope(1)) {
            try (CacheIds.Scope inner = CacheIds.scope(2, 3)) {
                assertThat(CacheIds.scoped()).isEqualTo(Keys.of(2, 3));
                assertThat(CompletableFuture.supplyAsync(CacheIds::scoped).join()).isNull();
                assertThatThrownBy(outer::close)
                        .isInstanceOf(InvalidIdsException.class)
                        .hasMessageContaining("innermost");
                assertThat(inner).isNotNull();
            }
            assertThat(CacheIds.scoped()).isEqualTo(Keys.of(1));
        }
        assertThat(CacheIds.scoped()).isNull();
    }

    @Test
    void split_overDevices_keepsEachRowWithItsId() {
        for (boolean strings : new boolean[] {false, true}) {
            NDManager scope = manager.newSubManager();
            NDArray data = rows(7);
            List<String> names = List.of("a", "bb", "ccc", "d", "ee", "fff", "gggg");
            NDList with =
                    strings
                            ? CacheIds.attach(new NDList(data), names)
                            : CacheIds.attach(new NDList(data), LongStream.range(0, 7).toArray());
            Batch batch =
                    new Batch(
                            scope,
                            with,
                            new NDList(data.duplicate()),
                            7,
                            Batchifier.STACK,
                            Batchifier.STACK,
                            0,
                            0);
            Batch[] parts = batch.split(new Device[] {Device.cpu(), Device.cpu()}, false);
            int row = 0;
            for (Batch part : parts) {
                BatchIds ids = BatchIds.split(part.getData(), -1);
                Keys keys = java.util.Objects.requireNonNull(ids.keys());
                assertThat(keys.size()).isEqualTo((int) ids.inputs().head().getShape().get(0));
                for (int i = 0; i < keys.size(); i++, row++) {
                    assertThat(keys.getObject(i))
                            .isEqualTo(strings ? names.get(row) : (Object) (long) row);
                    assertThat(ids.inputs().head().getFloat(i, 0)).isEqualTo(2f * row);
                }
            }
            assertThat(row).isEqualTo(7);
        }
    }

    @Test
    void attach_ofLongIds_isReadBack() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            List<String> ids = List.of("a".repeat(3_000), LongIds.PREFIX + "literal", "short");
            NDArray input = manager.ones(new Shape(3, 2));
            NDList batch = CacheIds.attach(new NDList(input), ids);
            StringKeys keys = (StringKeys) IdArrays.decode(batch.get(CacheIds.NAME));
            assertThat(keys).isEqualTo(LongIds.keys(ids));
            assertThat(keys.get(2)).isEqualTo("short");
        }
    }
}
