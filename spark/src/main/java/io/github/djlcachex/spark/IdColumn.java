package io.github.djlcachex.spark;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * An IdColumn is the column of a dataset whose values are the ids of the rows.
 *
 * @param position where it is in a row
 * @param type the type of keys that its values make
 */
record IdColumn(int position, KeyType type) implements Serializable {

    private static final List<DataType> INTEGERS =
            List.of(
                    DataTypes.LongType,
                    DataTypes.IntegerType,
                    DataTypes.ShortType,
                    DataTypes.ByteType);

    /**
     * Returns the column of a name.
     *
     * @throws InvalidOptionException if there is none, or its values can be no ids
     */
    static IdColumn of(StructType schema, String name) {
        List<String> names = Arrays.asList(schema.fieldNames());
        if (!names.contains(name)) {
            throw new InvalidOptionException(
                    Problem.of(
                            "id column '" + name + "'", "one of " + names, "none", "set another"));
        }
        int position = schema.fieldIndex(name);
        DataType type = schema.fields()[position].dataType();
        boolean isInteger = INTEGERS.contains(type);
        if (!isInteger && !type.equals(DataTypes.StringType)) {
            throw new InvalidOptionException(
                    Problem.of(
                            "id column '" + name + "'",
                            "integers or strings",
                            type.simpleString(),
                            "cast it to bigint or string"));
        }
        return new IdColumn(position, isInteger ? KeyType.INT64 : KeyType.UTF8);
    }

    /** Returns a row's id, a {@code Long} or a {@code String}, or null if it has none. */
    @Nullable Object idOf(Row row) {
        Object value = row.isNullAt(position) ? null : row.get(position);
        return value instanceof Number number ? (Object) number.longValue() : value;
    }

    /** Returns ids as keys. */
    Keys keys(Collection<?> ids) {
        return type == KeyType.INT64
                ? Keys.of(ids.stream().mapToLong(id -> (Long) id).toArray())
                : Keys.ofStrings(ids.stream().map(id -> (String) id).toList());
    }
}
