package io.github.djlcachex.internal.segment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.testing.HeapStorage;
import io.github.djlcachex.testing.TestFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Makes the checksums of changed bytes right again, so that what is behind them is reached: an
 * attacker would do the same.
 */
@SuppressWarnings("ByteBufferBackingArray") // its own heap buffers
final class Repair {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] CHECKSUM = "\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTRACT = "{\"format\"".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKSUM_CHARS = 8;
    private static final int SCHEMA_BYTES = 24;
    private static final int BATCH_BYTES = 28;
    private static final int METADATA_CRC = 36;
    private static final int KEYS_CRC = 40;
    private static final int SEAL_CRC = 60;

    private Repair() {}

    /** Puts the right checksum into the text of a contract, in place. */
    static void contract(byte[] text) {
        int checksum = TestFiles.indexOf(text, CHECKSUM) + CHECKSUM.length;
        if (checksum < CHECKSUM.length || checksum + CHECKSUM_CHARS > text.length) {
            return;
        }
        try {
            if (JSON.readTree(new String(text, StandardCharsets.UTF_8))
                    instanceof ObjectNode node) {
                node.remove("crc32c");
                CRC32C crc = new CRC32C();
                crc.update(node.toString().getBytes(StandardCharsets.UTF_8));
                byte[] right =
                        String.format(Locale.ROOT, "%08x", crc.getValue())
                                .getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(right, 0, text, checksum, CHECKSUM_CHARS);
            }
        } catch (JsonProcessingException e) {
            return; // no checksum makes it a contract
        }
    }

    /**
     * Repairs the contract, metadata, keys and seal of a segment in place, as far as it has any.
     */
    static void segment(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < LayoutV1.TAIL_BYTES) {
            return;
        }
        int footerBytes = bytes.getInt(file.length - LayoutV1.TAIL_BYTES);
        long seal = LayoutV1.sealOffset(file.length, footerBytes);
        if (footerBytes < 0 || seal < LayoutV1.MAGIC_BYTES) {
            return;
        }
        metadata(bytes, (int) seal);
        keys(bytes, (int) seal);
    }

    private static void metadata(ByteBuffer bytes, int seal) {
        long front =
                (long) LayoutV1.MAGIC_BYTES
                        + bytes.getInt(seal + SCHEMA_BYTES)
                        + bytes.getInt(seal + BATCH_BYTES);
        if (front >= 0 && front <= seal) {
            embeddedContract(bytes, (int) front);
            ByteBuffer end = bytes.slice(seal, bytes.limit() - seal);
            int crc = SegmentHeader.metadataCrc(bytes.slice(0, (int) front), end);
            bytes.putInt(seal + METADATA_CRC, crc);
        }
        reseal(bytes, seal);
    }

    private static void embeddedContract(ByteBuffer bytes, int front) {
        byte[] metadata = new byte[front];
        bytes.get(0, metadata);
        int from = TestFiles.indexOf(metadata, CONTRACT);
        int checksum = TestFiles.indexOf(metadata, CHECKSUM);
        int to = checksum + CHECKSUM.length + CHECKSUM_CHARS + "\"}".length();
        if (from >= 0 && checksum > from && to <= front) {
            byte[] text = new byte[to - from];
            bytes.get(from, text);
            contract(text);
            bytes.put(from, text);
        }
    }

    private static void keys(ByteBuffer bytes, int seal) {
        try {
            SegmentHeader header =
                    SegmentHeader.read(HeapStorage.readable(bytes.array()), FuzzSeeds.NAME);
            LayoutV1 layout = header.layout();
            boolean strings = header.contract().keyType() == KeyType.UTF8;
            ByteBuffer boundaries =
                    bytes.slice(
                            (int) layout.keyBoundariesOffset(),
                            strings ? (header.seal().rows() + 1) * Integer.BYTES : 0);
            ByteBuffer keys = bytes.slice((int) layout.keysOffset(), (int) layout.keyBytes());
            bytes.putInt(seal + KEYS_CRC, Crc32c.of(boundaries, keys));
            reseal(bytes, seal);
        } catch (CacheException | IOException e) {
            return; // the keys are not reached
        }
    }

    private static void reseal(ByteBuffer bytes, int seal) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(seal, SEAL_CRC));
        bytes.putInt(seal + SEAL_CRC, (int) crc.getValue());
    }
}
