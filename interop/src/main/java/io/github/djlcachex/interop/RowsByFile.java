package io.github.djlcachex.interop;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Objects;

/** The rows of a snapshot, part by part. The rows of a part that is damaged as a whole count. */
final class RowsByFile implements RowStream {

    private final Iterator<SnapshotPart> parts;
    private @Nullable SnapshotPart part;
    private @Nullable SnapshotReader reader;
    private long readOfPart;
    private long damagedRows;

    RowsByFile(CacheSnapshot snapshot) {
        this.parts = snapshot.parts().iterator();
    }

    @Override
    public boolean next() {
        while (true) {
            if (reader == null && !openNext()) {
                return false;
            }
            if (reader != null && nextOfPart(reader)) {
                return true;
            }
        }
    }

    private boolean openNext() {
        if (!parts.hasNext()) {
            return false;
        }
        SnapshotPart next = parts.next();
        part = next;
        readOfPart = 0;
        try {
            reader = next.open();
        } catch (CorruptFileException e) {
            damagedRows += next.rows();
        }
        return true;
    }

    private boolean nextOfPart(SnapshotReader open) {
        try {
            if (open.next()) {
                readOfPart += open.keys().size();
                return true;
            }
            damagedRows += open.damagedRows();
        } catch (CorruptFileException e) { // cut off meanwhile
            damagedRows += Objects.requireNonNull(part).rows() - readOfPart;
        }
        close();
        return false;
    }

    private SnapshotReader open() {
        return Objects.requireNonNull(reader, "no batch");
    }

    @Override
    public Keys keys() {
        return open().keys();
    }

    @Override
    public RowBatch rows() {
        return open().rows();
    }

    @Override
    public long damagedRows() {
        return damagedRows;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
