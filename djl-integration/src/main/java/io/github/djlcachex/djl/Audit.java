package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Compares cached rows with what the wrapped block computes for them now; see {@link AuditMode}.
 *
 * <p>The first hits are always compared. After that samples are compared, each only when a hundred
 * times the duration of the last comparison has passed. After a mismatch the next hits are compared
 * like the first ones.
 */
final class Audit {

    /** The number of hits that must agree before samples are enough. */
    static final int FIRST_HITS = 64;

    static final int HITS_PER_SAMPLE = 1_000;
    private static final long ELAPSED_PER_SAMPLING = 100;

    /** A module may drop a dimension if there is one row. */
    private static final int MIN_ROWS = 2;

    private final AuditMode mode;
    private final BlockRunner runner;
    private final DecoratorCounters counters;
    private final AuditNotices notices;
    private final AtomicInteger first = new AtomicInteger(FIRST_HITS);
    private final AtomicLong hitsSinceSample = new AtomicLong();
    private final AtomicBoolean batchChecked = new AtomicBoolean();
    private volatile long nextSampleNs = System.nanoTime();

    Audit(AuditMode mode, BlockRunner runner, DecoratorCounters counters, AuditNotices notices) {
        this.mode = mode;
        this.runner = runner;
        this.counters = counters;
        this.notices = notices;
    }

    /**
     * Compares some hits of a batch, and copies the computed rows into the outputs where they
     * differ.
     *
     * @param missing the positions that were no hits, ascending
     * @param outputs the rows of the batch
     * @param newInputs whether no rows were computed yet for inputs of these shapes; one is then at
     *     the least
     * @param store the cache, which may round what was computed
     * @return false if the block gives rows of another shape for these inputs
     * @throws AuditFailedException if a row differs, and the mode is to fail
     */
    boolean checkHits(
            BlockCall call,
            Keys keys,
            int[] missing,
            BatchOutputs outputs,
            boolean newInputs,
            RowStore store) {
        int hits = keys.size() - missing.length;
        int wanted = mode == AuditMode.OFF ? 0 : claim(hits);
        if (hits == 0 || (wanted == 0 && !newInputs)) {
            return true;
        }
        long beginNs = System.nanoTime();
        int[] positions = pick(keys.size(), missing, Math.max(wanted, 1));
        try {
            int[] padded = padded(call, positions);
            return runner.run(
                    call,
                    padded,
                    raw -> {
                        // throws if the types or names of the outputs have changed
                        RowSchema schema = outputs.schema();
                        ComputedRows now = call.computed(schema, raw, padded);
                        boolean differ =
                                now != null
                                        && mode != AuditMode.OFF
                                        && compare(keys, positions, now.rows(), outputs, store);
                        if (differ && positions.length < hits) {
                            computeAgain(call, hitsOf(keys.size(), missing), outputs, store);
                        }
                        return now != null;
                    });
        } catch (RuntimeException e) {
            throwOrSay(e);
            return true;
        } finally {
            long endNs = System.nanoTime();
            nextSampleNs = endNs + ELAPSED_PER_SAMPLING * (endNs - beginNs);
        }
    }

    /**
     * Throws a failure of a comparison only in mode FAIL, as the batch does not need the
     * comparison.
     */
    private void throwOrSay(RuntimeException failure) {
        if (mode == AuditMode.FAIL || failure instanceof CacheException) {
            throw failure;
        }
        notices.couldNotRun(failure);
    }

    private static int[] padded(BlockCall call, int[] positions) {
        return SubBatch.pad(positions, Math.max(MIN_ROWS, call.minRows()));
    }

    /** Returns how many of these hits need inputs, so that {@link #checkHits} can compare them. */
    int wanted(int hits) {
        if (mode == AuditMode.OFF || hits == 0) {
            return 0;
        }
        int firstHits = Math.min(hits, first.get());
        boolean due =
                hitsSinceSample.get() + hits >= HITS_PER_SAMPLE
                        && System.nanoTime() - nextSampleNs >= 0;
        return firstHits > 0 || !due ? firstHits : 1;
    }

    /** Counts hits that were returned without inputs. */
    void skipped(int hits) {
        hitsSinceSample.addAndGet(hits);
    }

    /** Returns how many of these hits must be compared. */
    private int claim(int hits) {
        int claimed =
                first.get() == 0
                        ? 0
                        : Math.min(hits, first.getAndUpdate(left -> Math.max(0, left - hits)));
        if (claimed > 0) {
            return claimed;
        }
        long seen = hitsSinceSample.addAndGet(hits);
        boolean due = seen >= HITS_PER_SAMPLE && System.nanoTime() - nextSampleNs >= 0;
        return due && hitsSinceSample.compareAndSet(seen, 0) ? 1 : 0;
    }

    /** Returns the wanted number of hit positions, starting at a random one. */
    private static int[] pick(int size, int[] missing, int wanted) {
        int[] hits = hitsOf(size, missing);
        int from = ThreadLocalRandom.current().nextInt(hits.length);
        return IntStream.range(0, Math.min(wanted, hits.length))
                .map(i -> hits[(from + i) % hits.length])
                .sorted()
                .toArray();
    }

    private static int[] hitsOf(int size, int[] missing) {
        return IntStream.range(0, size)
                .filter(position -> Arrays.binarySearch(missing, position) < 0)
                .toArray();
    }

    /** Replaces all hits by computed rows, as the others of the batch may be wrong too. */
    private void computeAgain(
            BlockCall call, int[] positions, BatchOutputs outputs, RowStore store) {
        int[] padded = padded(call, positions);
        runner.run(
                call,
                padded,
                raw -> {
                    RowSchema schema = outputs.schema();
                    ComputedRows now = call.computed(schema, raw, padded);
                    if (now == null) {
                        return null;
                    }
                    RowBatch rounded = store.rounded(now.rows());
                    for (int i = 0; i < positions.length; i++) {
                        if (!outputs.distance(positions[i], now.rows(), rounded, i).agrees()) {
                            counters.auditMismatches.increment();
                            outputs.put(positions[i], rounded, i);
                        }
                    }
                    return null;
                });
    }

    /** Compares rows, and returns whether any differs. */
    private boolean compare(
            Keys keys, int[] positions, RowBatch now, BatchOutputs outputs, RowStore store) {
        counters.auditedRows.add(positions.length);
        RowBatch rounded = store.rounded(now);
        RowDistance worst = null;
        int worstPosition = 0;
        for (int i = 0; i < positions.length; i++) {
            RowDistance distance = outputs.distance(positions[i], now, rounded, i);
            if (distance.agrees()) {
                continue;
            }
            counters.auditMismatches.increment();
            outputs.put(positions[i], rounded, i);
            if (worst == null || distance.largest() > worst.largest()) {
                worst = distance;
                worstPosition = positions[i];
            }
        }
        if (worst != null) {
            first.set(FIRST_HITS);
            notices.rowDiffers(keys.getObject(worstPosition), worst.largest(), mode);
        }
        return worst != null;
    }

    /**
     * Compares two rows of the first computed batch with the rows that the block computes for each
     * alone.
     *
     * @param subBatch what was run
     * @param computed the rows that came of it
     * @throws AuditFailedException if one differs, and the mode is to fail
     */
    void checkBatch(BlockCall call, Keys keys, SubBatch subBatch, ComputedRows computed) {
        int different = subBatch.unique().length;
        if (mode == AuditMode.OFF || different < 2 || batchChecked.getAndSet(true)) {
            return;
        }
        try {
            compareAlone(call, keys, subBatch, computed, different - 1, (different - 1) / 2);
        } catch (RuntimeException e) {
            throwOrSay(e);
        }
    }

    private void compareAlone(
            BlockCall call, Keys keys, SubBatch subBatch, ComputedRows computed, int... some) {
        for (int row : some) {
            double distance = distanceAlone(call, subBatch, row, computed);
            counters.auditedRows.increment();
            if (distance > 0) {
                counters.auditMismatches.increment();
                notices.batchMatters(keys.getObject(subBatch.unique()[row]), distance, mode);
                return;
            }
        }
    }

    /**
     * Returns the distance between a row and the same row computed alone, or 0 within the
     * tolerance.
     */
    private double distanceAlone(
            BlockCall call, SubBatch subBatch, int row, ComputedRows computed) {
        int position = subBatch.unique()[row];
        try {
            return distance(call, new int[] {position}, row, computed);
        } catch (RuntimeException e) {
            // a graph of a fixed batch size takes no other number of rows
            int[] copies = new int[subBatch.positions().length];
            Arrays.fill(copies, position);
            return distance(call, copies, row, computed);
        }
    }

    private double distance(BlockCall call, int[] positions, int row, ComputedRows computed) {
        return runner.run(
                call,
                positions,
                raw -> {
                    @Nullable ComputedRows alone = call.computed(computed.schema(), raw, positions);
                    if (alone == null) {
                        return Double.POSITIVE_INFINITY;
                    }
                    RowDistance distance =
                            RowDistance.between(computed.rows(), row, alone.rows(), 0);
                    return distance.agrees() ? 0 : distance.largest();
                });
    }
}
