package io.github.djlcachex.interop;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an import reads.
 *
 * @param format the reader of the files
 * @param source a file or a directory
 * @param idColumn the column of the ids, or null for the format's own
 * @param ids a file of ids, or null if they are in a column
 * @param columns the columns of the rows, or null for all but the ids
 * @param keyType the type of the keys, or null for that of the ids
 * @param elementType what numbers are converted to, or null
 * @param variableRows whether rows may differ in shape
 * @param unnamedColumns whether columns have no names
 */
record ImportPlan(
        TableFormat format,
        Path source,
        @Nullable String idColumn,
        @Nullable Path ids,
        @Nullable List<String> columns,
        @Nullable KeyType keyType,
        @Nullable ElementType elementType,
        boolean variableRows,
        boolean unnamedColumns) {

    /** The column of the ids, or null if they are in a file. */
    @Nullable String idColumnOf(TableReader reader, Path file) {
        if (ids != null) {
            return null;
        }
        String name = idColumn == null ? format.idColumn() : idColumn;
        if (!reader.columns().contains(name)) {
            throw Refusals.option(
                    "idColumn",
                    "one of " + reader.columns() + " of " + file,
                    "'" + name + "'",
                    "name the column of the ids, or a file of them with ids");
        }
        return name;
    }

    /** The columns of the rows. */
    List<String> columnsOf(TableReader reader, Path file) {
        List<String> names = new ArrayList<>(columns == null ? reader.columns() : columns);
        if (columns == null) {
            String ownIds = ids == null ? idColumnOf(reader, file) : null;
            names.remove(ownIds == null && !reader.hasNames() ? format.idColumn() : ownIds);
        }
        for (String name : names) {
            if (!reader.columns().contains(name)) {
                throw Refusals.option(
                        "columns", "some of " + reader.columns() + " of " + file, name, "see file");
            }
        }
        if (names.contains("")) {
            throw Refusals.option(
                    "columns",
                    "columns with names, of " + names + " of " + file,
                    "one without, as the index that pandas writes",
                    "choose the others with columns");
        }
        if (names.isEmpty() || names.stream().distinct().count() < names.size()) {
            throw Refusals.option(
                    "columns", "one column or more, each once", names.toString(), "name them");
        }
        return names;
    }
}
