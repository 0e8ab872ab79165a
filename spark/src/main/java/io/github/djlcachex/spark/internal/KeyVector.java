package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** The keys of a batch. */
final class KeyVector extends CacheVector {

    private final Keys keys;

    KeyVector(DataType type, Keys keys) {
        super(type);
        this.keys = keys;
    }

    @Override
    public long getLong(int row) {
        return ((LongKeys) keys).get(row);
    }

    @Override
    public UTF8String getUTF8String(int row) {
        StringKeys texts = (StringKeys) keys;
        byte[] utf8 = new byte[texts.byteLength(row)];
        texts.copyUtf8(row, utf8, 0);
        return UTF8String.fromBytes(utf8);
    }
}
