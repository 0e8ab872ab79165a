package io.github.djlcachex.interop;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.interop.internal.table.Formats;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * A CacheExporter writes the rows of a cache to files that other tools read.
 *
 * <pre>{@code
 * try (FeatureCache cache =
 *         FeatureCache.builder().directory(directory).moduleId("minilm").readOnly(true).open()) {
 *     ExportReport report =
 *             CacheExporter.builder()
 *                     .cache(cache)
 *                     .format(FileFormat.ARROW)
 *                     .target(Path.of("embeddings.arrow"))
 *                     .elementType(ElementType.FLOAT16)
 *                     .run();
 * }
 * }</pre>
 *
 * <p>Each row becomes one row of a file, its id in a column of its own. A column without a name is
 * called {@code value}, or {@code value_0}, {@code value_1} and so on. {@link
 * ElementType#BFLOAT16}, which other tools do not have, becomes FLOAT32.
 *
 * <p>Rows are read as {@link FeatureCache#snapshot} gives them, some MiB at a time: those that were
 * on disk when the export began. Damaged rows are left out and counted. The files appear whole when
 * all is on disk, or not at all; until then they are in a directory beside the target, whose name
 * starts with a dot. For one thread; the cache may be in use meanwhile.
 */
public final class CacheExporter {

    private @Nullable FeatureCache cache;
    private @Nullable FileFormat format;
    private @Nullable Path target;
    private @Nullable String idColumn;
    private @Nullable List<String> columns;
    private @Nullable ElementType elementType;
    private @Nullable RowOrder order;
    private @Nullable Long rowsPerFile;
    private @Nullable Boolean overwrite;
    private @Nullable TransferListener listener;

    private CacheExporter() {}

    /**
     * Returns an export to be. Each setter throws {@link InvalidOptionException} for null and for a
     * second, different value.
     *
     * @return the export, without its options
     */
    public static CacheExporter builder() {
        return new CacheExporter();
    }

    /**
     * Sets the cache that the rows come from. It stays open, and may be read-only.
     *
     * @param cache the cache
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter cache(FeatureCache cache) {
        this.cache = Options.once("cache", this.cache, cache);
        return this;
    }

    /**
     * Sets the format of the files.
     *
     * @param format the format
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter format(FileFormat format) {
        this.format = Options.once("format", this.format, format);
        return this;
    }

    /**
     * Sets what is written: a file, or a directory if there may be several files or the format is
     * one of directories.
     *
     * @param target the file or directory, which is not there yet; its parent is
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter target(Path target) {
        this.target = Options.once("target", this.target, target);
        return this;
    }

    /**
     * Sets the name of the column of the ids. Default: {@code id}.
     *
     * @param name the name of the column
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter idColumn(String name) {
        this.idColumn = Options.once("idColumn", this.idColumn, name);
        return this;
    }

    /**
     * Sets the columns that are written, in their order. Default: all.
     *
     * @param names the names of the columns
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter columns(String... names) {
        this.columns = Options.once("columns", this.columns, names == null ? null : List.of(names));
        return this;
    }

    /**
     * Sets what floats are converted to, rounded to the nearest, as {@link ElementType#FLOAT16} for
     * half of the size; or integers, if it is a type of integers. Default: numbers stay as they
     * are.
     *
     * @param type the type of the elements
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter elementType(ElementType type) {
        this.elementType = Options.once("elementType", this.elementType, type);
        return this;
    }

    /**
     * Sets the order of the rows. Default: {@link RowOrder#FILE}.
     *
     * @param order the order
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter order(RowOrder order) {
        this.order = Options.once("order", this.order, order);
        return this;
    }

    /**
     * Writes several files of so many rows each to the target, a directory then: {@code
     * data-00000-of-00003.arrow} and so on. Default: one file.
     *
     * @param rows the rows of each file but the last, 1 at least
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter rowsPerFile(long rows) {
        if (rows < 1) {
            throw Refusals.option("rowsPerFile", "1 row or more", rows + "", "leave it unset");
        }
        this.rowsPerFile = Options.once("rowsPerFile", this.rowsPerFile, rows);
        return this;
    }

    /**
     * Allows a file to be replaced. Default: a target that is there is refused; a directory always
     * is. One file replaces another at once; of NumPy's arrays, which have their ids in a file
     * beside them, the old ones are deleted first.
     *
     * @param allowed whether a file may be replaced
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter overwrite(boolean allowed) {
        this.overwrite = Options.once("overwrite", this.overwrite, allowed);
        return this;
    }

    /**
     * Sets who is told how far the export is. Default: nobody.
     *
     * @param listener the listener
     * @return this export
     */
    @CanIgnoreReturnValue
    public CacheExporter listener(TransferListener listener) {
        this.listener = Options.once("listener", this.listener, listener);
        return this;
    }

    /**
     * Writes the rows.
     *
     * @return what was done; the files are on disk
     * @throws InvalidOptionException if an option is missing, names what is not there, or the
     *     target is there
     * @throws io.github.djlcachex.row.InvalidRowsException if the cache has no rows, or the format
     *     has no columns of their types and shapes
     * @throws io.github.djlcachex.row.UnsupportedFormatException if the format is only read
     * @throws io.github.djlcachex.row.CacheIoException if rows cannot be read, or files cannot be
     *     written
     */
    public ExportReport run() {
        FileFormat kind = Options.required("format", format);
        ExportPlan plan =
                new ExportPlan(
                        Options.required("cache", cache),
                        Formats.of(kind),
                        Options.required("target", target).toAbsolutePath().normalize(),
                        idColumn == null ? "id" : idColumn,
                        columns,
                        elementType,
                        order == null ? RowOrder.FILE : order,
                        rowsPerFile == null ? Long.MAX_VALUE : rowsPerFile,
                        Boolean.TRUE.equals(overwrite));
        return new Export(plan, listener).run();
    }
}
