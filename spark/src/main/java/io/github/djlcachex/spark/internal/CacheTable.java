package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.RowSchema;

import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A CacheTable is one generation of a module as a table, which may not be there yet. */
public final class CacheTable implements SupportsRead, SupportsWrite {

    private final SourceOptions options;
    private final @Nullable String fingerprint;
    private final List<SourceField> fields;

    private CacheTable(
            SourceOptions options, @Nullable String fingerprint, List<SourceField> fields) {
        this.options = options;
        this.fingerprint = fingerprint;
        this.fields = fields;
    }

    /** The table of some options. */
    public static CacheTable of(SourceOptions options) {
        Optional<String> chosen = options.chosenFingerprint();
        if (chosen.isEmpty()) {
            return new CacheTable(options, null, List.of());
        }
        try (FeatureCache cache = options.builder(chosen.get()).readOnly(true).open()) {
            return new CacheTable(options, chosen.get(), fields(options, cache.snapshot()));
        }
    }

    private static List<SourceField> fields(SourceOptions options, CacheSnapshot snapshot) {
        Optional<RowSchema> schema = options.raw() ? snapshot.storedSchema() : snapshot.schema();
        return schema.flatMap(
                        columns ->
                                snapshot.keyType()
                                        .map(key -> SourceField.of(key, columns, options.raw())))
                .orElse(List.of());
    }

    /** The columns; none if there is no generation. */
    public StructType structType() {
        return SourceField.structOf(fields);
    }

    @Override
    public String name() {
        return "djlcachex " + options.moduleId() + " in " + options.directory();
    }

    @Override
    public Column[] columns() {
        return fields.stream().map(CacheTable::columnOf).toArray(Column[]::new);
    }

    private static Column columnOf(SourceField each) {
        StructField field = each.field();
        String metadata = field.metadata().json();
        return Column.create(field.name(), field.dataType(), false, null, metadata);
    }

    /** A write checks its columns by itself: a table that is not there yet has none. */
    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(
                TableCapability.BATCH_READ,
                TableCapability.BATCH_WRITE,
                TableCapability.ACCEPT_ANY_SCHEMA);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap ignored) {
        String chosen = fingerprint;
        if (chosen == null || fields.isEmpty()) {
            throw options.nothingThere();
        }
        return new CacheScanBuilder(options, chosen, fields);
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
        String chosen = fingerprint == null ? options.fingerprint() : fingerprint;
        if (chosen == null || (fingerprint == null && options.generation() != null)) {
            throw options.noFingerprint();
        }
        return new CacheWrite(options, chosen, info.schema());
    }
}
