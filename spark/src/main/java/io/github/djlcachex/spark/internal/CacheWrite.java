package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A CacheWrite stores rows whose ids are not there yet. No commit coordinator is needed: a row that
 * two attempts of a task store is the same row, and each of them is whole.
 */
final class CacheWrite implements WriteBuilder, Write, BatchWrite {

    private final SourceOptions options;
    private final String fingerprint;
    private final StructType given;
    private final String run = UUID.randomUUID().toString();

    CacheWrite(SourceOptions options, String fingerprint, StructType given) {
        this.options = options;
        this.fingerprint = fingerprint;
        this.given = given;
    }

    /** Checks the columns before a task runs. */
    @Override
    public Write build() {
        if (options.raw()) {
            throw refused("option raw", "no such option", "raw", "it is for reading");
        }
        try (FeatureCache cache = options.builder(fingerprint).open()) {
            if (!cache.isWritable()) {
                throw new CacheIoException(
                        Problem.of(
                                cache.directory().toString(),
                                "a directory to write to",
                                "one that may only be read",
                                "check the permissions"));
            }
            check(cache.snapshot());
        }
        return this;
    }

    private void check(CacheSnapshot snapshot) {
        if (snapshot.schema().isEmpty()) {
            RowEncoder.checkNew(given);
            return;
        }
        List<SourceField> fields =
                SourceField.of(
                        snapshot.keyType().orElseThrow(), snapshot.schema().orElseThrow(), false);
        Set<String> names = new HashSet<>();
        fields.forEach(field -> names.add(field.field().name()));
        for (SourceField field : fields) {
            checkType(field.field());
        }
        for (String name : given.fieldNames()) {
            if (!names.contains(name)) {
                throw refused(
                        "column '" + name + "'", "one of " + names, "another", "leave it out");
            }
        }
    }

    private void checkType(StructField expected) {
        String name = expected.name();
        if (!Arrays.asList(given.fieldNames()).contains(name)) {
            throw refused(
                    "column '" + name + "'",
                    expected.dataType().simpleString(),
                    "no such column",
                    "give each row a value for it, or use another module id");
        }
        DataType found = given.apply(name).dataType();
        if (!DataType.equalsIgnoreNullability(expected.dataType(), found)) {
            throw refused(
                    "column '" + name + "'",
                    expected.dataType().simpleString(),
                    found.simpleString(),
                    "cast it");
        }
    }

    static InvalidRowsException refused(
            String subject, String expected, String found, String advice) {
        return new InvalidRowsException(Problem.of(subject, expected, found, advice));
    }

    @Override
    public BatchWrite toBatch() {
        return this;
    }

    @Override
    public String description() {
        return "djlcachex " + options.moduleId();
    }

    @Override
    public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
        return new Factory(run, options, fingerprint, given);
    }

    /** Makes the writers, in the executors. */
    private record Factory(String run, SourceOptions options, String fingerprint, StructType given)
            implements DataWriterFactory {
        @Override
        public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
            return new CacheWriter(OpenCache.lease(run, options, fingerprint), given);
        }
    }

    @Override
    public boolean useCommitCoordinator() {
        return false;
    }

    /** The rows are on disk already, and seen by readers. */
    @Override
    public void commit(WriterCommitMessage[] messages) {
        OpenCache.end(run);
    }

    /** What tasks have stored is right, and is found by the next attempt. */
    @Override
    public void abort(WriterCommitMessage[] messages) {
        OpenCache.end(run);
    }
}
