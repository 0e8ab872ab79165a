package io.github.djlcachex.spark;

import io.github.djlcachex.spark.internal.CacheTable;
import io.github.djlcachex.spark.internal.SourceOptions;

import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

import java.util.Map;

/**
 * DjlcachexSource is the Spark data source {@code djlcachex}: the rows of a cache as a table.
 *
 * <pre>{@code
 * Dataset<Row> features =
 *         spark.read().format("djlcachex").option("moduleId", "minilm").load(directory);
 * vectors.write().format("djlcachex").option("moduleId", "minilm").option("fingerprint", "v1")
 *         .mode("append").save(directory);
 * }</pre>
 *
 * <p>Column {@code id} is the key, {@code bigint} or {@code string}. A column of shape {@code [d]}
 * or of a higher rank is an array of its elements in row-major order: {@code array<float>} for
 * FLOAT32, FLOAT16 and BFLOAT16, {@code array<smallint>} for UINT8, which Spark has no type for. A
 * column of one number a row is that number. Texts are {@code string}, blobs {@code binary}.
 *
 * <table>
 * <caption>Options</caption>
 * <tr><td>{@code moduleId}</td><td>the module; required</td></tr>
 * <tr><td>{@code fingerprint}, {@code generation}</td><td>which generation, by its fingerprint or
 *     by the beginning of its directory's name, if there are several; to write a new one its
 *     fingerprint</td></tr>
 * <tr><td>{@code raw}</td><td>{@code true} to read columns as they are stored, and as {@code
 *     binary} if Spark has no type for their elements</td></tr>
 * <tr><td>{@code onDamage}</td><td>{@code skip}, which counts damaged rows and warns, or {@code
 *     fail}</td></tr>
 * <tr><td>{@code partitionBytes}</td><td>small files are read together up to this size, 128 MiB by
 *     default</td></tr>
 * </table>
 *
 * <p>A read sees the rows that were on disk when it was planned, each key once. A write stores rows
 * whose id is not there yet; each task ends with a flush. What a task has stored stays, also if the
 * job fails: rows are found by their ids, so that a retry stores none twice.
 */
public final class DjlcachexSource implements TableProvider, DataSourceRegister {

    /** Creates the source; Spark does. */
    public DjlcachexSource() {}

    @Override
    public String shortName() {
        return "djlcachex";
    }

    /**
     * Returns the columns of the generation.
     *
     * @param options the options
     * @return the columns; none if there is no such generation yet, which a write may begin
     */
    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        return CacheTable.of(SourceOptions.of(options)).structType();
    }

    @Override
    public Table getTable(
            StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return CacheTable.of(SourceOptions.of(new CaseInsensitiveStringMap(properties)));
    }
}
