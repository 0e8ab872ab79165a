package io.github.djlcachex.djl;

import static io.github.djlcachex.djl.SampleOutputs.bits;
import static io.github.djlcachex.djl.SampleOutputs.features;
import static io.github.djlcachex.djl.SampleOutputs.length;
import static io.github.djlcachex.djl.SampleOutputs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Outputs and options of cached predictors that are refused, or returned uncached. */
class CachedOutputsRefusalsTest extends CachedOutputsScenario {

    @Test
    void predict_ofAnUnsupportedType_isRefusedAtTheFirstOutput() {
        Rows<Classifications> translator =
                new Rows<>(list -> new Classifications(List.of("a"), List.of(1d)));
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, Classifications> cached =
                        builder(model, translator).build()) {
            assertThatThrownBy(() -> cached.predict("text"))
                    .isInstanceOf(TranslateException.class)
                    .cause()
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining("Classifications")
                    .hasMessageContaining("withContentIds");
        }
    }

    @Test
    void predict_ofOutputsThatAreSometimesOfAnotherType_returnsThemUncached() throws Exception {
        Rows<Object> translator =
                new Rows<>(
                        list ->
                                switch (length(list)) {
                                    case 0 -> features(list).toFloatArray();
                                    case 1 -> "a text";
                                    default -> null;
                                });
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, Object> cached = builder(model, translator).build();
                Predictor<String, Object> plain = model.newPredictor(translator)) {
            List<String> inputs = new ArrayList<>();
            for (String input : Rows.texts(0, 30)) {
                boolean first = plain.predict(input) instanceof float[];
                inputs.add(first ? 0 : inputs.size(), input);
            }
            List<Object> expected = plain.batchPredict(inputs);
            assertThat(expected).contains("a text").containsNull();
            for (int i = 0; i < 2; i++) {
                assertThat(cached.batchPredict(inputs))
                        .usingRecursiveComparison()
                        .isEqualTo(expected);
            }
            assertThat(cached.stats().hits()).isBetween(1L, 29L);
        }
    }

    @Test
    void predict_overAGivenCacheOfAnotherType_returnsThePlainOutput() throws Exception {
        try (Model model = GraphModels.onnx();
                FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("m").open();
                CachedPredictor<String, float[]> floats =
                        CachedPredictor.builder(model, Rows.features()).setCache(cache).build();
                CachedPredictor<String, Object> doubles =
                        CachedPredictor.builder(model, new Rows<>(output("double[]")))
                                .setCache(cache)
                                .build()) {
            floats.batchPredict(Rows.texts(0, 4));
            List<Object> found = new ArrayList<>();
            String log =
                    Decorated.logOf(
                            () -> {
                                predicted(doubles, Rows.texts(0, 6));
                                found.addAll(predicted(doubles, Rows.texts(0, 6)));
                            });
            assertThat(found).hasSize(6).allMatch(output -> output instanceof double[]);
            assertThat(log.lines().filter(line -> line.contains("of another type"))).hasSize(1);
            assertThat(cache.rowCount()).isEqualTo(4);
            floats.batchPredict(Rows.texts(0, 4));
            assertThat(floats.stats().hits()).isEqualTo(4);
        }
    }

    @Test
    void predict_overAClosedCache_runsUncachedWithOneWarning() throws Exception {
        FeatureCache cache = FeatureCache.builder().directory(directory).moduleId("m").open();
        try (Model model = GraphModels.onnx();
                CachedPredictor<String, float[]> cached =
                        CachedPredictor.builder(model, Rows.features()).setCache(cache).build()) {
            List<String> expected = bits(cached.batchPredict(Rows.texts(0, 3)));
            cache.close();
            String log =
                    Decorated.logOf(
                            () -> {
                                for (int i = 0; i < 2; i++) {
                                    assertThat(bits(predicted(cached, Rows.texts(0, 3))))
                                            .isEqualTo(expected);
                                }
                            });
            assertThat(log.lines().filter(line -> line.contains("is closed"))).hasSize(1);
            assertThat(cached.stats().uncachedBatches()).isEqualTo(2);
        }
    }

    @Test
    void build_ofOptionsThatDoNotGoTogether_isRefused() {
        try (Model model = GraphModels.onnx();
                FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("m").open()) {
            Rows<float[]> translator = Rows.features();
            assertThatThrownBy(() -> CachedPredictor.builder(model, translator).build())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("setDirectory");
            assertThatThrownBy(() -> builder(model, translator).setCache(cache).build())
                    .isInstanceOf(InvalidOptionException.class);
            assertThatThrownBy(
                            () ->
                                    CachedPredictor.builder(
                                            model, CacheIdTranslator.withContentIds(translator)))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("optIds");
        }
    }
}
