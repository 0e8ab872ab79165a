package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

class Crc32cTest {

    /** The check value that the catalogues of checksums give for CRC32C of these digits. */
    private static final int CHECK = 0xE3069283;

    private static final byte[] DIGITS = "123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void of_theDigits_isTheCheckValue() {
        assertThat(Crc32c.of(DIGITS)).isEqualTo(CHECK);
    }

    @Test
    void of_parts_isThatOfTheirRemainingBytesAndMovesNoPosition() {
        ByteBuffer first = ByteBuffer.wrap(DIGITS, 0, 4);
        ByteBuffer rest = ByteBuffer.allocateDirect(9).put(DIGITS).position(4);

        assertThat(Crc32c.of(first, rest)).isEqualTo(CHECK);
        assertThat(first.position()).isZero();
        assertThat(rest.position()).isEqualTo(4);
    }

    @Test
    void updateInt_addsTheLowestByteFirst() {
        CRC32C crc = new CRC32C();

        Crc32c.updateInt(crc, 0x34333231);
        Crc32c.updateInt(crc, 0x38373635);
        crc.update('9');

        assertThat((int) crc.getValue()).isEqualTo(CHECK);
    }
}
