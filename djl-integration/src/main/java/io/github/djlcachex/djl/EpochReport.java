package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Figures;
import io.github.djlcachex.djl.internal.JsonLine;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * EpochReport is what the cache did in an epoch, or in a whole training.
 *
 * @param epoch the number of the epoch, from 1, or how many a training had
 * @param whole whether it is of a whole training
 * @param nanos how long it took
 * @param rows what became of the rows
 * @param times how long the cache and the block took
 * @param saved what the hits saved, or null if nobody knows
 * @param space what the rows take up
 */
record EpochReport(
        int epoch,
        boolean whole,
        long nanos,
        Rows rows,
        Times times,
        @Nullable Saved saved,
        Space space) {

    /** Rows, and batches that went past the cache. */
    record Rows(
            long hits,
            long misses,
            long computed,
            long declined,
            long lost,
            long memoryHits,
            long pendingHits,
            long diskHits,
            long uncachedBatches) {}

    /** Times in nanoseconds, of all threads together. */
    record Times(long read, long compute, long store) {}

    /**
     * What the hits saved.
     *
     * @param nanos the time that they would have taken to compute, less what the cache took
     * @param costs the time of a row, by decorator
     * @param basis where that is known from
     */
    record Saved(double nanos, List<Double> costs, String basis) {}

    /**
     * What the rows take up.
     *
     * @param pendingBytes bytes that wait to be written
     * @param diskBytes bytes of the files, or null if they could not be listed
     * @param places the directories
     */
    record Space(long pendingBytes, @Nullable Long diskBytes, List<String> places) {}

    /** Returns the line for people. */
    String line() {
        StringJoiner line = new StringJoiner(" | ");
        line.add(whole ? "training of " + epoch + " epochs" : "epoch " + epoch);
        line.add(Figures.span(nanos)).add(rowsText());
        line.add(timesText()).add(savedText());
        line.add(Figures.bytes(space.pendingBytes) + " waiting");
        line.add(
                space.diskBytes == null
                        ? "disk unknown"
                        : Figures.bytes(space.diskBytes) + " on disk");
        addTrouble(line, rows.declined, "rows declined");
        addTrouble(line, rows.lost, "rows lost");
        addTrouble(line, rows.uncachedBatches, "batches past the cache");
        if (whole && !space.places.isEmpty()) {
            line.add("in " + String.join(", ", space.places));
        }
        return line.toString();
    }

    private String rowsText() {
        return String.format(
                Locale.ROOT,
                "features %d/%d from cache (disk %d, memory %d, waiting %d)",
                rows.hits,
                rows.hits + rows.misses,
                rows.diskHits,
                rows.memoryHits,
                rows.pendingHits);
    }

    private String timesText() {
        return "read "
                + Figures.span(times.read)
                + ", computed "
                + rows.computed
                + " in "
                + Figures.span(times.compute)
                + ", stored "
                + Figures.span(times.store);
    }

    private String savedText() {
        return saved == null
                ? "saved unknown: no row was timed"
                : "about " + Figures.span(saved.nanos) + " saved (" + saved.basis + ")";
    }

    private static void addTrouble(StringJoiner line, long count, String what) {
        if (count > 0) {
            line.add(count + " " + what);
        }
    }

    private @Nullable Double rowCostSeconds() {
        return saved == null || saved.costs.size() != 1
                ? null
                : Figures.seconds((double) saved.costs.get(0));
    }

    /** Returns the line for programs. */
    String json() {
        JsonLine json = new JsonLine();
        json.text("event", whole ? "training" : "epoch");
        json.number(whole ? "epochs" : "epoch", epoch);
        json.number("seconds", Figures.seconds(nanos));
        json.number("hits", rows.hits).number("misses", rows.misses);
        json.number("disk_hits", rows.diskHits).number("memory_hits", rows.memoryHits);
        json.number("waiting_hits", rows.pendingHits).number("computed_rows", rows.computed);
        json.number("declined_rows", rows.declined).number("lost_rows", rows.lost);
        json.number("uncached_batches", rows.uncachedBatches);
        json.number("read_seconds", Figures.seconds(times.read));
        json.number("compute_seconds", Figures.seconds(times.compute));
        json.number("store_seconds", Figures.seconds(times.store));
        json.number("saved_seconds", saved == null ? null : Figures.seconds(saved.nanos));
        json.number("row_cost_seconds", rowCostSeconds());
        json.text("basis", saved == null ? null : saved.basis);
        json.number("waiting_bytes", space.pendingBytes).number("disk_bytes", space.diskBytes);
        return json.texts("directories", space.places).toString();
    }
}
