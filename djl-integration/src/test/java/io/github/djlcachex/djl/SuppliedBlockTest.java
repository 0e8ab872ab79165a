package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A block that is opened when rows are missing. */
class SuppliedBlockTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final List<Model> opened = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    private Model extractor() {
        Model model = Fixture.load("digits_extractor");
        opened.add(model);
        return model;
    }

    private CacheBlockDecorator decorator() {
        return Decorated.in(directory).setModel(this::extractor).optFingerprint("digits 1").build();
    }

    private CachedDataset digits() throws Exception {
        return CachedDataset.withNamespace(
                Digits.read(5, 9, 96).dataset(manager, Head.BATCH, false), "train");
    }

    private List<String> train(CacheBlockDecorator cached, int epochs) throws Exception {
        CachedDataset data = digits();
        try (Head head = new Head(cached)) {
            return head.loop(epochs, data, data);
        }
    }

    @Test
    void warmTraining_inANewRun_opensNoBlock() throws Exception {
        List<String> cold;
        try (CacheBlockDecorator cached = decorator()) {
            cold = train(cached, 2);
        }
        assertThat(opened).hasSize(1);
        try (CacheBlockDecorator cached = decorator()) {
            assertThat(train(cached, 2)).isEqualTo(cold);
            assertThat(cached.stats().misses()).isZero();
        }
        assertThat(opened).hasSize(1);
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator plain =
                        Decorated.in(directory.resolve("plain"))
                                .setModel(fixture.model())
                                .build()) {
            assertThat(train(plain, 2)).isEqualTo(cold);
        }
    }

    @Test
    void block_afterManyBatchesOfHits_isClosedAndOpenedByTheNextMiss() {
        try (CacheBlockDecorator cached = decorator()) {
            run(cached, 1);
            assertThat(opened).hasSize(1);
            for (int i = 0; i < 99; i++) {
                run(cached, 1);
            }
            assertThat(isClosed(opened.get(0))).isFalse();
            run(cached, 1);
            assertThat(isClosed(opened.get(0))).isTrue();
            run(cached, 1);
            assertThat(opened).hasSize(1);
            run(cached, 2);
            assertThat(opened).hasSize(2);
        }
        assertThat(isClosed(opened.get(1))).isTrue();
    }

    private void run(CacheBlockDecorator cached, long id) {
        NDArray image = manager.ones(new Shape(1, 1, 8, 8)).mul(id);
        Decorated.train(cached, manager, CacheIds.attach(new NDList(image), id)).close();
    }

    private static boolean isClosed(Model model) {
        return !model.getNDManager().isOpen();
    }

    @Test
    void decorator_thatWasClosed_opensTheBlockForWhatRunsUncached() {
        CacheBlockDecorator cached = decorator();
        run(cached, 1);
        cached.close();
        run(cached, 1);
        assertThat(opened).hasSize(2);
        cached.close();
        assertThat(isClosed(opened.get(1))).isTrue();
    }

    @Test
    void checkpoint_ofANetworkWithCachedRows_opensTheBlockAndHasItsWeights() throws Exception {
        try (CacheBlockDecorator cached = decorator()) {
            train(cached, 1);
        }
        try (CacheBlockDecorator cached = decorator();
                Fixture fixture = Fixture.of("digits_extractor")) {
            train(cached, 1);
            assertThat(opened).hasSize(1);
            assertThat(saved(cached)).isEqualTo(saved(fixture.block()));
            assertThat(opened).hasSize(2);
        }
    }

    private static byte[] saved(Block block) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private Block linear(boolean frozen) {
        Block linear = Linear.builder().setUnits(2).build();
        linear.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        linear.freezeParameters(frozen);
        return linear;
    }

    @Test
    void suppliedBlock_thatIsNotFrozenOrHasNoWeights_isRefusedAtTheFirstMiss() {
        NDList input = CacheIds.attach(new NDList(manager.ones(new Shape(1, 2))), 1);
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .setBlock(() -> linear(false))
                        .optFingerprint("linear")
                        .build()) {
            assertThatThrownBy(() -> Decorated.train(cached, manager, input))
                    .isInstanceOf(NotFrozenException.class);
        }
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .setBlock(() -> Linear.builder().setUnits(2).build())
                        .optFingerprint("linear")
                        .build()) {
            assertThatThrownBy(() -> Decorated.train(cached, manager, input))
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContaining("supplier");
        }
    }

    @Test
    void suppliedBlock_ofJava_isCachedAndReleased() {
        NDList input = CacheIds.attach(new NDList(manager.ones(new Shape(1, 2))), 1);
        try (CacheBlockDecorator cached =
                Decorated.in(directory)
                        .setBlock(() -> linear(true))
                        .optFingerprint("linear")
                        .build()) {
            String row = Bits.hex(Decorated.train(cached, manager, input).head());
            assertThat(Bits.hex(Decorated.train(cached, manager, input).head())).isEqualTo(row);
            assertThat(cached.stats().hits()).isEqualTo(1);
        }
    }

    @Test
    void supplier_withoutFingerprintOrBesideABlock_isRefused() {
        assertThatThrownBy(() -> Decorated.in(directory).setModel(this::extractor).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("optFingerprint");
        assertThatThrownBy(
                        () ->
                                Decorated.in(directory)
                                        .setModel(this::extractor)
                                        .setBlock(SpyBlock.twicePlusOne())
                                        .optFingerprint("a")
                                        .build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("both");
        assertThat(opened).isEmpty();
    }
}
