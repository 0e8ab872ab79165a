package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Predictors whose inputs have ids, by a function of the input or by themselves. */
class PredictorTest {

    @TempDir Path directory;

    /** An image as its pixels, to its features. */
    private static final class Images implements Translator<float[], float[]> {

        private final @Nullable Batchifier batchifier;
        private int prepared;

        Images(@Nullable Batchifier batchifier) {
            this.batchifier = batchifier;
        }

        @Override
        public void prepare(TranslatorContext ctx) {
            prepared++;
        }

        @Override
        public NDList processInput(TranslatorContext ctx, float[] pixels) {
            NDManager manager = ctx.getNDManager();
            Shape shape = batchifier == null ? new Shape(1, 1, 8, 8) : new Shape(1, 8, 8);
            return new NDList(manager.create(pixels, shape));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList list) {
            return list.singletonOrThrow().toFloatArray();
        }

        @Override
        @SuppressWarnings("NullAway") // DJL's way to say that there is no batchifier
        public Batchifier getBatchifier() {
            return batchifier;
        }
    }

    private static List<float[]> images() throws IOException {
        return Digits.read(5, 9, 20).images();
    }

    private static List<float[]> plain(Fixture fixture) throws Exception {
        try (Predictor<float[], float[]> predictor =
                fixture.model().newPredictor(new Images(Batchifier.STACK))) {
            for (int i = 0; i < 2; i++) {
                // the engine optimizes the graph within the first runs
                predictor.batchPredict(images());
            }
            return predictor.batchPredict(images());
        }
    }

    private static long idOf(float[] pixels) {
        return Arrays.hashCode(pixels);
    }

    private static void assertSame(List<float[]> found, List<float[]> expected) {
        assertThat(found.stream().map(Arrays::toString).toList())
                .isEqualTo(expected.stream().map(Arrays::toString).toList());
    }

    @Test
    void batchPredict_withAFunctionOfTheInput_hitsTheSecondTime() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Images delegate = new Images(Batchifier.STACK);
            Translator<float[], float[]> translator =
                    CacheIdTranslator.withLongIds(delegate, PredictorTest::idOf);
            try (Predictor<float[], float[]> predictor =
                    new CachedPredictor<>(fixture.model(), translator, decorator)) {
                List<float[]> expected = plain(fixture);
                assertSame(predictor.batchPredict(images()), expected);
                assertSame(predictor.batchPredict(images()), expected);
                assertSame(List.of(predictor.predict(images().get(7))), List.of(expected.get(7)));
                assertThat(decorator.stats().misses()).isEqualTo(20);
                assertThat(decorator.stats().hits()).isEqualTo(21);
                assertThat(delegate.prepared).isEqualTo(1);
            }
        }
    }

    @Test
    void batchPredict_withStringIds_hitsTheSecondTime() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Translator<float[], float[]> translator =
                    CacheIdTranslator.withStringIds(
                            new Images(Batchifier.STACK), pixels -> "image-" + idOf(pixels));
            try (Predictor<float[], float[]> predictor =
                    new CachedPredictor<>(fixture.model(), translator, decorator)) {
                List<float[]> expected = plain(fixture);
                assertSame(predictor.batchPredict(images()), expected);
                assertSame(predictor.batchPredict(images()), expected);
                assertThat(decorator.stats().hits()).isEqualTo(20);
            }
        }
    }

    @Test
    void batchPredict_ofInputsWithIds_usesTheirIds() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Translator<WithId<float[]>, float[]> translator =
                    CacheIdTranslator.withIds(new Images(Batchifier.STACK));
            List<float[]> images = images();
            try (Predictor<WithId<float[]>, float[]> predictor =
                    new CachedPredictor<>(fixture.model(), translator, decorator)) {
                List<float[]> expected = plain(fixture);
                List<WithId<float[]>> inputs =
                        IntStream.range(0, images.size())
                                .mapToObj(i -> WithId.of("n" + i, images.get(i)))
                                .toList();
                assertSame(predictor.batchPredict(inputs), expected);
                assertSame(predictor.batchPredict(inputs), expected);
                assertThat(decorator.cache().contains("n19")).isTrue();
                assertThat(decorator.stats().hits()).isEqualTo(20);
                assertThat(inputs.get(3)).hasToString("WithId(n3)");
                List<WithId<float[]>> mixed = List.of(inputs.get(0), WithId.of(1L, images.get(1)));
                assertThatThrownBy(() -> predictor.batchPredict(mixed))
                        .isInstanceOf(TranslateException.class)
                        .hasRootCauseInstanceOf(InvalidIdsException.class);
            }
        }
    }

    @Test
    void batchPredict_withoutBatchifier_givesEachInputItsId() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            Translator<WithId<float[]>, float[]> translator =
                    CacheIdTranslator.withIds(new Images(null));
            try (Predictor<WithId<float[]>, float[]> predictor =
                    new CachedPredictor<>(fixture.model(), translator, decorator)) {
                List<WithId<float[]>> inputs =
                        List.of(WithId.of(1L, images().get(0)), WithId.of(2L, images().get(1)));
                List<float[]> first = predictor.batchPredict(inputs);
                assertSame(predictor.batchPredict(inputs), first);
                assertThat(decorator.stats().misses()).isEqualTo(2);
                assertThat(decorator.stats().hits()).isEqualTo(2);
            }
        }
    }

    @Test
    void newPredictor_ofAModelWithTheDecorator_works() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory);
                Model model = Model.newInstance("decorated", "PyTorch")) {
            model.setBlock(decorator);
            Translator<float[], float[]> translator =
                    CacheIdTranslator.withLongIds(
                            new Images(Batchifier.STACK), PredictorTest::idOf);
            try (Predictor<float[], float[]> predictor = model.newPredictor(translator)) {
                List<float[]> expected = plain(fixture);
                assertSame(predictor.batchPredict(images()), expected);
                assertSame(predictor.batchPredict(images()), expected);
                assertThat(decorator.stats().hits()).isEqualTo(20);
            }
        }
    }

    @Test
    void close_ofThePredictor_leavesTheDecoratorOpen() throws Exception {
        try (Fixture fixture = Fixture.of("digits_extractor");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            new CachedPredictor<>(fixture.model(), new Images(Batchifier.STACK), decorator).close();
            assertThat(decorator.cache().isClosed()).isFalse();
        }
    }
}
