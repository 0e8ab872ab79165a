package io.github.djlcachex.spark.internal;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

import java.nio.ByteBuffer;

/** Rows that are texts or bytes. */
final class BytesVector extends CacheVector {

    private final ByteBuffer bytes;
    private final Offsets offsets;

    BytesVector(DataType type, ByteBuffer bytes, Offsets offsets) {
        super(type);
        this.bytes = bytes;
        this.offsets = offsets;
    }

    @Override
    public byte[] getBinary(int row) {
        int start = offsets.of(row);
        byte[] copy = new byte[offsets.of(row + 1) - start];
        bytes.get(start, copy);
        return copy;
    }

    @Override
    public UTF8String getUTF8String(int row) {
        return UTF8String.fromBytes(getBinary(row));
    }
}
