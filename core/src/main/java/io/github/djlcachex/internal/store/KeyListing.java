package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.Address;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowSource;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;

/** All keys that lead to a row, read from the sources themselves. */
final class KeyListing {

    private final Generation.State state;
    private final SourceTable sources;
    private final Lock appending;

    KeyListing(Generation.State state, SourceTable sources, Lock appending) {
        this.state = state;
        this.sources = sources;
        this.appending = appending;
    }

    Keys list() throws IOException {
        List<Keys> parts = new ArrayList<>();
        for (int number = 0; number < sources.used(); number++) {
            RowSource source = sources.get(Address.of(number, 0));
            if (source instanceof OpenSegment open) {
                parts.add(live(keysOf(open), number));
            } else if (source instanceof SegmentFile file) {
                parts.add(live(file.readKeys(), number));
            }
        }
        return state.contract().keyType() == KeyType.INT64 ? longs(parts) : strings(parts);
    }

    private Keys keysOf(OpenSegment open) {
        appending.lock();
        try {
            return open.keys();
        } finally {
            appending.unlock();
        }
    }

    /** The keys whose entry leads to this copy, and not to another source's. */
    private Keys live(Keys keys, int number) {
        int[] positions = new int[keys.size()];
        int live = 0;
        for (int row = 0; row < positions.length; row++) {
            long address = Address.of(number, row);
            if (state.index().find(keys, row) == address && sources.isReadable(address)) {
                positions[live++] = row;
            }
        }
        return keys.select(Arrays.copyOf(positions, live));
    }

    private static Keys longs(List<Keys> parts) {
        return Keys.of(
                parts.stream()
                        .flatMapToLong(part -> Arrays.stream(((LongKeys) part).toArray()))
                        .toArray());
    }

    private static Keys strings(List<Keys> parts) {
        List<String> keys = new ArrayList<>();
        for (Keys part : parts) {
            for (int i = 0; i < part.size(); i++) {
                keys.add(((StringKeys) part).get(i));
            }
        }
        return Keys.ofStrings(keys);
    }
}
