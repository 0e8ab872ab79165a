package io.github.djlcachex.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.internal.store.StoreOptions;
import io.github.djlcachex.internal.store.StoredColumns;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** PrecisionOptions are the options of a cache that say how columns are stored. */
abstract class PrecisionOptions {

    private static final String OPTION = "storeAs";

    private @Nullable StoredAs others;
    private final Map<String, StoredAs> byName = new HashMap<>();
    private final Map<Integer, StoredAs> byNumber = new HashMap<>();

    PrecisionOptions() {}

    /**
     * Sets how columns are stored: in another precision those of FLOAT32, or sparse those of a
     * fixed shape. Other columns stay as they are. Default: every column as it is.
     *
     * <p>It is decided by the first {@code put}, for good: without the option the rows are read all
     * the same, as they were put, and with another one the opening or the first use throws {@link
     * io.github.djlcachex.row.SchemaMismatchException}. {@link StoredAs#SPARSE} asks for sparse
     * columns where it pays: it agrees with columns that are stored as they are.
     *
     * @param precision how they are stored
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder storeAs(StoredAs precision) {
        others = OptionRules.once(OPTION, others, precision);
        return (FeatureCacheBuilder) this;
    }

    /**
     * Sets how one column is stored, see {@link #storeAs(StoredAs)}. That the column is there and
     * can be stored so is checked when the first rows tell the columns.
     *
     * @param column the name of the column
     * @param precision how it is stored
     * @return this builder
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder storeAs(String column, StoredAs precision) {
        String name = OptionRules.once(OPTION, null, column);
        byName.put(name, OptionRules.once(OPTION + " of " + name, byName.get(name), precision));
        return (FeatureCacheBuilder) this;
    }

    /**
     * Sets how one column is stored, see {@link #storeAs(String, StoredAs)}.
     *
     * @param column the number of the column, from 0
     * @param precision how it is stored
     * @return this builder
     * @throws InvalidOptionException if the number is negative
     */
    @CanIgnoreReturnValue
    public FeatureCacheBuilder storeAs(int column, StoredAs precision) {
        String option = OPTION + " of column " + column;
        OptionRules.checkNumber(OPTION, column);
        byNumber.put(column, OptionRules.once(option, byNumber.get(column), precision));
        return (FeatureCacheBuilder) this;
    }

    /** The options of the store: the others, and what was chosen here. */
    StoreOptions storeOptions(Map<StoreOption, Object> set) {
        StoredColumns chosen = new StoredColumns(others, byName, byNumber);
        if (!chosen.equals(StoredColumns.AS_THEY_ARE)) {
            set.put(StoreOption.STORE_AS, chosen);
        }
        return new StoreOptions(set);
    }
}
