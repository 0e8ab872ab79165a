package io.github.djlcachex.djl.internal.outputs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Collects computed outputs of one schema with the keys under which they are stored. */
final class RowsToStore {

    private final @Nullable RowSchema schema;
    private final Keys keys;
    private final List<Integer> positions = new ArrayList<>();
    private final List<OutputRow> rows = new ArrayList<>();

    /**
     * Creates an empty list.
     *
     * @param schema the columns that rows must have, or null if no output is a row
     * @param keys the keys of the batch
     */
    RowsToStore(@Nullable RowSchema schema, Keys keys) {
        this.schema = schema;
        this.keys = keys;
    }

    /** Adds the row of a position, and returns false if it is null or of another schema. */
    boolean add(int position, @Nullable OutputRow row) {
        if (row == null || !row.schema().equals(schema)) {
            return false;
        }
        positions.add(position);
        rows.add(row);
        return true;
    }

    int size() {
        return rows.size();
    }

    /** Stores the rows, and returns how many of them the cache declined. */
    int put(FeatureCache cache) {
        int declined = 0;
        for (int i = 0; i < rows.size(); i++) {
            Keys key = keys.select(new int[] {positions.get(i)});
            declined += cache.put(key, rows.get(i).alone()).declined();
        }
        return declined;
    }
}
