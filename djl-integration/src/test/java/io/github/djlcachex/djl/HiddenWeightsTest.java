package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Blocks that keep their model where DJL does not look. */
class HiddenWeightsTest {

    @TempDir Path directory;

    /** A block with something in a field, in a list or behind a function. */
    private static final class Keeper extends SettingBlock {
        private Object kept;

        Keeper(Object kept) {
            super(1);
            this.kept = kept;
        }

        @Override
        NDList compute(NDList inputs) {
            return kept instanceof Block block
                    ? block.forward(new ai.djl.training.ParameterStore(), inputs, false)
                    : inputs;
        }
    }

    /** A list of a user's own class. */
    private static final class Steps extends ArrayList<Block> {
        private static final long serialVersionUID = 1L;

        Steps(Block block) {
            super(List.of(block));
        }
    }

    private static NDList predict(Predictor<NDList, NDList> predictor, NDList inputs) {
        try {
            return predictor.predict(inputs);
        } catch (TranslateException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(Block block, Path directory) {
        assertThatThrownBy(() -> Decorated.of(block, directory))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("fingerprint of", "setModel", "ModuleFingerprint.ofFiles");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void build_blockOfAnEngineWithoutWeights_isRefusedWhereverItIs(String engine) {
        try (Model model = GraphModels.of(engine);
                Predictor<NDList, NDList> predictor =
                        model.newPredictor(new NoopTranslator(null))) {
            Block block = model.getBlock();
            for (Block each :
                    List.of(
                            block,
                            new SequentialBlock().add(block).add(Activation::relu),
                            new Keeper(block),
                            new Keeper(model),
                            new Keeper(List.of(block)),
                            new Keeper(new Steps(block)),
                            new Keeper(new BlockList(List.of("a"), List.of(block))),
                            new Keeper(new ArrayList<>(List.of(Map.of("a", new Block[] {block})))),
                            new LambdaBlock(inputs -> predict(predictor, inputs)),
                            LambdaBlock.singleton(
                                    input -> predict(predictor, new NDList(input)).head()),
                            new LambdaBlock(
                                    new Function<>() {
                                        @Override
                                        public NDList apply(NDList inputs) {
                                            return predict(predictor, inputs);
                                        }
                                    }))) {
                assertRefused(each, directory);
            }
        }
    }

    @Test
    void build_ofAPredictorOverOtherWeights_missesTheRowsOfTheFirst() {
        try (Fixture digits = Fixture.of("digits_extractor");
                Fixture mlp = Fixture.of("mlp")) {
            List<String> fingerprints = new ArrayList<>();
            for (Fixture fixture : List.of(digits, mlp)) {
                fingerprints.add(ModuleFingerprint.of(new Keeper(fixture.block())));
                fingerprints.add(ModuleFingerprint.of(new Keeper(fixture.model())));
                Predictor<NDList, NDList> predictor =
                        fixture.model().newPredictor(new NoopTranslator(null));
                fingerprints.add(
                        ModuleFingerprint.of(
                                new LambdaBlock(inputs -> predict(predictor, inputs))));
                predictor.close();
            }
            assertThat(fingerprints).doesNotHaveDuplicates();
            assertThat(ModuleFingerprint.of(new Keeper(digits.block())))
                    .isEqualTo(fingerprints.get(0));
        }
    }

    @Test
    void build_engineThatOnceKnewItsShapes_isRefusedAllTheSame() {
        try (Model model = GraphModels.onnx()) {
            Block block = model.getBlock();
            assertThatThrownBy(
                            () ->
                                    block.initialize(
                                            model.getNDManager(),
                                            ai.djl.ndarray.types.DataType.FLOAT32,
                                            new ai.djl.ndarray.types.Shape(1, 32)))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertRefused(block, directory);
        }
    }

    @Test
    void build_weightsThatWereClosed_areRefused() {
        NDArray closed = NDManager.newBaseManager("PyTorch").create(1f);
        closed.close();
        assertRefused(new Keeper(closed), directory);
    }

    @Test
    void build_weightsThatNobodyElseCanRead_areRefused() {
        try (Fixture fixture = Fixture.of("mlp")) {
            ThreadLocal<Block> hidden = ThreadLocal.withInitial(fixture::block);
            assertRefused(
                    new SequentialBlock().add(fixture.block()).add(new Keeper(hidden)), directory);
        }
    }
}
