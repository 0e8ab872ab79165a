package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.function.Function;

/** Fingerprints look through this library's own wrappers. */
class OwnPartsTest {

    private static float[] plain(NDList list) {
        return list.head().toFloatArray();
    }

    private static float[] doubled(NDList list) {
        return list.head().mul(2).toFloatArray();
    }

    private static String fingerprint(Translator<?, ?> translator) {
        return ModuleFingerprint.FINGERPRINTS.ofTranslator(translator, null).text();
    }

    private static Translator<?, ?> withIds(String kind, Function<NDList, float[]> output) {
        Rows<float[]> rows = new Rows<>(output);
        return switch (kind) {
            case "given" -> CacheIdTranslator.withStringIds(rows, text -> text);
            case "contents" -> CacheIdTranslator.withContentIds(rows);
            default -> CacheIdTranslator.withIds(rows);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"given", "contents", "with the input"})
    void fingerprint_ofTranslatorWithIds_isOfTheOneBehindIt(String kind) {
        assertThat(fingerprint(withIds(kind, OwnPartsTest::plain)))
                .isEqualTo(fingerprint(withIds(kind, OwnPartsTest::plain)))
                .isNotEqualTo(fingerprint(withIds(kind, OwnPartsTest::doubled)));
    }

    @Test
    void fingerprint_ofTranslatorsWithAndWithoutIds_differ() {
        assertThat(fingerprint(withIds("given", OwnPartsTest::plain)))
                .isNotEqualTo(fingerprint(new Rows<>(OwnPartsTest::plain)));
    }
}
