package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.HeapStorage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads hostile keys whose checksum is right: the first byte of an input is the key type, the
 * second the number of rows less one; the rest is the boundaries, if any, and the keys.
 */
public final class KeysFuzz {

    private static final RowSchema SCHEMA = RowSchema.of(Column.of(ElementType.INT8));
    private static final int MESSAGE_BYTES = 64;

    private KeysFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        boolean strings = (input[0] & 1) == 1;
        int rows = (input[1] & 0xff) + 1;
        int boundaryBytes = strings ? (rows + 1) * Integer.BYTES : 0;
        int keyBytes = strings ? input.length - 2 - boundaryBytes : rows * Long.BYTES;
        if (keyBytes < rows || 2 + boundaryBytes + keyBytes > input.length) {
            return;
        }
        ByteBuffer boundaries = ByteBuffer.wrap(input, 2, boundaryBytes).slice();
        ByteBuffer bytes = ByteBuffer.wrap(input, 2 + boundaryBytes, keyBytes).slice();
        try {
            check(read(strings, rows, boundaries, bytes), rows, bytes);
        } catch (CacheException | IOException e) {
            return; // refused as it should be
        }
    }

    private static Keys read(boolean strings, int rows, ByteBuffer boundaries, ByteBuffer bytes)
            throws IOException {
        KeyType type = strings ? KeyType.UTF8 : KeyType.INT64;
        Contract contract = new Contract("module", "print", type, SCHEMA, 77);
        LayoutV1 layout =
                new LayoutV1(
                        contract,
                        rows,
                        bytes.limit(),
                        MESSAGE_BYTES,
                        MESSAGE_BYTES,
                        new long[contract.columns()]);
        Seal seal =
                new Seal(
                        rows,
                        bytes.limit(),
                        MESSAGE_BYTES,
                        MESSAGE_BYTES,
                        MESSAGE_BYTES,
                        0,
                        Crc32c.of(boundaries, bytes));
        FooterFacts facts = new FooterFacts(FuzzSeeds.NAME, rows, 0);
        byte[] file = new byte[(int) layout.fileBytes(MESSAGE_BYTES)];
        boundaries.get(0, file, (int) layout.keyBoundariesOffset(), boundaries.limit());
        bytes.get(0, file, (int) layout.keysOffset(), bytes.limit());
        SegmentHeader header = new SegmentHeader(contract, facts, seal, layout, file.length);
        return KeyBuffers.read(HeapStorage.readable(file), header);
    }

    /** Keys that are accepted are those that the cache itself would have written. */
    private static void check(Keys keys, int rows, ByteBuffer bytes) {
        boolean right = keys.size() == rows;
        if (keys instanceof StringKeys strings) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                texts.add(strings.get(i));
            }
            StringKeys again = Keys.ofStrings(texts);
            for (int i = 0; i < rows; i++) {
                right &= again.hash(i, 1) == strings.hash(i, 1);
                right &= strings.byteLength(i) == again.byteLength(i);
            }
        } else if (keys instanceof LongKeys longs) {
            for (int i = 0; i < rows; i++) {
                long expected = bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(i * Long.BYTES);
                right &= longs.get(i) == expected;
            }
        }
        if (!right) {
            throw new AssertionError("keys that the cache would not have written: " + keys);
        }
    }
}
