package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Who opens and closes the cache, and what happens when it cannot be used. */
@Tag("T22")
class LifecycleTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDList batch(long from) {
        return CacheIds.attach(
                new NDList(manager.arange(0, 8, 1, DataType.FLOAT32).reshape(4, 2)),
                LongStream.range(from, from + 4).toArray());
    }

    private void assertRuns(Block block, long from) {
        assertThat(Decorated.run(block, manager, batch(from)).head().toFloatArray())
                .containsExactly(1, 3, 5, 7, 9, 11, 13, 15);
    }

    @Test
    void close_ofADecoratorWithItsOwnCache_storesTheRows() {
        try (CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory)) {
            assertRuns(decorator, 0);
        }
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertThat(decorator.cache().segments()).hasSize(1);
            assertRuns(decorator, 0);
            assertThat(spy.calls()).isEmpty();
        }
    }

    @Test
    void close_twice_doesNothingMore() {
        CacheBlockDecorator decorator = Decorated.of(SpyBlock.twicePlusOne(), directory);
        decorator.close();
        decorator.close();
        assertThat(decorator.cache().isClosed()).isTrue();
    }

    @Test
    void forward_afterClose_computesUncached() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        CacheBlockDecorator decorator = Decorated.of(spy, directory);
        assertRuns(decorator, 0);
        decorator.close();
        String log =
                Decorated.logOf(
                        () -> {
                            assertRuns(decorator, 0);
                            assertRuns(decorator, 0);
                        });
        assertThat(log).containsOnlyOnce("is closed: batches run uncached");
        assertThat(spy.calls()).hasSize(3);
        assertThat(decorator.stats().uncachedBatches()).isEqualTo(2);
        assertThat(decorator.stats().batchesAfterClose()).isEqualTo(2);
        assertThat(decorator.isEnabled()).isTrue();
    }

    @Test
    void forward_readOnlyOfAMistypedModule_warnsOnceThatThereIsNothing() {
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(SpyBlock.twicePlusOne())
                        .optReadOnly(true)
                        .build()) {
            String log =
                    Decorated.logOf(
                            () -> {
                                assertRuns(decorator, 0);
                                assertRuns(decorator, 4);
                            });
            assertThat(log).containsOnlyOnce("is read-only, and");
            assertThat(log).contains(directory.toString(), "module id");
        }
    }

    @Test
    void close_ofADecoratorWithAGivenCache_leavesItOpen() {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("given").open()) {
            CacheBlockDecorator decorator =
                    CacheBlockDecorator.builder()
                            .setBlock(SpyBlock.twicePlusOne())
                            .setCache(cache)
                            .build();
            assertRuns(decorator, 0);
            decorator.close();
            assertThat(cache.isClosed()).isFalse();
            assertThat(cache.rowCount()).isEqualTo(4);
            assertRuns(decorator, 4);
            assertThat(cache.rowCount()).isEqualTo(4);
        }
    }

    @Test
    void forward_afterTheGivenCacheWasClosed_computesUncached() {
        FeatureCache cache = FeatureCache.builder().directory(directory).moduleId("given").open();
        try (CacheBlockDecorator decorator =
                CacheBlockDecorator.builder()
                        .setBlock(SpyBlock.twicePlusOne())
                        .setCache(cache)
                        .build()) {
            assertRuns(decorator, 0);
            cache.close();
            assertRuns(decorator, 0);
            assertThat(decorator.stats().uncachedBatches()).isEqualTo(1);
        }
    }

    @Test
    void forward_withTheCacheClosedMeanwhile_computesUncached() {
        FeatureCache cache = FeatureCache.builder().directory(directory).moduleId("given").open();
        SpyBlock closing =
                new SpyBlock(
                        inputs -> {
                            cache.close();
                            return new NDList(inputs.head().mul(2).add(1));
                        });
        try (CacheBlockDecorator decorator =
                CacheBlockDecorator.builder().setBlock(closing).setCache(cache).build()) {
            assertRuns(decorator, 0);
        }
    }

    @Test
    void setEnabled_false_looksNothingUpAndStoresNothing() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            assertRuns(decorator, 0);
            decorator.setEnabled(false);
            assertThat(decorator.isEnabled()).isFalse();
            assertThat(decorator.toString()).endsWith(", off)");
            var before = decorator.cache().stats();
            assertRuns(decorator, 0);
            assertRuns(decorator, 100);
            assertThat(decorator.cache().stats()).isEqualTo(before);
            assertThat(spy.calls()).hasSize(3).noneMatch(SpyBlock.Call::training);
            assertThat(spy.calls()).allMatch(call -> call.shapes().size() == 1);
            decorator.setEnabled(true);
            assertRuns(decorator, 0);
            assertThat(spy.calls()).hasSize(3);
            DecoratorStats stats = decorator.stats();
            assertThat(stats)
                    .hasToString(
                            "DecoratorStats[batches=4, hits=4, misses=4, computedRows=4, declinedRows=0, "
                                    + "uncachedBatches=2, batchesWithoutIds=0, batchesAfterClose=0, batchesOfOtherShape=0, changedInputs=0, auditedRows=0, auditMismatches=0]");
        }
    }

    @Test
    void forward_withADirectoryThatVanished_neverFails() throws IOException {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = Decorated.of(spy, directory)) {
            Path generation = decorator.cache().directory();
            replaceByFile(generation);
            for (int batch = 0; batch < 8; batch++) {
                assertRuns(decorator, batch * 4L);
                assertRuns(decorator, batch * 4L);
            }
            FlushReport report = decorator.cache().flush();
            assertThat(report.persistedRows()).isZero();
            Files.delete(generation);
        }
    }

    private static void replaceByFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(directory, "in the way");
    }

    @Test
    void forward_ofRowsTooLargeForASegment_runsThroughAndCounts() {
        int rowBytes = (1 << 28) + 1;
        SpyBlock spy =
                new SpyBlock(
                        inputs ->
                                new NDList(
                                        inputs.head()
                                                .getManager()
                                                .ones(new Shape(1, rowBytes), DataType.UINT8)));
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optMinBatchRows(1).build()) {
            for (int i = 0; i < 2; i++) {
                try (NDManager scope = manager.newSubManager()) {
                    NDList small = CacheIds.attach(new NDList(scope.ones(new Shape(1, 1))), 1);
                    NDList outputs = Decorated.run(decorator, scope, small);
                    assertThat(outputs.head().getShape()).isEqualTo(new Shape(1, rowBytes));
                    assertThat(outputs.head().getUint8(0, rowBytes - 1)).isEqualTo(1);
                }
            }
            assertThat(decorator.stats().declinedRows()).isEqualTo(2);
            assertThat(decorator.cache().stats().oversizedRows()).isEqualTo(2);
            assertThat(spy.rowsRun()).isEqualTo(2);
        }
    }

    @Test
    void build_withWhatContradicts_isRefusedWithTheReason() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        assertThatThrownBy(() -> Decorated.in(directory).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setBlock");
        assertThatThrownBy(() -> CacheBlockDecorator.builder().setBlock(spy).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setDirectory or setCache");
        assertThatThrownBy(
                        () ->
                                CacheBlockDecorator.builder()
                                        .setBlock(spy)
                                        .setDirectory(directory)
                                        .build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setModuleId");
        try (FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("given").open();
                CacheBlockDecorator once = Decorated.of(spy, directory)) {
            List<CacheBlockDecoratorBuilder> both =
                    List.of(
                            Decorated.in(directory),
                            CacheBlockDecorator.builder().optFingerprint("x"),
                            CacheBlockDecorator.builder().optReadOnly(true));
            for (CacheBlockDecoratorBuilder builder : both) {
                assertThatThrownBy(() -> builder.setBlock(spy).setCache(cache).build())
                        .isInstanceOf(InvalidOptionException.class)
                        .hasMessageContaining("a cache alone");
            }
            assertThatThrownBy(() -> Decorated.of(once, directory))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("no decorator yet");
        }
    }

    @Test
    void options_outOfTheirLimits_areRefusedWithTheValue() {
        CacheBlockDecoratorBuilder builder = CacheBlockDecorator.builder();
        assertThatThrownBy(() -> builder.optMinBatchRows(0))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("minBatchRows", "1 or more", "0");
        assertThatThrownBy(() -> builder.optIdInput(-2))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("idInput", "-2");
        assertThatThrownBy(() -> builder.optSharedInputs(0, -3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("sharedInputs", "-3");
        assertThatThrownBy(() -> builder.optCastUnknownTo(DataType.BFLOAT16))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("FLOAT32");
    }
}
