package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsPushDownV2Filters;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A CacheScanBuilder learns what a query needs, and takes the snapshot that it reads: the rows of
 * the ids that it asks for, or the number of rows alone. For one thread.
 */
final class CacheScanBuilder
        implements SupportsPushDownRequiredColumns,
                SupportsPushDownV2Filters,
                SupportsPushDownAggregates {

    private static final Logger logger = LoggerFactory.getLogger(CacheScanBuilder.class);

    private final SourceOptions options;
    private final String fingerprint;
    private final IdFilter filter;
    private List<SourceField> fields;
    private int counts;

    CacheScanBuilder(SourceOptions options, String fingerprint, List<SourceField> fields) {
        this.options = options;
        this.fingerprint = fingerprint;
        this.fields = fields;
        this.filter = new IdFilter(fields.get(0).field().dataType());
    }

    @Override
    public void pruneColumns(StructType required) {
        Set<String> names = Set.of(required.fieldNames());
        fields = fields.stream().filter(each -> names.contains(each.field().name())).toList();
    }

    /** The index finds ids exactly, so that Spark need not look again. */
    @Override
    public Predicate[] pushPredicates(Predicate[] predicates) {
        return Arrays.stream(predicates)
                .filter(predicate -> !filter.accept(predicate))
                .toArray(Predicate[]::new);
    }

    @Override
    public Predicate[] pushedPredicates() {
        return filter.accepted();
    }

    @Override
    public boolean supportCompletePushDown(Aggregation aggregation) {
        return isCount(aggregation);
    }

    @Override
    public boolean pushAggregation(Aggregation aggregation) {
        boolean pushed = isCount(aggregation);
        counts = pushed ? aggregation.aggregateExpressions().length : 0;
        return pushed;
    }

    private static boolean isCount(Aggregation aggregation) {
        AggregateFunc[] functions = aggregation.aggregateExpressions();
        return aggregation.groupByExpressions().length == 0
                && functions.length > 0
                && Arrays.stream(functions).allMatch(CountStar.class::isInstance);
    }

    @Override
    public Scan build() {
        try (FeatureCache cache = options.builder(fingerprint).readOnly(true).open()) {
            CacheSnapshot all = cache.snapshot();
            long skipped = checkSkipped(cache);
            CacheSnapshot snapshot = filter.isAny() ? all : all.select(filter.keys());
            return counts > 0
                    ? new CountScan(snapshot.rows(), counts)
                    : new CacheScan(options, fields, snapshot, filter, skipped);
        }
    }

    /** Files that the cache does not serve at all are in no snapshot. */
    private long checkSkipped(FeatureCache cache) {
        long skipped = cache.stats().skippedSegments();
        if (skipped == 0) {
            return 0;
        }
        if (options.failOnDamage()) {
            throw new CorruptFileException(
                    Problem.of(
                            cache.directory().toString(),
                            "intact segments",
                            skipped + " that are damaged, foreign, or of a newer version",
                            "repair() the cache, or read with option onDamage=skip"));
        }
        logger.warn(
                "{} segments in {} are damaged, foreign, or of a newer version: their rows are"
                        + " missing in what is read",
                skipped,
                cache.directory());
        return skipped;
    }
}
