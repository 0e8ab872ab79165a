package io.github.djlcachex.djl;

import static io.github.djlcachex.djl.SampleOutputs.bits;
import static io.github.djlcachex.djl.SampleOutputs.detached;
import static io.github.djlcachex.djl.SampleOutputs.features;
import static io.github.djlcachex.djl.SampleOutputs.length;
import static io.github.djlcachex.djl.SampleOutputs.output;
import static io.github.djlcachex.djl.SampleOutputs.outputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Predictors that cache what their translators return. */
class CachedOutputsTest extends CachedOutputsScenario {

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "PyTorch", "TensorFlow"})
    void batchPredict_ofEveryType_returnsWhatThePlainOneDoes(String engine) throws Exception {
        for (Map.Entry<String, Function<NDList, Object>> each : outputs().entrySet()) {
            // behind the batch an array of ONNX Runtime may have other contents already
            Rows<String> inBatch = new Rows<>(list -> bits(each.getValue().apply(list)));
            try (Model model = modelOf(engine);
                    Predictor<String, String> plain = model.newPredictor(inBatch);
                    CachedPredictor<String, Object> cached =
                            builder(model, new Rows<>(each.getValue())).build()) {
                List<String> some = Rows.texts(0, 5);
                List<String> expected = plain.batchPredict(some);
                List<Object> cold = cached.batchPredict(some);
                List<Object> hot = cached.batchPredict(some);
                assertThat(bits(cold)).as(each.getKey()).isEqualTo(expected);
                assertThat(bits(hot)).as(each.getKey()).isEqualTo(expected);
                assertThat(bits(cached.predict("text 3"))).isEqualTo(expected.get(3));
                assertThat(cached.stats().hits()).isEqualTo(6);
                assertThat(cached.stats().misses()).isEqualTo(5);
                assertThat(cached.stats().declinedRows()).isZero();
                close(cold);
                close(hot);
            }
        }
    }

    @Test
    void batchPredict_ofSomeKnownInputs_runsTheOthersInOneBatch() throws Exception {
        Rows<float[]> translator = Rows.features();
        try (ZooModel<String, float[]> model = new ZooModel<>(GraphModels.onnx(), Rows.features());
                CachedPredictor<String, float[]> cached = builder(model, translator).build();
                Predictor<String, float[]> plain = model.newPredictor()) {
            cached.batchPredict(Rows.texts(2, 4));
            List<String> inputs =
                    List.of("text 5", "text 2", "text 1", "text 5", "text 3", "text 2", "text 1");
            List<float[]> found = cached.batchPredict(inputs);
            assertThat(bits(found)).isEqualTo(bits(plain.batchPredict(inputs)));
            assertThat(translator.batches()).containsExactly(2, 2);
            assertThat(found.stream().map(System::identityHashCode)).doesNotHaveDuplicates();
            found.forEach(output -> Arrays.fill(output, 0));
            assertThat(bits(cached.batchPredict(inputs)))
                    .isEqualTo(bits(plain.batchPredict(inputs)));
            assertThat(translator.batches()).containsExactly(2, 2);
            assertThat(translator.prepared()).isOne();
            assertThat(cached.stats().computedRows()).isEqualTo(4);
            assertThat(cached.stats().hits()).isEqualTo(3 + 7);
            assertThat(cached.stats().misses()).isEqualTo(2 + 4);
        }
    }

    @Test
    void of_aZooModel_sharesRowsWithOtherPredictorsAndLaterOnes() throws Exception {
        Rows<float[]> translator = Rows.features();
        try (ZooModel<String, float[]> model = new ZooModel<>(GraphModels.onnx(), translator)) {
            List<String> expected;
            try (Predictor<String, float[]> one = CachedPredictor.of(model, directory, "mlp");
                    CachedPredictor<String, float[]> other =
                            CachedPredictor.of(model, directory, "mlp")) {
                expected = bits(one.batchPredict(Rows.texts(0, 4)));
                assertThat(bits(other.batchPredict(Rows.texts(0, 4)))).isEqualTo(expected);
                assertThat(other.stats().hits()).isEqualTo(4);
            }
            try (CachedPredictor<String, float[]> later =
                    CachedPredictor.of(model, directory, "mlp")) {
                assertThat(bits(later.batchPredict(Rows.texts(0, 4)))).isEqualTo(expected);
                assertThat(later.cache().rowCount()).isEqualTo(4);
                assertThat(translator.batches()).containsExactly(4);
            }
        }
    }

    @Test
    void batchPredict_inAnotherJvm_returnsTheSameTypesWithoutARun() throws Exception {
        String first = ChildJvm.run(CachedOutputsProgram.class, directory.toString());
        String second = ChildJvm.run(CachedOutputsProgram.class, directory.toString());
        assertThat(CachedOutputsProgram.outputs(second))
                .hasSize(6 * CachedOutputsProgram.KINDS.size())
                .isEqualTo(CachedOutputsProgram.outputs(first));
        assertThat(first).contains("> runs 1 hits 0").doesNotContain("> runs 0");
        assertThat(second).contains("> runs 0 hits 6").doesNotContain("> runs 1");
    }

    @Test
    void batchPredict_ofOutputsOfManyLengths_keepsThoseOfTheFirstAndWarnsOnce() throws Exception {
        Rows<float[]> translator =
                new Rows<>(list -> Arrays.copyOf(features(list).toFloatArray(), length(list)));
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, float[]> cached = builder(model, translator).build();
                Predictor<String, float[]> plain = model.newPredictor(translator)) {
            List<String> inputs = new ArrayList<>(Rows.texts(0, 20));
            inputs.addAll(Rows.texts(0, 20));
            List<String> expected = bits(plain.batchPredict(inputs));
            List<float[]> found = new ArrayList<>();
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 3; i++) {
                                    found.clear();
                                    found.addAll(predicted(cached, inputs));
                                    assertThat(bits(found)).isEqualTo(expected);
                                }
                            });
            assertThat(log.lines().filter(line -> line.contains("is not kept"))).hasSize(1);
            assertThat(found.stream().map(System::identityHashCode)).doesNotHaveDuplicates();
            long kept = cached.cache().rowCount();
            assertThat(kept).isBetween(1L, 19L);
            assertThat(cached.stats().hits()).isEqualTo(2 * 2 * kept);
            assertThat(cached.stats().declinedRows()).isEqualTo(3 * (20 - kept));
            assertThat(cached.stats().batchesOfOtherShape()).isEqualTo(3);
        }
    }

    @Test
    void close_closesTheOwnCacheAndLeavesAGivenOneOpen() throws Exception {
        try (Model model = GraphModels.onnx();
                FeatureCache given =
                        FeatureCache.builder().directory(directory).moduleId("m").open()) {
            CachedPredictor.builder(model, Rows.features()).setCache(given).build().close();
            assertThat(given.isClosed()).isFalse();
            CachedPredictor<String, float[]> own = builder(model, Rows.features()).build();
            own.close();
            assertThat(own.cache().isClosed()).isTrue();
        }
    }

    @Test
    void batchPredict_ofAModelOfEightRows_runsTheWholeBatchForAMiss() throws Exception {
        Rows<float[]> translator = Rows.features();
        try (Model model = GraphModels.onnxOfBatch(8);
                CachedPredictor<String, float[]> cached =
                        builder(model, translator)
                                .optModelFiles(
                                        Path.of("src/test/resources/onnx_fixed/mlp_batch8.onnx"))
                                .build();
                Predictor<String, float[]> plain = model.newPredictor(Rows.features())) {
            cached.batchPredict(Rows.texts(0, 8));
            List<String> shifted = Rows.texts(3, 11);
            assertThat(bits(cached.batchPredict(shifted)))
                    .isEqualTo(bits(plain.batchPredict(shifted)));
            assertThat(cached.cache().rowCount()).isEqualTo(11);
            cached.batchPredict(shifted);
            assertThat(cached.stats().hits()).isEqualTo(5 + 8);
        }
    }

    @Test
    void batchPredict_thatFailsPlainly_failsAlike() throws Exception {
        Rows<float[]> translator =
                new Rows<>(
                        list -> {
                            throw new IllegalStateException("no output today");
                        });
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, float[]> cached = builder(model, translator).build()) {
            assertThatThrownBy(() -> cached.batchPredict(Rows.texts(0, 2)))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseMessage("no output today");
        }
    }

    @Test
    void predict_ofDetachedArrays_givesThemToTheCaller() throws Exception {
        Rows<NDArray> translator = new Rows<>(list -> detached(features(list)));
        NDArray kept;
        try (Model model = Fixture.load("mlp")) {
            try (CachedPredictor<String, NDArray> cached = builder(model, translator).build()) {
                cached.predict("text").close();
                cached.predict("text").close();
                kept = cached.predict("text");
                assertThat(cached.stats().hits()).isEqualTo(2);
            }
            assertThat(kept.toFloatArray()).hasSize(16);
            kept.close();
        }
    }

    @Test
    void predict_ofArraysOfThePredictor_leavesThemWithIt() throws Exception {
        AtomicReference<CachedPredictor<String, NDArray>> open = new AtomicReference<>();
        Rows<NDArray> translator =
                new Rows<>(
                        list -> {
                            NDArray array = features(list);
                            array.attach(Objects.requireNonNull(open.get()).manager());
                            return array;
                        });
        NDArray hit;
        try (Model model = Fixture.load("mlp")) {
            try (CachedPredictor<String, NDArray> cached =
                    builder(model, translator).optVersion("1").build()) {
                open.set(cached);
                NDArray plain = cached.predict("text");
                hit = cached.predict("text");
                assertThat(cached.stats().hits()).isOne();
                assertThat(hit.getManager()).isSameAs(plain.getManager());
                assertThat(hit.getShape()).isEqualTo(new Shape(16));
            }
            assertThat(hit.isReleased()).isTrue();
        }
    }

    @Test
    void optIds_nameInputsAsLongAsTheyLike() throws Exception {
        Rows<float[]> translator = Rows.features();
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, float[]> cached =
                        builder(model, translator).optIds(text -> text.repeat(200)).build()) {
            cached.batchPredict(Rows.texts(0, 3));
            cached.batchPredict(Rows.texts(0, 3));
            assertThat(cached.stats().hits()).isEqualTo(3);
        }
    }

    @Test
    void withContentIds_inFrontOfADecorator_hitsForEqualInputs() throws Exception {
        try (Model model = GraphModels.onnx();
                CacheBlockDecorator decorated = Decorated.in(directory).setModel(model).build();
                Predictor<String, float[]> plain = model.newPredictor(Rows.features());
                CachedPredictor<String, float[]> cached =
                        new CachedPredictor<>(
                                model,
                                CacheIdTranslator.withContentIds(Rows.features()),
                                decorated)) {
            List<String> expected = bits(plain.batchPredict(Rows.texts(0, 5)));
            assertThat(bits(cached.batchPredict(Rows.texts(0, 5)))).isEqualTo(expected);
            assertThat(bits(cached.batchPredict(Rows.texts(0, 5)))).isEqualTo(expected);
            assertThat(cached.stats().hits()).isEqualTo(5);
            assertThat(cached.cache()).isSameAs(decorated.cache());
        }
    }
}
