package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** Numbers and sizes in a contract that are not what they seem to be. */
@Tag("T21")
class HostileNumbersTest {

    private static Contract contract(RowSchema schema) {
        return new Contract("module", "", KeyType.INT64, schema, 1);
    }

    private static String replaced(String from, String to) {
        String text = ContractJson.encode(contract(RowSchema.of(Column.of(ElementType.INT8, 3))));
        String object = text.substring(0, text.indexOf(",\"crc32c\"")).replace(from, to);
        CRC32C crc = new CRC32C();
        crc.update((object + "}").getBytes(StandardCharsets.UTF_8));
        return object + String.format(Locale.ROOT, ",\"crc32c\":\"%08x\"}", crc.getValue());
    }

    /** As an int the first ones are 1 and 3: rows would be read as what they are not. */
    @ParameterizedTest
    @ValueSource(strings = {"4294967297", "1.0", "1.5", "\"1\"", "null", "[1]", "true"})
    void format_thatIsNoInteger_isCorrupt(String number) {
        assertThatThrownBy(() -> decode(replaced("\"format\":1", "\"format\":" + number)))
                .isInstanceOf(CorruptFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967299", "3.0", "3.7", "\"3\"", "null", "[3]", "-4294967293"})
    void dimension_thatIsNoInteger_isCorrupt(String number) {
        assertThatThrownBy(() -> decode(replaced("[3]", "[" + number + "]")))
                .isInstanceOf(CorruptFileException.class);
    }

    /** A parsed token takes many times the memory of its text. */
    @Test
    void text_ofVeryManyTokens_isCorruptBeforeAllAreParsed() {
        String objects = String.join(",", Collections.nCopies(200_000, "{}"));
        assertThatThrownBy(() -> decode("{\"x\":[" + objects + "]}"))
                .isInstanceOf(CorruptFileException.class)
                .hasStackTraceContaining("Token count");
    }

    @Test
    void contract_ofTheMostAndLongestColumns_isNotTooLong() {
        RowSchema schema =
                RowSchema.of(
                        IntStream.range(0, RowSchema.MAX_COLUMNS)
                                .mapToObj(
                                        i ->
                                                Column.of(
                                                        "\u0001".repeat(252) + i,
                                                        ElementType.BFLOAT16,
                                                        1,
                                                        1,
                                                        1,
                                                        1,
                                                        1,
                                                        1,
                                                        1,
                                                        1))
                                .toList());
        String text = ContractJson.encode(contract(schema));
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(ContractJson.MAX_BYTES);
        assertThat(decode(text)).isEqualTo(contract(schema));
    }

    private static Contract decode(String text) {
        return ContractJson.decode(text, "contract.json");
    }
}
