package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.InvalidKeyException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attributes of entries, and the text that they are. */
class TensorKeyTest {

    @Test
    void key_ofAttributesInAnotherOrder_isTheSame() {
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("step", 100L);
        other.put("run", "a \"b\"\n\u00e9\ud83d\ude00");
        other.put("rate", 0.5f);
        other.put("last", true);
        TensorKey key =
                TensorKey.of(Map.of("last", true))
                        .with("rate", 0.5)
                        .with("run", "a \"b\"\n\u00e9\ud83d\ude00")
                        .with("step", 100);
        assertThat(key).isEqualTo(TensorKey.of(other)).hasSameHashCodeAs(TensorKey.of(other));
        assertThat(key.digest()).isEqualTo(TensorKey.of(other).digest()).hasSize(64);
        assertThat(key.text()).startsWith("{\"last\":true,\"rate\":0.5,\"run\":\"a ");
        assertThat(key.attribute("step")).contains(100L);
        assertThat(key.attribute("other")).isEmpty();
    }

    @Test
    void keys_ofValuesOfOtherTypes_differ() {
        assertThat(
                        List.of(
                                TensorKey.of("1"),
                                TensorKey.of(Map.of("name", 1)),
                                TensorKey.of(Map.of("name", 1.0)),
                                TensorKey.of(Map.of("name", "true")),
                                TensorKey.of(Map.of("name", true)),
                                TensorKey.of(Map.of("other", "1"))))
                .doesNotHaveDuplicates()
                .extracting(TensorKey::digest)
                .doesNotHaveDuplicates();
        assertThat(TensorKey.of(Map.of("x", -0.0))).isEqualTo(TensorKey.of(Map.of("x", 0.0)));
    }

    @Test
    void text_ofEveryKindOfValue_isReadBack() {
        TensorKey key =
                TensorKey.of("\u0001\\\"/\u20ac\ud83d\ude00")
                        .with("int", Long.MIN_VALUE)
                        .with("small", Double.MIN_VALUE)
                        .with("large", -1e300)
                        .with("no", false);
        assertThat(Json.read(key.text())).isEqualTo(key.attributes());
        Map<String, Object> nested =
                Map.of("a", List.of(1L, List.of(), Map.of(), Collections.singletonMap("b", "c")));
        assertThat(Json.read(Json.write(nested))).isEqualTo(nested);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,", "\"a", "{\"a\"}", "1 2x", "\"\\u00\"", "{}x"})
    void read_ofWhatIsNoJson_isRefused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void key_ofWhatIsNoAttribute_isRefused() {
        assertThatThrownBy(() -> TensorKey.of(Map.of()))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("one at least");
        assertThatThrownBy(() -> TensorKey.of(Map.of(" ", 1)))
                .isInstanceOf(InvalidKeyException.class);
        TensorKey key = TensorKey.of("a");
        for (Object value :
                new Object[] {
                    List.of(1), new Object(), Double.NaN, Float.POSITIVE_INFINITY, "\ud83d", 'c'
                }) {
            assertThatThrownBy(() -> key.with("value", value))
                    .isInstanceOf(InvalidKeyException.class)
                    .hasMessageContaining("'value'");
        }
        assertThatThrownBy(() -> TensorKey.of(Collections.singletonMap("value", null)))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("null");
    }
}
