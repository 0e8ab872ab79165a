package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Contracts whose checksum is right and whose fields are not: found by fuzzing. */
class ContractJsonTest {

    private static final Contract CONTRACT = SegmentFixture.contract(KeyType.INT64);

    /** The contract's text with one part exchanged and the checksum repaired. */
    private static String with(String part, String other) throws Exception {
        return with(ContractJson.encode(CONTRACT), part, other);
    }

    private static String with(String text, String part, String other) throws Exception {
        assertThat(text).contains(part);
        ObjectNode node = (ObjectNode) new ObjectMapper().readTree(text.replace(part, other));
        node.remove("crc32c");
        CRC32C crc = new CRC32C();
        crc.update(node.toString().getBytes(StandardCharsets.UTF_8));
        return node.put("crc32c", String.format(Locale.ROOT, "%08x", crc.getValue())).toString();
    }

    @Test
    void decode_whatWasWritten_isTheContract() throws Exception {
        assertThat(ContractJson.decode(with("\"shape\":[3]", "\"shape\":[3]"), "test"))
                .isEqualTo(CONTRACT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"format\":1; \"format\":0",
                "\"format\":1; \"format\":-1",
                "\"format\":1; \"format\":1.5",
                "\"format\":1; \"format\":\"1\"",
                "\"format\":1; \"format\":4294967297",
                "\"shape\":[3]; \"shape\":[3.5]",
                "\"shape\":[3]; \"shape\":[4294967299]",
                "\"shape\":[3]; \"shape\":[\"3\"]",
                "\"shape\":[3]; \"shape\":\"module\"",
                "\"shape\":[3]; \"shape\":{}",
                "\"shape\":[3]; \"shape\":3",
                "\"type\":\"FLOAT32\"; \"type\":1",
                "\"name\":\"features\"; \"name\":5",
                "\"module\":\"module\"; \"module\":5",
                "\"fingerprint\":\"print\"; \"fingerprint\":null",
                "\"hashSeed\":\"000000000000004d\"; \"hashSeed\":77"
            })
    void decode_fieldOfAnotherKind_isRefused(String part, String other) throws Exception {
        String text = with(part, other);
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void decode_columnsThatAreNoList_areRefused() throws Exception {
        String first = "{\"name\":\"features\",\"type\":\"FLOAT32\",\"shape\":[3]}";
        String second = "{\"name\":null,\"type\":\"BFLOAT16\",\"shape\":[]}";
        String text = with("[" + first + "," + second + "]", "{\"a\":" + first + "}");
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    /** What no version stores, whatever the checksum says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"served\":\"FLOAT32\"; \"served\":\"FLOAT64\"",
                "\"served\":\"FLOAT32\"; \"served\":5",
                "\"served\":\"FLOAT32\"; \"served\":null",
                "\"type\":\"INT8\"; \"type\":\"INT32\"",
                "\"type\":\"FLOAT32\",\"shape\":[]; \"type\":\"FLOAT32\",\"shape\":[2]",
                "\"type\":\"FLOAT32\",\"shape\":[]; \"type\":\"INT32\",\"shape\":[]",
                "\"requires\":[\"served-types\"]; \"requires\":[]",
            })
    void decode_servedTypesThatNoVersionHas_areRefused(String part, String other) throws Exception {
        Contract narrowed =
                new Contract(
                        "module",
                        "print",
                        KeyType.INT64,
                        RowSchema.of(
                                Column.of("a", ElementType.INT8, 3).servedAs(ElementType.FLOAT32),
                                Column.of("a.scale", ElementType.FLOAT32)),
                        77);
        assertThat(ContractJson.decode(ContractJson.encode(narrowed), "test")).isEqualTo(narrowed);
        String text = with(ContractJson.encode(narrowed), part, other);
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    /** What no version stores sparse, whatever the checksum says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"dense\":[3,4]; \"dense\":[3,-1]",
                "\"dense\":[3,4]; \"dense\":[3,0]",
                "\"dense\":[3,4]; \"dense\":[3.5]",
                "\"dense\":[3,4]; \"dense\":[2147483647,2147483647]",
                "\"dense\":[3,4]; \"dense\":null",
                "\"dense\":[3,4]; \"dense\":12",
                "\"type\":\"INT32\",\"shape\":[-1]; \"type\":\"INT32\",\"shape\":[12]",
                "\"type\":\"INT32\",\"shape\":[-1]; \"type\":\"INT64\",\"shape\":[-1]",
                "\"shape\":[-1],\"dense\"; \"shape\":[-1,2],\"dense\"",
                "\"shape\":[-1],\"dense\"; \"shape\":[3],\"dense\"",
                "\"type\":\"FLOAT16\"; \"type\":\"FLOAT16\",\"served\":\"FLOAT32\"",
                "\"requires\":[\"sparse-columns\",; \"requires\":[",
            })
    void decode_sparseColumnsThatNoVersionHas_areRefused(String part, String other)
            throws Exception {
        Contract sparse =
                new Contract(
                        "module",
                        "print",
                        KeyType.INT64,
                        RowSchema.of(
                                Column.of("a", ElementType.FLOAT16, Column.VARIABLE)
                                        .servedDense(3, 4),
                                Column.of("a.indices", ElementType.INT32, Column.VARIABLE)),
                        77);
        assertThat(ContractJson.decode(ContractJson.encode(sparse), "test")).isEqualTo(sparse);
        String text = with(ContractJson.encode(sparse), part, other);
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    /** A column of scales that is the last one, and not there. */
    @Test
    void decode_scalesThatAreNotThere_areRefused() throws Exception {
        Contract narrowed =
                new Contract(
                        "module",
                        "print",
                        KeyType.INT64,
                        RowSchema.of(
                                Column.of("a", ElementType.INT8, 3).servedAs(ElementType.FLOAT32)),
                        77);
        String text = ContractJson.encode(narrowed);
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void decode_indicesThatAreNotThere_areRefused() throws Exception {
        Column sparse = Column.of("a", ElementType.INT8, Column.VARIABLE).servedDense(9);
        Contract contract =
                new Contract("module", "print", KeyType.INT64, RowSchema.of(sparse), 77);
        assertThatThrownBy(() -> ContractJson.decode(ContractJson.encode(contract), "test"))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void decode_featureOfANewerVersion_isUnsupported() throws Exception {
        String text = with("\"requires\":[]", "\"requires\":[\"served-types\",\"other\"]");
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("other");
    }

    @Test
    void decode_requiresThatIsNoList_isNotReadAsNone() throws Exception {
        String text = with("\"requires\":[]", "\"requires\":\"\"");
        assertThatThrownBy(() -> ContractJson.decode(text, "test"))
                .isInstanceOf(UnsupportedFormatException.class);
    }

    /** Without the feature a version that knows no variable columns would not refuse it. */
    @Test
    void variableColumns_areAFeatureThatIsRequired() throws Exception {
        Contract contract =
                new Contract(
                        "module",
                        "",
                        KeyType.INT64,
                        RowSchema.of(
                                Column.of("boxes", ElementType.INT8, 2, Column.VARIABLE),
                                Column.ofStrings("text"),
                                Column.ofBinary(null)),
                        7);
        String text = ContractJson.encode(contract);
        assertThat(text).contains("\"requires\":[\"variable-columns\"]");
        assertThat(ContractJson.decode(text, "test")).isEqualTo(contract);
        String without = with(text, "\"variable-columns\"", "");
        assertThatThrownBy(() -> ContractJson.decode(without, "test"))
                .isInstanceOf(CorruptFileException.class);
        String newer = with(text, "variable-columns", "variable-columns\",\"more");
        assertThatThrownBy(() -> ContractJson.decode(newer, "test"))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("more");
    }
}
