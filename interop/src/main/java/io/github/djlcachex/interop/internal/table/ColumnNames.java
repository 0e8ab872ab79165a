package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The names of the columns of all files of an import. A file may have its columns in any order:
 * they are found by name. The cache's own columns come first in this, then those of the first file.
 */
public final class ColumnNames {

    private static final String UNNAMED = "value";

    private @Nullable List<String> names;
    private boolean haveNone;

    /**
     * Creates the names.
     *
     * @param known the columns that the cache has, or null
     */
    public ColumnNames(@Nullable RowSchema known) {
        this.names = known == null ? null : of(known);
        this.haveNone = known != null && known.columns().stream().allMatch(c -> c.name() == null);
    }

    /** Returns the names of columns; those without one are called value. */
    static List<String> of(RowSchema schema) {
        List<String> names = new ArrayList<>();
        boolean isAlone = schema.columns().size() == 1;
        for (Column column : schema.columns()) {
            String name = column.name();
            String unnamed = isAlone ? UNNAMED : UNNAMED + "_" + names.size();
            names.add(name == null ? unnamed : name);
        }
        return names;
    }

    /**
     * Returns the columns of a file in the order of the rows' columns.
     *
     * @param found the columns of the file that become columns of rows
     * @param hasNames whether these names say anything
     */
    public List<String> ordered(List<String> found, boolean hasNames, Path file) {
        List<String> expected = names;
        if (expected == null) {
            names = List.copyOf(found);
            return found;
        }
        boolean asMany = found.size() == expected.size();
        if (asMany && new HashSet<>(found).containsAll(expected)) {
            return expected;
        }
        if (asMany && (!hasNames || haveNone)) { // by position, as there are no names to go by
            names = hasNames ? List.copyOf(found) : expected;
            haveNone = haveNone && !hasNames; // later files have the names of this one
            return found;
        }
        throw Refusals.rows(
                "columns of " + file,
                "those of the rows before it: " + expected,
                found.toString(),
                "rename them, choose some with columns, or import into another module");
    }
}
