package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.djl.internal.HelperThread;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * Splits the missing rows of a batch among the ranks of a run that meet the same batch.
 *
 * <p>Each missing row has an owner, by a hash of its key. A rank
 *
 * <ol>
 *   <li>takes up what others have written so far,
 *   <li>computes the rows that it owns, and those of ranks that are left out for now,
 *   <li>has its rows written, since others see files alone,
 *   <li>lists the directory until the rows of the others are there, or the limit is over,
 *   <li>computes what is left.
 * </ol>
 *
 * <p>No rank needs another one: the worst that a rank can do to others is to cost them the limit.
 * The listing runs on a thread of its own, since a filesystem that hangs would end no wait. A row
 * of another rank is read as any row is, key and checksum included.
 */
final class SharedMisses {

    static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

    private static final long FIRST_PAUSE_MS = 1;
    private static final long MAX_PAUSE_MS = 32;

    private final long limitNanos;
    private final DecoratorCounters counters;
    private final DecoratorNotices notices;
    private final HelperThread helper = new HelperThread("djlcachex-share");
    private volatile @Nullable RankPauses pauses;

    /** Computes some missing positions of a batch; null if the batch must run past the cache. */
    interface Compute {
        @Nullable PartialOutputs of(PartialOutputs found, int[] positions);
    }

    SharedMisses(Duration limit, DecoratorCounters counters, DecoratorNotices notices) {
        this.limitNanos = limit.toNanos();
        this.counters = counters;
        this.notices = notices;
    }

    /** Returns the outputs with the claimed rows, or null if the batch must run past the cache. */
    @Nullable PartialOutputs fill(
            Batch batch, PartialOutputs found, int[] claimed, Compute compute) {
        FeatureCache cache = batch.store().cache();
        ProcessRank rank = cache.rank();
        if (claimed.length == 0 || !shares(cache, rank)) {
            return compute.of(found, claimed);
        }
        PartialOutputs known = batch.again(found);
        int missing = known.missingAmong(claimed).length;
        PartialOutputs filled = split(batch, known, claimed, rank, compute);
        if (filled != null) {
            int computed = filled.computed().length - known.computed().length;
            counters.sharedRows.add(missing - computed);
        }
        return filled;
    }

    private boolean shares(FeatureCache cache, ProcessRank rank) {
        boolean shares = rank.worldSize() > 1 && cache.isWritable();
        if (!shares) {
            notices.sharesWithNone(rank, cache.isWritable());
        }
        return shares;
    }

    private @Nullable PartialOutputs split(
            Batch batch, PartialOutputs known, int[] claimed, ProcessRank rank, Compute compute) {
        FeatureCache cache = batch.store().cache();
        RankPauses ofRanks = pauses(rank.worldSize());
        boolean[] waitedFor = ofRanks.nextBatch();
        waitedFor[rank.rank()] = false;
        if (!refresh(cache, limitNanos)) {
            Arrays.fill(waitedFor, false); // the filesystem hangs
        }
        PartialOutputs latest = batch.again(known);
        BitSet changed = batch.store().changed(); // no rank can store those once more
        IntPredicate others =
                i -> waitedFor[owner(batch.keys(), i, rank.worldSize())] && !changed.get(i);
        int[] missing = latest.missingAmong(claimed);
        int[] awaited = Arrays.stream(missing).filter(others).toArray();
        int[] own = Arrays.stream(missing).filter(others.negate()).toArray();
        latest = compute.of(latest, own);
        if (latest == null) {
            return null;
        }
        cache.startFlush();
        latest = await(batch, latest, awaited, ofRanks);
        return compute.of(latest, latest.missingAmong(claimed));
    }

    private RankPauses pauses(int worldSize) {
        RankPauses present = pauses;
        if (present == null) {
            synchronized (this) {
                present = pauses;
                if (present == null) {
                    present = new RankPauses(worldSize);
                    pauses = present;
                }
            }
        }
        return present;
    }

    /**
     * Returns the rank that computes a row; {@code hashCode} of both kinds of keys is specified.
     */
    static int owner(Keys keys, int position, int worldSize) {
        int hash = keys.getObject(position).hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b; // the finalizer of MurmurHash3: ids may be
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35; // multiples of the number of ranks
        return Integer.remainderUnsigned(hash ^ (hash >>> 16), worldSize);
    }

    private PartialOutputs await(
            Batch batch, PartialOutputs found, int[] awaited, RankPauses ofRanks) {
        if (awaited.length == 0) {
            return found;
        }
        long start = System.nanoTime();
        long pauseMs = FIRST_PAUSE_MS;
        long leftNanos = limitNanos;
        PartialOutputs latest = found;
        boolean interrupted = false;
        while (true) {
            refresh(batch.store().cache(), leftNanos);
            latest = batch.again(latest);
            leftNanos = limitNanos - (System.nanoTime() - start);
            if (interrupted || leftNanos <= 0 || latest.missingAmong(awaited).length == 0) {
                break;
            }
            interrupted = !pause(Math.min(pauseMs, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1));
            pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
        }
        counters.shareWaitNanos.add(System.nanoTime() - start);
        if (!interrupted) {
            judge(batch.keys(), awaited, latest.missingAmong(awaited), ofRanks);
        }
        return latest;
    }

    private void judge(Keys keys, int[] awaited, int[] missing, RankPauses ofRanks) {
        int worldSize = ofRanks.worldSize();
        boolean[] missed = new boolean[worldSize];
        for (int position : missing) {
            missed[owner(keys, position, worldSize)] = true;
        }
        for (int position : awaited) {
            int rank = owner(keys, position, worldSize);
            if (!missed[rank]) {
                ofRanks.came(rank);
            }
        }
        for (int rank = 0; rank < worldSize; rank++) {
            if (missed[rank]) {
                ofRanks.missed(rank);
                notices.shareLimitMissed(rank, Duration.ofNanos(limitNanos));
            }
        }
        counters.shareLimitsMissed.add(missing.length > 0 ? 1 : 0);
    }

    /** Waits for a while; returns false if the thread is interrupted, which ends the waiting. */
    private static boolean pause(long pauseMs) {
        try {
            TimeUnit.MILLISECONDS.sleep(pauseMs);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes up the files of others; returns false if that does not end in time. */
    private boolean refresh(FeatureCache cache, long timeoutNanos) {
        try {
            boolean ended = helper.call(cache::refresh, timeoutNanos).isPresent();
            if (!ended) {
                notices.shareFailed("listing " + cache.directory() + " did not end in time");
            }
            return ended;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CacheClosedException closed) {
                throw closed;
            }
            notices.shareFailed(String.valueOf(e.getCause()));
            return true;
        }
    }

    /**
     * A batch whose rows are looked up again and again.
     *
     * @param store the cache
     * @param keys the keys of all its rows
     * @param call its inputs, and where its outputs are made
     */
    record Batch(RowStore store, Keys keys, BlockCall call) {

        PartialOutputs again(PartialOutputs found) {
            return found.again(store, keys, call);
        }
    }
}
