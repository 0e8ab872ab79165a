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

    private static final Function<NDList, float[]> PLAIN = list -> list.head().toFloatArray();
    private static final Function<NDList, float[]> DOUBLED =
            list -> list.head().mul(2).toFloatArray();

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
        assertThat(fingerprint(withIds(kind, PLAIN)))
                .isEqualTo(fingerprint(withIds(kind, PLAIN)))
                .isNotEqualTo(fingerprint(withIds(kind, DOUBLED)));
    }

    @Test
    void fingerprint_ofTranslatorsWithAndWithoutIds_differ() {
        assertThat(fingerprint(withIds("given", PLAIN)))
                .isNotEqualTo(fingerprint(new Rows<>(PLAIN)));
    }
}
