package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.RowClaims;
import io.github.djlcachex.cache.RowFunction;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** A FunctionExtractor calls a function of the user's, and needs no engine. */
final class FunctionExtractor extends Extractor {

    private final String fingerprint;
    private final RowFunction<List<Row>, RowBatch, ? extends Exception> function;
    private @Nullable FeatureCache cache;

    FunctionExtractor(
            String fingerprint, RowFunction<List<Row>, RowBatch, ? extends Exception> function) {
        this.fingerprint = fingerprint;
        this.function = function;
    }

    @Override
    FeatureCache openCache(CachePlace place) {
        var builder =
                FeatureCache.builder()
                        .directory(place.path())
                        .moduleId(place.moduleId())
                        .fingerprint(fingerprint);
        CachePlace.setOptions(builder);
        FeatureCache opened = builder.open();
        cache = opened;
        return opened;
    }

    @Override
    void computeAndStore(Keys keys, List<Row> rows) throws Exception {
        FeatureCache open = Objects.requireNonNull(cache);
        RowClaims claims = open.claim(keys, IntStream.range(0, keys.size()).toArray());
        try (claims) {
            int[] stillMissing = open.missing(keys);
            int[] mine =
                    Arrays.stream(claims.positions())
                            .filter(position -> Arrays.binarySearch(stillMissing, position) >= 0)
                            .toArray();
            if (mine.length > 0) {
                List<Row> given = Arrays.stream(mine).mapToObj(rows::get).toList();
                open.put(keys.select(mine), function.compute(given));
            }
        }
        claims.awaitOthers();
    }

    @Override
    void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
