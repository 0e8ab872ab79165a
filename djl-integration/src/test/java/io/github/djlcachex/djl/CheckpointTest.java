package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Checkpoints are those of the wrapped block, and other weights never meet cached rows. */
class CheckpointTest {

    private static final int ROWS = 48;

    @TempDir Path directory;
    @TempDir Path checkpoints;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private CachedDataset dataset(String namespace) throws IOException {
        return CachedDataset.withNamespace(
                Digits.read(5, 9, ROWS).dataset(manager, 16, false), namespace);
    }

    private NDList images() throws IOException {
        return new NDList(Digits.read(5, 9, ROWS).array(manager));
    }

    private static byte[] saved(Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream stream(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Test
    void saveParameters_decorated_writesTheBytesOfTheWrappedBlock() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            assertThat(saved(decorator)).isEqualTo(saved(fixture.block()));
        }
        Linear linear = linear(3);
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            assertThat(saved(decorator)).isEqualTo(saved(linear));
        }
    }

    private Linear linear(int seed) {
        ai.djl.engine.Engine.getEngine("PyTorch").setRandomSeed(seed);
        Linear linear = Linear.builder().setUnits(4).build();
        linear.initialize(manager, DataType.FLOAT32, new Shape(16, 2));
        linear.freezeParameters(true);
        return linear;
    }

    @Test
    void checkpoint_ofDecoratedNetwork_loadsWithoutTheDecorator() throws Exception {
        List<String> predictions;
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Head head = new Head(decorator)) {
            head.fit(2, dataset("a"), dataset("a"));
            head.model().save(checkpoints, "net");
            predictions = Bits.hex(Decorated.run(head.model().getBlock(), manager, images()));
        }
        try (Fixture fixture = Fixture.of("digits_extractor");
                Head head = new Head(fixture.block())) {
            head.model().load(checkpoints, "net");
            assertThat(Bits.hex(Decorated.run(head.model().getBlock(), manager, images())))
                    .isEqualTo(predictions);
        }
    }

    @Test
    void checkpoint_ofPlainNetwork_loadsWithTheDecorator() throws Exception {
        List<String> predictions;
        try (Fixture fixture = Fixture.of("digits_extractor");
                Head head = new Head(fixture.block());
                Trainer trainer = head.newTrainer()) {
            assertThat(trainer.getModel()).isSameAs(head.model());
            head.model().save(checkpoints, "net");
            predictions = Bits.hex(Decorated.run(head.model().getBlock(), manager, images()));
        }
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Head head = new Head(decorator)) {
            head.model().load(checkpoints, "net");
            NDList batch = CacheIds.attach(images(), LongStream.range(0, ROWS).toArray());
            for (int i = 0; i < 2; i++) {
                assertThat(Bits.hex(Decorated.run(head.model().getBlock(), manager, batch)))
                        .isEqualTo(predictions);
            }
        }
    }

    @Test
    void resume_afterLoad_trainsTheHeadAloneOnTheSameRows() throws Exception {
        String weights;
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Head head = new Head(decorator)) {
            weights = ModuleFingerprint.of(fixture.block());
            head.fit(1, dataset("a"), dataset("a"));
            head.model().save(checkpoints, "net");
        }
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Head head = new Head(decorator)) {
            head.model().load(checkpoints, "net");
            assertThat(head.fit(2, dataset("a"), dataset("a"))).isNotEmpty();
            assertThat(decorator.stats().misses()).isZero();
            assertThat(decorator.stats().hits()).isEqualTo(4 * ROWS);
            assertThat(ModuleFingerprint.of(fixture.block())).isEqualTo(weights);
            assertThat(fixture.block().getParameters().values())
                    .isNotEmpty()
                    .noneMatch(parameter -> parameter.requiresGradient());
        }
    }

    private NDList pairs() {
        return CacheIds.attach(
                new NDList(manager.arange(0, 32, 1, DataType.FLOAT32).reshape(16, 2)),
                LongStream.range(0, 16).toArray());
    }

    @Test
    void loadParameters_ofOtherWeights_movesToTheirOwnRows() throws Exception {
        byte[] others = saved(linear(8));
        Linear linear = linear(7);
        byte[] own = saved(linear);
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            List<String> before = Bits.hex(Decorated.run(decorator, manager, pairs()));
            Path generation = decorator.cache().directory();
            decorator.loadParameters(manager, stream(own));
            assertThat(decorator.cache().directory()).isEqualTo(generation);
            decorator.loadParameters(manager, stream(others));
            linear.freezeParameters(true);
            List<String> after = Bits.hex(Decorated.run(decorator, manager, pairs()));
            assertThat(after).isNotEqualTo(before);
            assertThat(decorator.cache().directory()).isNotEqualTo(generation);
            decorator.loadParameters(manager, stream(own));
            linear.freezeParameters(true);
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isEqualTo(before);
            assertThat(decorator.stats().misses()).isEqualTo(32);
            assertThat(decorator.stats().hits()).isEqualTo(16);
        }
    }

    @Test
    void clearAndInitialize_withOtherWeights_servesNoRowOfTheOldOnes() throws Exception {
        Linear linear = linear(7);
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            List<String> before = Bits.hex(Decorated.run(decorator, manager, pairs()));
            decorator.clear();
            decorator.initialize(manager, DataType.FLOAT32, new Shape(16, 2));
            linear.freezeParameters(true);
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isNotEqualTo(before);
            assertThat(decorator.stats().hits()).isZero();
        }
    }

    @Test
    void loadParameters_thatFailsMidway_servesNoRowOfTheOldWeights() throws Exception {
        byte[] others = saved(linear(8));
        Linear linear = linear(7);
        try (CacheBlockDecorator decorator = Decorated.of(linear, directory)) {
            Decorated.run(decorator, manager, pairs());
            byte[] cut = Arrays.copyOf(others, others.length - 3);
            assertThatThrownBy(() -> decorator.loadParameters(manager, stream(cut)))
                    .isInstanceOf(IOException.class);
            decorator.loadParameters(manager, stream(others));
            linear.freezeParameters(true);
            Decorated.run(decorator, manager, pairs());
            assertThat(decorator.stats().hits()).isZero();
        }
    }

    @Test
    void loadParameters_intoBlockThatHadNone_opensTheCacheThen() throws Exception {
        byte[] weights = saved(linear(8));
        Linear empty = Linear.builder().setUnits(4).build();
        empty.freezeParameters(true);
        try (CacheBlockDecorator decorator = Decorated.of(empty, directory)) {
            assertThatThrownBy(decorator::cache)
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContainingAll("weight", "optFingerprint");
            assertThat(decorator.toString()).contains("Linear");
            decorator.loadParameters(manager, stream(weights));
            List<String> first = Bits.hex(Decorated.run(decorator, manager, pairs()));
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isEqualTo(first);
            assertThat(decorator.stats().hits()).isEqualTo(16);
        }
    }

    @Test
    void loadParameters_ofOtherWeightsUnderATextFingerprint_isRefusedAndRunsUncached()
            throws Exception {
        byte[] others = saved(linear(8));
        Linear linear = linear(7);
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(linear).optFingerprint("v1").build()) {
            decorator.loadParameters(manager, stream(saved(linear(9))));
            linear.freezeParameters(true);
            List<String> before = Bits.hex(Decorated.run(decorator, manager, pairs()));
            assertThatThrownBy(() -> decorator.loadParameters(manager, stream(others)))
                    .isInstanceOf(NotFrozenException.class)
                    .hasMessageContainingAll("other weights", "another fingerprint");
            linear.freezeParameters(true);
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isNotEqualTo(before);
            assertThat(decorator.stats().uncachedBatches()).isEqualTo(1);
        }
    }

    @Test
    void loadParameters_ofOtherWeightsUnderAGivenCache_isRefused() throws Exception {
        byte[] others = saved(linear(8));
        Linear linear = linear(7);
        try (FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("given").open();
                CacheBlockDecorator decorator =
                        CacheBlockDecorator.builder().setBlock(linear).setCache(cache).build()) {
            Decorated.run(decorator, manager, pairs());
            assertThatThrownBy(() -> decorator.loadParameters(manager, stream(others)))
                    .isInstanceOf(NotFrozenException.class);
        }
    }

    @Test
    void decorator_ofOtherWeightsOnOneModule_neverSeesTheirRows() {
        List<String> first;
        try (CacheBlockDecorator decorator = Decorated.of(linear(7), directory)) {
            first = Bits.hex(Decorated.run(decorator, manager, pairs()));
        }
        try (CacheBlockDecorator decorator = Decorated.of(linear(8), directory)) {
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isNotEqualTo(first);
            assertThat(decorator.stats().hits()).isZero();
        }
        try (CacheBlockDecorator decorator = Decorated.of(linear(7), directory)) {
            assertThat(Bits.hex(Decorated.run(decorator, manager, pairs()))).isEqualTo(first);
            assertThat(decorator.stats().misses()).isZero();
        }
    }
}
