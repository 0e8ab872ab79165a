package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.HygieneCounts;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.Upkeep;
import io.github.djlcachex.internal.store.VerifyPlan;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.SchemaMismatchException;
import io.github.djlcachex.row.StringKeys;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * HygieneDoors are the methods of a {@link FeatureCache} that remove, check and mend what is on
 * disk.
 */
abstract class HygieneDoors extends ComputeDoors {

    HygieneDoors() {}

    abstract CacheProblems problems();

    /**
     * Returns all keys that have a stored row.
     *
     * @return the keys, in no particular order
     */
    public abstract Keys keys();

    /**
     * Removes the rows of some keys, on disk and in memory, also those of other writers. Keys
     * without a row are ignored. Another process serves the rows until its next {@link
     * FeatureCache#refresh}. A row that is put after this call is stored and served as any other;
     * one that is put during it may be removed or not.
     *
     * <p>The bytes stay on the disk until a compaction leaves them out, and are in the files for
     * who reads these without this library. What must not be there any more, such as the rows of
     * persons, goes at once with {@link #clear}, or with the whole generation.
     *
     * @param keys the keys
     * @return the rows that were removed, and the tombstone files that were written
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws CacheIoException if the removal cannot be written, or this cache may not write; what
     *     was removed of more than 131,072 keys stays removed
     */
    public HygieneReport remove(Keys keys) {
        return remove(keys, false);
    }

    /**
     * Removes the rows of some keys as {@link #remove(Keys)} does, or tells what that would do.
     *
     * @param keys the keys
     * @param dryRun true to change nothing; a cache that may not write tells it too
     * @return the rows that were removed, or would be
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws CacheIoException if the removal cannot be written, or this cache may not write
     */
    public HygieneReport remove(Keys keys, boolean dryRun) {
        Upkeep upkeep = openStore().upkeep();
        CacheProblems.Call<HygieneCounts> call = () -> upkeep.remove(keys, dryRun);
        return new HygieneReport(dryRun ? problems().reading(call) : problems().removing(call));
    }

    /**
     * Removes the rows of the integer ids that a predicate chooses, as {@link #remove(Keys)} does.
     * Reads the keys of every segment.
     *
     * @param id tells whether the row of an id goes
     * @return the rows that were removed
     * @throws KeyTypeMismatchException if the generation has string ids
     * @throws CacheIoException if a segment cannot be read, the removal cannot be written, or this
     *     cache may not write
     */
    public HygieneReport removeLongsIf(LongPredicate id) {
        return removeIf(KeyType.INT64, keys -> i -> id.test(((LongKeys) keys).get(i)));
    }

    /**
     * Removes the rows of the string ids that a predicate chooses, as {@link #remove(Keys)} does.
     * Reads the keys of every segment.
     *
     * @param id tells whether the row of an id goes
     * @return the rows that were removed
     * @throws KeyTypeMismatchException if the generation has integer ids
     * @throws CacheIoException if a segment cannot be read, the removal cannot be written, or this
     *     cache may not write
     */
    public HygieneReport removeStringsIf(Predicate<String> id) {
        return removeIf(KeyType.UTF8, keys -> i -> id.test(((StringKeys) keys).get(i)));
    }

    private HygieneReport removeIf(KeyType type, Function<Keys, IntPredicate> chosenOf) {
        Keys keys = keys();
        if (keys.size() > 0 && keys.type() != type) {
            throw new KeyTypeMismatchException(
                    Problem.of(
                            directory().toString(),
                            "a predicate over " + keys.type() + " keys",
                            "one over " + type + " keys",
                            "use the other method"));
        }
        IntPredicate chosen = chosenOf.apply(keys);
        return remove(keys.select(IntStream.range(0, keys.size()).filter(chosen).toArray()));
    }

    /**
     * Puts rows in the place of those that their keys have, for samples that have changed. Keys
     * without a row get theirs. The former rows are removed on disk first, as {@link #remove(Keys)}
     * does; the new ones are put as {@link FeatureCache#put} does. A crash in between, or before
     * the new rows are written, leaves no row. No other thread's put of these keys comes in
     * between.
     *
     * @param keys the keys; of one that occurs twice the first row is stored
     * @param rows the new rows, one a key
     * @return how many rows were stored, duplicates and declined
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws SchemaMismatchException if the generation has other columns; nothing is removed
     * @throws InvalidRowsException if the batch is of another size than the keys, or a text is not
     *     well-formed UTF-8
     * @throws CacheIoException if the removal cannot be written, or this cache may not write;
     *     nothing is stored
     */
    public PutResult replace(Keys keys, RowBatch rows) {
        Upkeep upkeep = openStore().upkeep();
        BatchChecks.sameSize(keys, rows);
        BatchChecks.wellFormed(rows);
        return new PutResult(problems().removing(() -> upkeep.replace(keys, rows)));
    }

    /**
     * Deletes all rows of the generation, on disk and in memory, also those of other writers, and
     * its notes. The columns and the key type stay, see {@link #reset}. Another process may serve
     * the rows that it has open until its second {@link FeatureCache#refresh} from then.
     *
     * @throws CacheIoException if a file cannot be deleted, or this cache may not write
     */
    public void clear() {
        problems().deleting("clear", openStore().upkeep()::clear);
    }

    /**
     * Deletes what {@link #clear} deletes, and gives the columns and the key type up: the next
     * {@code put} decides on them anew. For a generation that was filled with rows of the wrong
     * shape. Other processes should not have it open: they go on with the columns that they know,
     * and rows that they write are not taken up here.
     *
     * @throws CacheIoException if a file cannot be deleted, or this cache may not write
     */
    public void reset() {
        problems().deleting("reset", openStore().upkeep()::reset);
    }

    /**
     * Replaces small segment files, and those with removed rows, by large ones without removed rows
     * and duplicates, and deletes them. Rows stay readable all the time, and are as safe as before:
     * a file is deleted once its rows were read back from the new one. Other threads and processes
     * may read, write and compact meanwhile. Rows that wait to be written are not part of it.
     *
     * @return what was replaced, and which files stay and why
     * @throws CacheIoException if a file cannot be written, or this cache may not write; what was
     *     replaced before stays replaced
     */
    public HygieneReport compact() {
        return compact(false);
    }

    /**
     * Compacts as {@link #compact()} does, or tells what that would do.
     *
     * @param dryRun true to change nothing; a cache that may not write tells it too
     * @return what was replaced, or would be, and which files stay and why
     * @throws CacheIoException if a file cannot be written, or this cache may not write; what was
     *     replaced before stays replaced
     */
    public HygieneReport compact(boolean dryRun) {
        Upkeep upkeep = openStore().upkeep();
        CacheProblems.Call<HygieneCounts> call = () -> upkeep.compact(dryRun);
        return new HygieneReport(dryRun ? problems().reading(call) : problems().compacting(call));
    }

    /**
     * Tells what became of the rows of some keys: why they are missing, if they are. Reads the keys
     * of every segment and tombstone anew, and the rows of these keys; changes nothing.
     *
     * <p>A row that was evicted, or whose file was cleared, has left no trace: it is {@link
     * RowState#NEVER_STORED}.
     *
     * @param keys the keys
     * @return what became of them, in the order of the keys
     * @throws KeyTypeMismatchException if the generation has keys of the other type
     * @throws CacheIoException if the directory cannot be read
     */
    public List<RowExplanation> explain(Keys keys) {
        Store open = openStore();
        int[] missing = open.missing(keys);
        return problems().reading(() -> open.upkeep().explain(keys, missing)).stream()
                .map(RowExplanation::new)
                .toList();
    }

    /**
     * Reads everything that the generation has on disk and holds it against its checksums. It opens
     * every file anew, changes nothing, and takes as long as reading the files does. Rows that wait
     * to be written are not part of it: flush before.
     *
     * @return what each file is, and which rows it costs
     * @throws CacheIoException if the directory cannot be listed, or a file's state cannot be told
     */
    public VerifyReport verify() {
        return new VerifyReport(problems().reading(openStore().upkeep()::verify));
    }

    /**
     * Checks as {@link #verify()} does, a sample of the segment files or with word of how far it
     * is.
     *
     * @param options what is read, and who is told
     * @return what each file is that was read, and which rows it costs
     * @throws CacheIoException if the directory cannot be listed, or a file's state cannot be told
     */
    public VerifyReport verify(VerifyOptions options) {
        Upkeep upkeep = openStore().upkeep();
        VerifyPlan plan = OptionRules.once("options", null, options).plan();
        return new VerifyReport(problems().reading(() -> upkeep.verify(plan)));
    }

    /**
     * Moves damaged segments to the directory {@code damaged} beside {@code segments}, after their
     * intact rows were written to new ones, and writes a missing or damaged contract again. Nothing
     * is deleted. Files that are foreign, of a newer format or unreadable stay where they are.
     * Another process may serve the rows that it has open until its second {@link
     * FeatureCache#refresh}.
     *
     * @return what was found and done
     * @throws CacheIoException if a file cannot be written or moved, or this cache may not write;
     *     what was done before stays done
     */
    public RepairReport repair() {
        return repair(RepairOptions.builder().build());
    }

    /**
     * Repairs as {@link #repair()} does, with word of how far it is.
     *
     * @param options who is told
     * @return what was found and done
     * @throws CacheIoException if a file cannot be written or moved, or this cache may not write;
     *     what was done before stays done
     */
    public RepairReport repair(RepairOptions options) {
        Upkeep upkeep = openStore().upkeep();
        VerifyPlan.Progress progress = OptionRules.once("options", null, options).progress();
        return new RepairReport(problems().repairing(() -> upkeep.repair(progress)));
    }
}
