package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.stream.IntStream;

/**
 * What is known of a batch: its output arrays, filled as far as rows were found, and the positions
 * that are still empty.
 */
final class Lookup {

    private final @Nullable OutputBatch outputs;
    private final int[] missing;

    private Lookup(@Nullable OutputBatch outputs, int[] missing) {
        this.outputs = outputs;
        this.missing = missing;
    }

    /** Looks a batch up. */
    static Lookup of(FeatureCache cache, Keys keys, Place place) {
        RowSchema schema = cache.schema().orElse(null);
        if (schema == null) {
            return new Lookup(null, IntStream.range(0, keys.size()).toArray());
        }
        OutputBatch outputs = OutputBatch.create(place, schema, keys.size());
        return new Lookup(outputs, cache.gather(keys, outputs.rows()).missing());
    }

    /** Looks the batch up once more, and copies rows again only if some have arrived. */
    Lookup again(FeatureCache cache, Keys keys, Place place) {
        if (outputs == null) {
            return of(cache, keys, place);
        }
        if (cache.missing(keys.select(missing)).length == missing.length) {
            return this;
        }
        return new Lookup(outputs, cache.gather(keys, outputs.rows()).missing());
    }

    /** Tells whether positions are empty. */
    boolean incomplete() {
        return missing.length > 0;
    }

    /** Returns the empty positions, ascending. */
    int[] missing() {
        return missing;
    }

    /** Closes the arrays, which nobody will see. */
    void discard() {
        if (outputs != null) {
            outputs.discard();
        }
    }

    /** Returns the arrays, or null while the schema of the rows is not known. */
    @Nullable OutputBatch outputs() {
        return outputs;
    }
}
