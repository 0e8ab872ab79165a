package io.github.djlcachex.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

class KeysTest {

    private static int crc(Keys keys, int position) {
        CRC32C crc = new CRC32C();
        keys.updateCrc(position, crc);
        return (int) crc.getValue();
    }

    @Test
    void longKeys_ofAnyValue_areLegalAndCopied() {
        long[] values = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40};
        LongKeys keys = Keys.of(values);
        values[0] = 7;
        assertThat(keys.get(0)).isZero();
        keys.toArray()[1] = 7;
        assertThat(keys.get(1)).isEqualTo(-1);
        assertThat(keys.type()).isEqualTo(KeyType.INT64);
        assertThat(keys.select(new int[] {4, 4, 2}))
                .isEqualTo(Keys.of(1L << 40, 1L << 40, Long.MIN_VALUE));
        assertThat(keys.getObject(3)).isEqualTo(Long.MAX_VALUE);
        assertThat(keys.hashCode()).isEqualTo(Keys.of(keys.toArray()).hashCode());
        assertThat(keys).isNotEqualTo(Keys.of("0")).hasToString("LongKeys[5]");
    }

    @Test
    void stringKeys_ofAnyText_areKeptAsItsUtf8() {
        List<String> texts =
                List.of("a", "\u00e4", "a\u0308", "\uD83D\uDE00", "\uFEFF", " ", "x".repeat(1024));
        StringKeys keys = Keys.ofStrings(texts);
        assertThat(keys.type()).isEqualTo(KeyType.UTF8);
        for (int i = 0; i < texts.size(); i++) {
            byte[] utf8 = texts.get(i).getBytes(StandardCharsets.UTF_8);
            assertThat(keys.get(i)).isEqualTo(texts.get(i)).isEqualTo(keys.getObject(i));
            assertThat(keys.byteLength(i)).isEqualTo(utf8.length);
            byte[] copy = new byte[utf8.length + 2];
            keys.copyUtf8(i, copy, 1);
            assertThat(Arrays.copyOfRange(copy, 1, utf8.length + 1)).isEqualTo(utf8);
            assertThat(keys.equalsUtf8(i, copy, 1, utf8.length + 1)).isTrue();
            assertThat(keys.equalsUtf8(i, copy, 0, utf8.length)).isFalse();
        }
        assertThat(keys.select(new int[] {3, 0})).isEqualTo(Keys.of("\uD83D\uDE00", "a"));
        assertThat(keys.hashCode()).isEqualTo(Keys.ofStrings(texts).hashCode());
        assertThat(keys).isNotEqualTo(Keys.of(1)).hasToString("StringKeys[7]");
        assertThat(keys.hash(1, 1)).isNotEqualTo(keys.hash(2, 1)).isNotEqualTo(keys.hash(1, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "a\0", "\0a", "a\0b"})
    void stringKey_emptyOrWithZero_isRefused(String key) {
        assertThatThrownBy(() -> Keys.of("fine", key))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageStartingWith("key 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xD800, 0xDBFF, 0xDC00, 0xDFFF})
    void stringKey_withALoneSurrogate_isRefused(int unit) {
        String lone = "a" + (char) unit + "b";
        assertThatThrownBy(() -> Keys.of(lone))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> Keys.of("b" + (char) unit))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void stringKey_over1024Bytes_isRefusedWithItsLength() {
        assertThat(Keys.of("\u00fc".repeat(512)).byteLength(0)).isEqualTo(1024);
        assertThatThrownBy(() -> Keys.of("\u00fc".repeat(512) + "x"))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("1025 bytes");
        assertThatThrownBy(() -> Keys.of("x".repeat(1025))).isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void ofUtf8_ofGoodBytes_equalsTheStrings() {
        byte[] utf8 = "ab\u00e4c".getBytes(StandardCharsets.UTF_8);
        StringKeys keys = StringKeys.ofUtf8(utf8, new int[] {1, 4, 5});
        utf8[0] = 'z';
        assertThat(keys).isEqualTo(Keys.of("a", "b\u00e4", "c"));
    }

    @Test
    void ofUtf8_ofBadBytesOrEnds_isRefused() {
        byte[] ab = {'a', 'b'};
        int[][] badEnds = {{0, 2}, {1, 1}, {2, 1}, {1, 3}, {-1, 2}, {Integer.MAX_VALUE, 2}};
        for (int[] ends : badEnds) {
            assertThatThrownBy(() -> StringKeys.ofUtf8(ab, ends))
                    .as(Arrays.toString(ends))
                    .isInstanceOf(InvalidKeyException.class);
        }
        byte[][] badBytes = {
            {(byte) 0xC3},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xFF},
            {'a', 0},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}
        };
        for (byte[] bytes : badBytes) {
            assertThatThrownBy(() -> StringKeys.ofUtf8(bytes, new int[] {bytes.length}))
                    .as(Arrays.toString(bytes))
                    .isInstanceOf(InvalidKeyException.class);
        }
    }

    @Test
    void crc_ofKeys_tellsThemApartAndIsFrozen() {
        assertThat(crc(Keys.of(1L), 0)).isNotEqualTo(crc(Keys.of(1L << 32), 0));
        CRC32C eight = new CRC32C();
        eight.update(new byte[] {1, 0, 0, 0, 2, 0, 0, 0});
        assertThat(crc(Keys.of(5L, 1L | 2L << 32), 1)).isEqualTo((int) eight.getValue());
        CRC32C text = new CRC32C();
        text.update(new byte[] {2, 0, 0, 0, 'a', 'b'});
        assertThat(crc(Keys.of("x", "ab"), 1)).isEqualTo((int) text.getValue());
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // as callers without a check for null may
    void keys_null_areTypedAndNameThePosition() {
        assertThatThrownBy(() -> Keys.of("a", null, "c"))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContainingAll("key 1", "null");
        assertThatThrownBy(() -> Keys.ofStrings(Arrays.asList("a", "b", null)))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContainingAll("key 2", "null");
        assertThatThrownBy(() -> Keys.ofStrings(null))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> Keys.of((String[]) null)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> Keys.of((long[]) null)).isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> StringKeys.ofUtf8(null, new int[0]))
                .isInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(() -> StringKeys.ofUtf8(new byte[0], null))
                .isInstanceOf(InvalidKeyException.class);
    }
}
