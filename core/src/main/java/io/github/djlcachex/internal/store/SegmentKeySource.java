package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.KeySource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;

/** A segment file as the index package sees it. */
record SegmentKeySource(SegmentFile file, DeadRows dead) implements KeySource {
    @Override
    public String fileName() {
        return file.name().committedFile();
    }

    @Override
    public int rows() {
        return file.rows();
    }

    @Override
    public int metadataCrc() {
        return file.proof().metadataCrc();
    }

    @Override
    public int keysCrc() {
        return file.proof().keysCrc();
    }

    @Override
    public Keys readKeys() throws IOException {
        try {
            return file.readKeys();
        } catch (CacheException e) {
            throw new IOException(e);
        }
    }

    @Override
    public boolean isDead(Keys keys, int row) {
        return dead.isDead(keys, row);
    }

    @Override
    public boolean hasKey(int row, StringKeys keys, int position) {
        return file.hasKey(row, keys, position);
    }
}
