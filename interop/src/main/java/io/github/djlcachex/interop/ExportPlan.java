package io.github.djlcachex.interop;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.RowColumns;
import io.github.djlcachex.interop.spi.TableFormat;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * What an export writes.
 *
 * @param format the writer of the files
 * @param target a file or a directory
 * @param columns the columns, or null for all
 * @param elementType what numbers are converted to, or null
 */
record ExportPlan(
        FeatureCache cache,
        TableFormat format,
        Path target,
        String idColumn,
        @Nullable List<String> columns,
        @Nullable ElementType elementType,
        RowOrder order,
        long rowsPerFile,
        boolean overwrites) {

    boolean isDirectory() {
        return format.isDirectory() || rowsPerFile < Long.MAX_VALUE;
    }

    /** Refuses a target that would be lost, or cannot be. */
    void checkTarget() {
        boolean isThere = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        boolean isFile = Files.isRegularFile(target);
        if (isThere && (isDirectory() || !overwrites || !isFile)) {
            throw Refusals.option(
                    "target",
                    isDirectory() ? "a directory that is not there" : "a file that is not there",
                    target + ", which is",
                    "name another one, or remove it; overwrite replaces a file");
        }
        if (!isDirectory()) {
            format.companions(target).forEach(this::checkCompanion);
        }
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw Refusals.option(
                    "target", "a place in a directory", target.toString(), "make the directory");
        }
    }

    private void checkCompanion(Path file) {
        boolean isThere = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (isThere && !(overwrites && Files.isRegularFile(file))) {
            throw Refusals.option(
                    "target",
                    "no file beside " + target + " that belongs to it",
                    file + ", which is there",
                    "name another target, or remove the file; overwrite replaces it");
        }
    }

    /** The columns that rows of the cache give. */
    RowColumns rowColumns(@Nullable RowSchema schema, @Nullable KeyType keys) {
        if (schema == null || keys == null) {
            throw Refusals.rows(
                    "cache " + cache.directory(),
                    "rows of module " + cache.moduleId(),
                    "none",
                    "fill it, or name the module and fingerprint that have rows");
        }
        return RowColumns.of(schema, keys, idColumn, columns, elementType);
    }
}
