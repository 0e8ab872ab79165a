package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.HashMap;
import java.util.Map;

/** Fingerprints are equal for equal weights, and for those alone. */
class ModuleFingerprintTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private static Block reload(Fixture fixture) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fixture.block().saveParameters(new DataOutputStream(bytes));
        fixture.block()
                .loadParameters(
                        fixture.manager(),
                        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        return fixture.block();
    }

    @Test
    void of_eachScriptedModule_isItsOwnAndTheSameAtEachLoad() {
        Map<String, String> names = new HashMap<>();
        for (String name : Fixture.names()) {
            try (Fixture first = Fixture.of(name);
                    Fixture second = Fixture.of(name)) {
                String fingerprint = ModuleFingerprint.of(first.block());
                assertThat(fingerprint).startsWith("symbol-sha256:").hasSize(78);
                assertThat(ModuleFingerprint.of(second.block())).isEqualTo(fingerprint);
                assertThat(names.put(fingerprint, name)).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits_extractor", "mlp", "dict_out", "to_float16", "wrong_stateful"})
    void of_scriptedModuleFromACheckpoint_isThatOfTheModule(String name) throws Exception {
        try (Fixture fixture = Fixture.of(name)) {
            String before = ModuleFingerprint.of(fixture.block());
            assertThat(ModuleFingerprint.of(reload(fixture))).isEqualTo(before);
            assertThat(ModuleFingerprint.of(reload(fixture))).isEqualTo(before);
        }
    }

    @Test
    void of_scriptedModuleWithOtherBuffers_isAnother() {
        try (Fixture fixture = Fixture.of("wrong_stateful")) {
            String before = ModuleFingerprint.of(fixture.block());
            Decorated.run(fixture.block(), fixture.manager(), fixture.inputs());
            assertThat(ModuleFingerprint.of(fixture.block())).isNotEqualTo(before);
        }
    }

    private SequentialBlock network(int seed, int batch) {
        Engine.getEngine("PyTorch").setRandomSeed(seed);
        SequentialBlock network =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu);
        network.initialize(manager, DataType.FLOAT32, new Shape(batch, 3));
        return network;
    }

    @Test
    void of_javaBlock_dependsOnItsWeightsAndNotOnTheBatchSize() {
        String fingerprint = ModuleFingerprint.of(network(1, 8));
        assertThat(fingerprint).startsWith("parameters-sha256:");
        assertThat(ModuleFingerprint.of(network(1, 32))).isEqualTo(fingerprint);
        assertThat(ModuleFingerprint.of(network(2, 8))).isNotEqualTo(fingerprint);
    }

    @Test
    void of_javaBlock_seesOneBitOfARunningStatistic() {
        SequentialBlock network = network(1, 8);
        String fingerprint = ModuleFingerprint.of(network);
        network.getChildren()
                .valueAt(1)
                .getDirectParameters()
                .get("runningMean")
                .getArray()
                .addi(Float.MIN_NORMAL);
        assertThat(ModuleFingerprint.of(network)).isNotEqualTo(fingerprint);
    }

    @Test
    void of_networkAroundAScriptedModule_seesTheModule() {
        try (Fixture digits = Fixture.of("digits_extractor");
                Fixture mlp = Fixture.of("mlp")) {
            Block first = new SequentialBlock().add(Activation::relu).add(digits.block());
            Block second = new SequentialBlock().add(Activation::relu).add(mlp.block());
            assertThat(ModuleFingerprint.of(first)).isNotEqualTo(ModuleFingerprint.of(second));
            assertThat(ModuleFingerprint.of(first)).isEqualTo(ModuleFingerprint.of(first));
        }
    }

    @Test
    void of_blockWithoutASingleWeight_isRefusedUnlessItsVersionIsNamed() {
        Block block = new LambdaBlock(list -> new NDList(list.head().mul(2)));
        assertThatThrownBy(() -> ModuleFingerprint.of(block))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("LambdaBlock", "none", "setModel", "optVersion");
        assertThatThrownBy(() -> ModuleFingerprint.of(new SequentialBlock().add(block)))
                .isInstanceOf(UnsupportedBlockException.class);
        assertThat(ModuleFingerprint.FINGERPRINTS.of(block, "twice, 1").text())
                .isNotEqualTo(ModuleFingerprint.FINGERPRINTS.of(block, "twice, 2").text());
    }

    @Test
    void of_blockWithoutWeightsYet_isRefused() {
        Block block = new SequentialBlock().add(Linear.builder().setUnits(4).build());
        assertThatThrownBy(() -> ModuleFingerprint.of(block))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("01Linear/weight", "none yet", "optFingerprint");
    }

    @Test
    void of_blockWhoseEngineDoesNotSave_isRefused() {
        assertThatThrownBy(() -> ModuleFingerprint.of(new GraphBlock()))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("GraphBlock", "SHA-256 of the model file");
    }
}
