package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** A small segment, written as the cache writes it, and the ways to forge it. */
final class SegmentFixture {

    static final FileStorage STORAGE = new FileStorage();

    static final TestRows ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("features", ElementType.FLOAT32, 3),
                            Column.of(ElementType.BFLOAT16)),
                    11);

    static final Keys LONGS = Keys.of(3, -1, Long.MIN_VALUE);
    static final Keys STRINGS = Keys.of("a", "b\u00e4", "ccc");

    /** Where the seal's fields are; see {@link Seal}. */
    static final int FORMAT = 8;

    private SegmentFixture() {}

    static Contract contract(KeyType keyType) {
        return new Contract("module", "print", keyType, ROWS.schema(), 77);
    }

    static OpenSegment filled(Keys keys) {
        OpenSegment segment = new OpenSegment(contract(keys.type()), 4096, 100, 0);
        RowBatch batch = ROWS.batch(keys);
        RowCrc crc = new RowCrc(batch);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, batch, i, crc.of(keys, i, i));
        }
        return segment;
    }

    static SegmentName name(int sequence) {
        return new SegmentName(WriterId.draw(), sequence);
    }

    static Path write(Path directory, Keys keys, SegmentName name) throws IOException {
        return new SegmentWriter(STORAGE, directory, false).commit(filled(keys), name, 1234).path();
    }

    /** The offset of the seal in a segment's bytes. */
    static int sealOffset(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int footerBytes = bytes.getInt(file.length - LayoutV1.TAIL_BYTES);
        return (int) LayoutV1.sealOffset(file.length, footerBytes);
    }

    /** Makes the seal's own checksum right again. */
    static void reseal(byte[] file) {
        int seal = sealOffset(file);
        CRC32C crc = new CRC32C();
        crc.update(file, seal, Seal.BYTES - Integer.BYTES);
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(seal + Seal.BYTES - Integer.BYTES, (int) crc.getValue());
    }

    /** Makes the metadata's checksum, and then the seal's, right again. */
    static void resealMetadata(byte[] file, int bodyOffset) {
        int seal = sealOffset(file);
        ByteBuffer front = ByteBuffer.wrap(file, 0, bodyOffset).slice();
        ByteBuffer end = ByteBuffer.wrap(file, seal, file.length - seal).slice();
        int metadataCrcOffset = 36;
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(seal + metadataCrcOffset, SegmentHeader.metadataCrc(front, end));
        reseal(file);
    }
}
