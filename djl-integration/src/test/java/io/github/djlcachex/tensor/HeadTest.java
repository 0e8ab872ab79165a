package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

/** The text of heads, which other versions of the library read: it stays as it is. */
class HeadTest {

    private static final String TEXT =
            "{\"format\":1,\"attributes\":{\"name\":\"a\",\"step\":3},\"token\":\"t\","
                    + "\"writtenAt\":5,\"removed\":false,\"engine\":\"PyTorch\","
                    + "\"inputShapes\":[[2,4]],\"fingerprint\":\"f0\",\"chunkBytes\":65536,"
                    + "\"tensors\":[{\"name\":null,\"type\":\"FLOAT64\",\"shape\":[3,4],"
                    + "\"layout\":\"COO\",\"trainable\":true,\"planes\":["
                    + "{\"type\":\"INT64\",\"stored\":\"INT64\",\"bytes\":32,\"chunks\":[32]},"
                    + "{\"type\":\"FLOAT64\",\"stored\":\"FLOAT32\",\"bytes\":16,"
                    + "\"chunks\":[7]}]}]}";

    private static final Head HEAD =
            new Head(
                    TensorKey.of("a").with("step", 3),
                    "t",
                    5,
                    false,
                    "PyTorch",
                    List.of(List.of(2L, 4L)),
                    "f0",
                    65_536,
                    List.of(
                            new StoredTensor(
                                    null,
                                    TensorType.FLOAT64,
                                    List.of(3L, 4L),
                                    TensorLayout.COO,
                                    true,
                                    List.of(
                                            new StoredPlane(
                                                    TensorType.INT64,
                                                    TensorType.INT64,
                                                    32,
                                                    List.of(32L)),
                                            new StoredPlane(
                                                    TensorType.FLOAT64,
                                                    TensorType.FLOAT32,
                                                    16,
                                                    List.of(7L))))));

    @Test
    void head_isWrittenAndReadAsItWas() {
        assertThat(HEAD.toJson()).isEqualTo(TEXT);
        assertThat(Head.of(TEXT)).isEqualTo(HEAD);
        assertThat(HEAD.chunks()).isEqualTo(2);
        assertThat(HEAD.storedBytes()).isEqualTo(39);
    }

    @Test
    void digest_andKeys_areTheSameInEveryVersion() {
        assertThat(HEAD.key().digest())
                .isEqualTo("3ba001e173001429c8a8ec728b4a9b9a18e813f2e94acc32071ed596664916f4");
        assertThat(EntryRows.headKey("d", 7)).isEqualTo("d@7");
        assertThat(EntryRows.chunkKey(HEAD, 1)).isEqualTo(HEAD.key().digest() + "#t#1");
        assertThat(TensorKey.of(Map.of("x", 1)).digest())
                .isNotEqualTo(TensorKey.of(Map.of("x", 2)).digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"format\":1", "\"name\":\"a\",\"step\":3", "\"token\":\"t\",", "[32]"})
    void head_withAPartThatIsOther_isNone(String part) {
        String other = TEXT.replace(part, part.equals("[32]") ? "[true]" : "");
        assertThatThrownBy(() -> Head.of(other)).isInstanceOf(RuntimeException.class);
    }
}
