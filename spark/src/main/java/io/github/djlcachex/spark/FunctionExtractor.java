package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.RowClaims;
import io.github.djlcachex.row.Keys;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** A FunctionExtractor calls a function of the user's, and needs no engine. */
final class FunctionExtractor extends Extractor {

    private final String fingerprint;
    private final Function function;
    private @Nullable FeatureCache cache;

    /** Computes rows and puts them into the cache. */
    @FunctionalInterface
    interface Function {
        void computeAndPut(FeatureCache cache, Keys keys, List<Row> rows) throws Exception;
    }

    FunctionExtractor(String fingerprint, Function function) {
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
                function.computeAndPut(open, keys.select(mine), given);
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
