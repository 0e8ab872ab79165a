package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.pooling.Pool;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Code of users: named in one warning, or told apart by a version. */
class VersionTest {

    @TempDir Path directory;

    private static Block network(Fixture fixture, Block last) {
        return new SequentialBlock().add(fixture.block()).add(last);
    }

    private static Block negative() {
        return new LambdaBlock(list -> new NDList(list.head().neg()));
    }

    private static Block absolute() {
        return new LambdaBlock(list -> new NDList(list.head().abs()));
    }

    private static String of(Block block, String version) {
        return ModuleFingerprint.FINGERPRINTS.of(block, version).text();
    }

    @Test
    void build_functionsAndClassesOfTheUser_areNamedInOneLine() {
        try (Fixture fixture = Fixture.of("mlp")) {
            Block block = network(fixture, negative());
            ((SequentialBlock) block).add(absolute()).add(new SettingBlock(1));
            String log = Decorated.logOf(() -> Decorated.of(block, directory).close());
            assertThat(log.lines().filter(line -> line.contains("optVersion"))).hasSize(1);
            assertThat(log)
                    .contains(
                            "SequentialBlock",
                            "a lambda of " + VersionTest.class.getName(),
                            SettingBlock.class.getName());
        }
    }

    @Test
    void of_fingerprintTakenAgain_warnsOnce() {
        try (Fixture fixture = Fixture.of("mlp")) {
            Block block = network(fixture, negative());
            BlockFingerprint fingerprint =
                    BlockFingerprint.of(
                            null, null, null, null, new Path[0], null, OutputPadding.NONE);
            String log =
                    Decorated.logOf(
                            () -> {
                                String first = fingerprint.of(block);
                                assertThat(fingerprint.of(block)).isEqualTo(first);
                            });
            assertThat(log.lines().filter(line -> line.contains("optVersion"))).hasSize(1);
        }
    }

    @Test
    void build_moreClassesThanALineHolds_areCounted() {
        try (Fixture fixture = Fixture.of("mlp")) {
            SequentialBlock block = (SequentialBlock) network(fixture, negative());
            block.add(new SettingBlock(1)).add(new OtherBlock(1));
            block.add(new One()).add(new Two()).add(new Three()).add(new Four());
            String log = Decorated.logOf(() -> Decorated.of(block, directory).close());
            assertThat(log).contains("$Two and 2 more").doesNotContain("Three");
        }
    }

    private static final class One extends SettingBlock {
        One() {
            super(1);
        }
    }

    private static final class Two extends SettingBlock {
        Two() {
            super(1);
        }
    }

    private static final class Three extends SettingBlock {
        Three() {
            super(1);
        }
    }

    private static final class Four extends SettingBlock {
        Four() {
            super(1);
        }
    }

    @Test
    void build_djlsOwnFunctionsOrAVersion_warnsOfNothing() {
        try (Fixture fixture = Fixture.of("mlp")) {
            SequentialBlock ofDjl = (SequentialBlock) network(fixture, Pool.globalAvgPool2dBlock());
            ofDjl.add(Activation::relu).addSingleton(Activation::tanh);
            ofDjl.add(Activation.leakyReluBlock(0.1f));
            String log =
                    Decorated.logOf(
                            () -> {
                                Decorated.of(fixture.block(), directory).close();
                                Decorated.in(directory)
                                        .setBlock(network(fixture, negative()))
                                        .optVersion("1")
                                        .build()
                                        .close();
                            });
            assertThat(log).doesNotContain("optVersion");
            assertThat(ModuleFingerprint.FINGERPRINTS.of(ofDjl, null).userCode())
                    .containsExactly("a lambda of " + VersionTest.class.getName());
        }
    }

    @Test
    void of_version_standsForTheCodeAndForNoWeights() {
        try (Fixture mlp = Fixture.of("mlp");
                Fixture digits = Fixture.of("digits_extractor")) {
            String first = of(network(mlp, negative()), "1");
            assertThat(of(network(mlp, absolute()), "1")).isEqualTo(first);
            assertThat(of(network(mlp, negative()), "2")).isNotEqualTo(first);
            assertThat(of(network(digits, negative()), "1")).isNotEqualTo(first);
            assertThat(ModuleFingerprint.of(network(mlp, negative()))).isNotEqualTo(first);
            assertThat(of(new SettingBlock(1), "1")).isNotEqualTo(of(new SettingBlock(2), "1"));
            assertThat(of(new SettingBlock(1), "1")).isNotEqualTo(of(new OtherBlock(1), "1"));
        }
    }

    @Test
    void build_versionOverAnEngineWithoutWeights_isRefused() {
        try (Model model = GraphModels.onnx()) {
            Block block = new SequentialBlock().add(model.getBlock()).add(negative());
            assertThatThrownBy(
                            () -> Decorated.in(directory).setBlock(block).optVersion("1").build())
                    .isInstanceOf(UnsupportedBlockException.class);
        }
    }

    @Test
    void build_versionBesideACache_isRefused() {
        try (Fixture fixture = Fixture.of("mlp");
                CacheBlockDecorator open = Decorated.of(fixture.block(), directory)) {
            assertThatThrownBy(
                            () ->
                                    CacheBlockDecorator.builder()
                                            .setBlock(fixture.block())
                                            .setCache(open.cache())
                                            .optVersion("1")
                                            .build())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("a cache alone");
        }
    }
}
