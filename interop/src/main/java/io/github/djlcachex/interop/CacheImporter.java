package io.github.djlcachex.interop;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.interop.internal.table.Formats;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.KeyType;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * A CacheImporter stores rows from files of other tools in a cache.
 *
 * <pre>{@code
 * try (FeatureCache cache =
 *         FeatureCache.builder().directory(directory).moduleId("minilm").open()) {
 *     ImportReport report =
 *             CacheImporter.builder()
 *                     .cache(cache)
 *                     .format(FileFormat.ARROW)
 *                     .source(Path.of("embeddings.arrow"))
 *                     .idColumn("doc_id")
 *                     .columns("embedding")
 *                     .run();
 * }
 * }</pre>
 *
 * <p>Each row of a file becomes one row of the cache. Lists of one length become a column of that
 * shape, numbers a column of single numbers, texts and blobs one of such. 16-bit and unsigned
 * 32-bit integers become the next wider ones. A null, a list of another length, an id that is
 * missing, and an id that is there with another row end the import with a typed exception.
 *
 * <p>Files are read a few MiB at a time, Parquet by row groups and compressed Arrow files by record
 * batches. An import that was killed is started again: rows that are there are not stored a second
 * time. For one thread; the cache may be in use meanwhile.
 */
public final class CacheImporter {

    private @Nullable FeatureCache cache;
    private @Nullable FileFormat format;
    private @Nullable Path source;
    private @Nullable String idColumn;
    private @Nullable Path ids;
    private @Nullable List<String> columns;
    private @Nullable KeyType keyType;
    private @Nullable ElementType elementType;
    private @Nullable Boolean variableRows;
    private @Nullable Boolean unnamedColumns;
    private @Nullable ExistingRows existingRows;
    private @Nullable TransferListener listener;

    private CacheImporter() {}

    /**
     * Returns an import to be. Each setter throws {@link InvalidOptionException} for null and for a
     * second, different value.
     *
     * @return the import, without its options
     */
    public static CacheImporter builder() {
        return new CacheImporter();
    }

    /**
     * Sets the cache that the rows go to. It stays open.
     *
     * @param cache the cache, which must be writable
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter cache(FeatureCache cache) {
        this.cache = Options.once("cache", this.cache, cache);
        return this;
    }

    /**
     * Sets the format of the files.
     *
     * @param format the format
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter format(FileFormat format) {
        this.format = Options.once("format", this.format, format);
        return this;
    }

    /**
     * Sets what is read: a file, or a directory, of which all files with a suffix of the format are
     * read in the order of their names.
     *
     * @param source the file or directory
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter source(Path source) {
        this.source = Options.once("source", this.source, source);
        return this;
    }

    /**
     * Sets the column of the ids. Default: {@code id}.
     *
     * @param name the name of the column
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter idColumn(String name) {
        this.idColumn = Options.once("idColumn", this.idColumn, name);
        return this;
    }

    /**
     * Sets a file of the ids, for rows that have none in their own file: one id a line, in UTF-8,
     * or if its name ends in {@code .npy} an array of integers or texts; in the order of the rows.
     *
     * @param file the file
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter ids(Path file) {
        this.ids = Options.once("ids", this.ids, file);
        return this;
    }

    /**
     * Sets the columns that become columns of the rows, in their order. Default: all but the ids.
     *
     * @param names the names of the columns
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter columns(String... names) {
        this.columns = Options.once("columns", this.columns, names == null ? null : List.of(names));
        return this;
    }

    /**
     * Sets the type of the keys. Default: that of the ids, texts for lines of a file.
     *
     * @param type {@link KeyType#INT64} reads texts as decimal integers, {@link KeyType#UTF8}
     *     writes integers as such texts
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter keyType(KeyType type) {
        this.keyType = Options.once("keyType", this.keyType, type);
        return this;
    }

    /**
     * Sets what numbers are converted to, rounded to the nearest: one of floats converts all
     * floats, one of integers all integers. Default: numbers stay as they are.
     *
     * <p>Numbers of a format without types, CSV, are all parsed as this type. By default they have
     * those of the cache's columns, or are INT64 or FLOAT32.
     *
     * @param type the type of the elements
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter elementType(ElementType type) {
        this.elementType = Options.once("elementType", this.elementType, type);
        return this;
    }

    /**
     * Allows lists that differ in length from row to row, as {@link
     * io.github.djlcachex.row.Column#VARIABLE} rows. Default: such rows are refused.
     *
     * @param allowed whether rows may differ
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter variableRows(boolean allowed) {
        this.variableRows = Options.once("variableRows", this.variableRows, allowed);
        return this;
    }

    /**
     * Leaves the names of the columns out, as a block whose outputs have none stores them. Default:
     * the names of the file, or those that the cache has.
     *
     * @param unnamed whether columns have no names
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter unnamedColumns(boolean unnamed) {
        this.unnamedColumns = Options.once("unnamedColumns", this.unnamedColumns, unnamed);
        return this;
    }

    /**
     * Sets what is done with an id that has a row. Default: {@link ExistingRows#COMPARE}.
     *
     * @param existing what is done
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter existingRows(ExistingRows existing) {
        this.existingRows = Options.once("existingRows", this.existingRows, existing);
        return this;
    }

    /**
     * Sets who is told how far the import is. Default: nobody.
     *
     * @param listener the listener
     * @return this import
     */
    @CanIgnoreReturnValue
    public CacheImporter listener(TransferListener listener) {
        this.listener = Options.once("listener", this.listener, listener);
        return this;
    }

    /**
     * Reads the files and stores their rows. Rows before one that is refused are stored.
     *
     * @return what was done; the rows are on disk
     * @throws InvalidOptionException if an option is missing, or names what is not there
     * @throws io.github.djlcachex.row.CorruptFileException if a file contradicts its format
     * @throws io.github.djlcachex.row.UnsupportedFormatException if a file asks for more than is
     *     read here
     * @throws io.github.djlcachex.row.InvalidRowsException if a row is null, of another shape, or
     *     of a type that no row has
     * @throws io.github.djlcachex.row.InvalidKeyException if an id is no key
     * @throws RowConflictException if an id is there with another row
     * @throws io.github.djlcachex.row.SchemaMismatchException if the cache has other columns
     * @throws io.github.djlcachex.row.KeyTypeMismatchException if the cache has the other keys
     * @throws io.github.djlcachex.row.CacheIoException if a file cannot be read, or rows cannot be
     *     written
     */
    public ImportReport run() {
        FeatureCache into = Options.required("cache", cache);
        FileFormat kind = Options.required("format", format);
        ImportPlan plan =
                new ImportPlan(
                        Formats.of(kind),
                        Options.required("source", source),
                        idColumn,
                        ids,
                        columns,
                        keyType,
                        elementType,
                        Boolean.TRUE.equals(variableRows),
                        Boolean.TRUE.equals(unnamedColumns));
        boolean compares = existingRows != ExistingRows.KEEP;
        return new Import(plan, new RowSink(into, compares), listener).run();
    }
}
