package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Map;

/** The parameters of blocks, saved and restored. */
class BlockParametersTest {

    private static final TensorKey KEY = TensorKey.of("head").with("epoch", 3);
    private static final Shape INPUTS = new Shape(2, 4);

    @TempDir Path directory;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private TensorCacheBuilder cache() {
        return TensorCache.builder().setDirectory(directory).setName("test");
    }

    private static Block network(int units) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(units).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(2).build());
    }

    private Block initialized(int units) {
        Block block = network(units);
        block.initialize(manager, DataType.FLOAT32, INPUTS);
        return block;
    }

    private NDArray outputs(Block block) {
        NDList inputs = new NDList(manager.arange(8f).reshape(INPUTS));
        return block.forward(new ParameterStore(manager, false), inputs, false).singletonOrThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void restoredBlock_newOrInitialized_computesTheSame(boolean isNew) {
        Block block = initialized(3);
        block.getChildren().valueAt(0).freezeParameters(true);
        TensorOptions how =
                TensorOptions.defaults()
                        .withNarrowing(Narrowing.ROUNDED)
                        .withCompression(1)
                        .withCompressionFrom(0);
        try (TensorCache cache = cache().optDefaults(how).open()) {
            TensorEntry entry = cache.putParameters(KEY, block).orThrow();
            assertThat(entry.tensors())
                    .extracting(info -> info.name().orElseThrow())
                    .containsExactlyElementsOf(block.getParameters().keys());
            assertThat(entry.fingerprint().orElseThrow()).hasSize(64);
        }
        Block restored = isNew ? network(3) : initialized(3);
        try (TensorCache cache = cache().open()) {
            assertThat(cache.restoreParameters(TensorKey.of("other"), restored, manager)).isFalse();
            assertThat(cache.restoreParameters(KEY, restored, manager)).isTrue();
            assertThat(outputs(restored)).isEqualTo(outputs(block));
            assertThat(restored.getParameters().values())
                    .extracting(parameter -> parameter.requiresGradient())
                    .containsExactlyElementsOf(
                            block.getParameters().values().stream()
                                    .map(parameter -> parameter.requiresGradient())
                                    .toList());
            assertThat(cache.entry(KEY).orElseThrow().tensors().get(0).trainable()).contains(false);
        }
    }

    @Test
    void restore_intoAnotherBlock_isRefusedAndChangesNothing() {
        try (TensorCache cache = cache().open()) {
            cache.putParameters(KEY, initialized(3)).orThrow();
            Block other = initialized(5);
            NDArray before = outputs(other).duplicate();
            assertThatThrownBy(() -> cache.restoreParameters(KEY, other, manager))
                    .isInstanceOf(ParametersMismatchException.class)
                    .hasMessageContainingAll("01Linear_weight", "[3, 4]", "[5, 4]");
            assertThat(outputs(other)).isEqualTo(before);
            cache.put(TensorKey.of("array"), manager.create(1)).orThrow();
            assertThatThrownBy(() -> cache.restoreParameters(TensorKey.of("array"), other, manager))
                    .isInstanceOf(ParametersMismatchException.class)
                    .hasMessageContaining("arrays");
        }
    }

    @Test
    void parameters_withoutValues_orOfAnEngineThatHidesThem_areRefused() {
        try (TensorCache cache = cache().open()) {
            assertThatThrownBy(() -> cache.putParameters(KEY, network(3)))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContaining("initialize");
            assertThat(cache.list()).isEmpty();
        }
    }

    @Test
    void restore_ofNumbersThatAreNotThoseOfTheFingerprint_isRefusedAndChangesNothing() {
        try (TensorCache cache = cache().open()) {
            TensorEntry entry = cache.putParameters(KEY, initialized(3)).orThrow();
            EntryRows rows = new EntryRows(cache.rows());
            String head = rows.head(EntryRows.headKey(KEY.digest(), 1)).orElseThrow();
            String other = head.replace(entry.fingerprint().orElseThrow(), "0");
            rows.putHead(KEY.digest(), 2, other);
            Block block = initialized(3);
            NDArray before = outputs(block).duplicate();
            assertThatThrownBy(() -> cache.restoreParameters(KEY, block, manager))
                    .isInstanceOf(ParametersMismatchException.class)
                    .hasMessageContaining("fingerprint 0");
            assertThat(outputs(block)).isEqualTo(before);
        }
    }

    @Test
    void parameters_areNeverRounded() {
        Block block = Linear.builder().setUnits(2).build();
        block.initialize(manager, DataType.FLOAT64, INPUTS);
        block.getParameters().valueAt(0).getArray().addi(0.1);
        TensorOptions how = TensorOptions.defaults().withNarrowing(Narrowing.ROUNDED);
        try (TensorCache cache = cache().optDefaults(how).open()) {
            TensorEntry entry = cache.putParameters(KEY, block).orThrow();
            assertThat(entry.tensors().get(0).storedType()).isEqualTo(TensorType.FLOAT64);
            assertThat(cache.restoreParameters(KEY, block, manager)).isTrue();
        }
    }

    @Test
    void parameters_ofATorchScriptModule_areRestored() throws Exception {
        try (Model model = Model.newInstance("mlp", "PyTorch");
                Model other = Model.newInstance("mlp", "PyTorch");
                TensorCache cache = cache().open()) {
            Path directoryOfModel = Path.of("src/test/resources/torchscript");
            model.load(directoryOfModel);
            other.load(directoryOfModel, "mlp", Map.of("trainParam", "true"));
            cache.putParameters(KEY, model.getBlock()).orThrow();
            other.getBlock().getParameters().values().forEach(p -> p.getArray().muli(2));
            assertThat(cache.restoreParameters(KEY, other.getBlock(), manager)).isTrue();
            for (int i = 0; i < model.getBlock().getParameters().size(); i++) {
                assertThat(other.getBlock().getParameters().valueAt(i).getArray())
                        .isEqualTo(model.getBlock().getParameters().valueAt(i).getArray());
            }
            assertThatThrownBy(() -> cache.restoreParameters(KEY, model.getBlock(), manager))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContaining("trainParam");
        }
    }
}
