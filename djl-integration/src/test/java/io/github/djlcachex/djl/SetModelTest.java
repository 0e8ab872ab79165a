package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A model in place of its block: the block, its files and its engine at once. */
class SetModelTest {

    @TempDir Path directory;
    @TempDir Path folder;

    private CacheBlockDecoratorBuilder builder() {
        return Decorated.in(directory);
    }

    private static Model onnx(Path folder, String name) throws Exception {
        Model model = Model.newInstance(name, "OnnxRuntime");
        model.load(folder);
        return model;
    }

    private static String fingerprint(Model model, Path... files) {
        return Objects.requireNonNull(ModuleFingerprint.FINGERPRINTS.ofFilesOf(model, files, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void setModel_ofAGraph_hitsItsRowsInASecondDecorator(String engine) {
        for (int run = 0; run < 2; run++) {
            try (Model model = GraphModels.of(engine);
                    CacheBlockDecorator decorator = builder().setModel(model).build()) {
                NDList inputs = GraphModels.inputs(model.getNDManager(), 4, 1);
                NDList batch = CacheIds.attach(inputs, new long[] {1, 2, 3, 4});
                NDList rows = Decorated.run(decorator, model.getNDManager(), batch);
                assertThat(Bits.hex(rows))
                        .isEqualTo(
                                Bits.hex(
                                        Decorated.run(
                                                model.getBlock(), model.getNDManager(), inputs)));
                assertThat(decorator.stats().hits()).isEqualTo(run == 0 ? 0 : 4);
                assertThat(decorator.stats().misses()).isEqualTo(run == 0 ? 4 : 0);
            }
        }
    }

    @Test
    void fingerprintOf_onnxModel_hasEngineVersionAndFileAndNoPath() throws Exception {
        Files.copy(GraphModels.ONNX.resolve("mlp.onnx"), folder.resolve("mlp.onnx"));
        try (Model model = GraphModels.onnx();
                Model copy = onnx(folder, "mlp")) {
            String fingerprint = fingerprint(model);
            assertThat(fingerprint)
                    .matches("OnnxRuntime-[0-9.]+:files-sha256:[0-9a-f]{64}")
                    .hasSizeLessThan(128);
            assertThat(fingerprint(copy)).isEqualTo(fingerprint);
            Files.write(folder.resolve("mlp.onnx"), new byte[] {1});
            assertThat(fingerprint(copy)).isNotEqualTo(fingerprint);
        }
    }

    @Test
    void setModel_ofAFolderWithSeveralModels_isRefusedUntilTheFileIsNamed() throws Exception {
        Path first = folder.resolve("mlp.onnx");
        Files.copy(GraphModels.ONNX.resolve("mlp.onnx"), first);
        Files.write(folder.resolve("other.onnx"), new byte[] {1});
        try (Model model = onnx(folder, "mlp")) {
            assertThatThrownBy(() -> builder().setModel(model).build())
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContainingAll("mlp.onnx, other.onnx", "setModel(model, files...)");
            builder().setModel(model, first).build().close();
            assertThat(fingerprint(model, first)).isEqualTo(fingerprint(GraphModels.onnx()));
        }
    }

    @Test
    void setModel_loadedFromAStream_isRefused() throws Exception {
        try (Model model = Model.newInstance("mlp", "OnnxRuntime");
                InputStream in = Files.newInputStream(GraphModels.ONNX.resolve("mlp.onnx"))) {
            model.load(in);
            assertThatThrownBy(() -> builder().setModel(model).build())
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContainingAll("mlp", "found none", "setModel(model, files...)");
        }
    }

    @Test
    void fingerprintOf_tensorFlowModel_dependsOnTheSignature() throws Exception {
        try (Model model = GraphModels.tensorflow()) {
            String fingerprint = fingerprint(model);
            assertThat(fingerprint).matches("TensorFlow-[0-9.]+:files-sha256:[0-9a-f]{64}");
            Object signature = servingDefault(model);
            Object builder = signature.getClass().getMethod("toBuilder").invoke(signature);
            builder.getClass().getMethod("removeOutputs", String.class).invoke(builder, "argmax");
            set(model, builder.getClass().getMethod("build").invoke(builder));
            assertThat(fingerprint(model)).isNotEqualTo(fingerprint);
        }
    }

    private static Object servingDefault(Model model) throws Exception {
        var field = model.getBlock().getClass().getDeclaredField("servingDefault");
        field.setAccessible(true);
        return field.get(model.getBlock());
    }

    private static void set(Model model, Object signature) throws Exception {
        var field = model.getBlock().getClass().getDeclaredField("servingDefault");
        field.setAccessible(true);
        field.set(model.getBlock(), signature);
    }

    @Test
    void fingerprintOf_scriptedModule_isLeftToTheModule() {
        try (Fixture fixture = Fixture.of("mlp")) {
            assertThat(ModuleFingerprint.FINGERPRINTS.ofFilesOf(fixture.model(), new Path[0], null))
                    .isNull();
        }
    }

    @Test
    void build_optionsThatContradictEachOther_areRefused() {
        try (Fixture fixture = Fixture.of("mlp")) {
            for (CacheBlockDecoratorBuilder each :
                    new CacheBlockDecoratorBuilder[] {
                        builder().setModel(fixture.model()).setBlock(fixture.block()),
                        builder()
                                .setBlock(fixture.block())
                                .optVersion("1")
                                .optFingerprint("weights"),
                    }) {
                assertThatThrownBy(each::build)
                        .isInstanceOf(InvalidOptionException.class)
                        .hasMessageContaining("both");
            }
            assertThatThrownBy(() -> builder().optVersion(" "))
                    .isInstanceOf(InvalidOptionException.class);
        }
    }
}
