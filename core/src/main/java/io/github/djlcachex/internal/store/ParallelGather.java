package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.io.AsyncReadErrors;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One gather, whose pieces are claimed by the caller's thread and, where that pays, by threads of
 * the {@link GatherPool}.
 *
 * <p>The caller never waits for a helper to start. It reads unclaimed pieces itself, waits for the
 * pieces that helpers have claimed, and reads those again that failed. No helper touches the batch
 * after the gather has returned: its memory may belong to the engine.
 */
final class ParallelGather {

    /** For a smaller batch, waking a second thread takes as long as it saves. */
    static final int LARGE_BYTES = 2 << 20;

    /**
     * A piece of a large batch takes long compared with a claim, and short compared with the batch.
     */
    private static final int PIECE_BYTES = 256 << 10;

    /** Pieces of rows from a disk are short, so that no thread has many more than others. */
    private static final int DISK_PIECE_ROWS = 8;

    private static final Logger logger = LoggerFactory.getLogger(ParallelGather.class);

    private final GatherContext context;
    private final Generation.State state;
    private final Keys keys;
    private final RowBatch into;
    private final long bytes;
    private final boolean large;
    private final AtomicInteger nextUnclaimed = new AtomicInteger();
    private @Nullable Helpers helpers;

    ParallelGather(GatherContext context, Generation.State state, Keys keys, RowBatch into) {
        this.context = context;
        this.state = state;
        this.keys = keys;
        this.into = into;
        this.bytes = into.bytes();
        this.large = bytes >= LARGE_BYTES;
    }

    /** Returns the positions whose row was not found, ascending. */
    int[] run() {
        if (!large) {
            return run(false);
        }
        boolean coreIsLeft = GatherPool.SHARED.beginLargeGather();
        try {
            return run(coreIsLeft);
        } finally {
            GatherPool.SHARED.endLargeGather();
        }
    }

    private int[] run(boolean coreIsLeft) {
        RowReader own = newReader();
        try {
            do {
                recruitHelpers(coreIsLeft);
            } while (claimAndRead(own));
        } finally {
            if (helpers != null) {
                helpers.await();
            }
        }
        return helpers == null ? missing(List.of(own)) : helpers.missingWith(own);
    }

    private int[] missing(Collection<RowReader> readers) {
        boolean readFiles = false;
        int[] missing = new int[0];
        for (RowReader reader : readers) {
            reader.count();
            readFiles |= reader.readFiles();
            missing = concat(missing, reader.missingPositions());
        }
        if (!readFiles) {
            context.readMode().recordNoFile();
        }
        if (readers.size() > 1) {
            Arrays.sort(missing);
        }
        return missing;
    }

    private static int[] concat(int[] first, int[] second) {
        if (first.length == 0) {
            return second;
        }
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private RowReader newReader() {
        return new RowReader(context, state, keys, into);
    }

    private int wantedHelpers(boolean coreIsLeft) {
        if (context.readMode().isDiskBound()) {
            return context.options().readHelpers();
        }
        return coreIsLeft ? Math.min(1, context.options().readHelpers()) : 0;
    }

    private void recruitHelpers(boolean coreIsLeft) {
        int wanted = wantedHelpers(coreIsLeft);
        if (wanted > 0) {
            int rows = pieceRows();
            int pieces = (int) (((long) keys.size() - nextUnclaimed.get() + rows - 1) / rows);
            if (pieces > 1) { // the first is the caller's
                helpers = helpers == null ? new Helpers() : helpers;
                helpers.recruit(Math.min(wanted, pieces - 1));
            }
        }
    }

    /** Reads the next rows that no thread has claimed; returns false if there are none. */
    private boolean claimAndRead(RowReader reader) {
        int rows = pieceRows();
        int from =
                nextUnclaimed.getAndUpdate(before -> before + Math.min(rows, keys.size() - before));
        if (from == keys.size()) {
            return false;
        }
        reader.read(from, from + Math.min(rows, keys.size() - from));
        return true;
    }

    private int pieceRows() {
        long rows = RowIndex.KEYS_AT_ONCE;
        if (large) {
            rows = Math.min(rows, PIECE_BYTES * (long) keys.size() / bytes);
        }
        if (context.readMode().isDiskBound()) {
            int share = keys.size() / (context.options().readHelpers() + 1);
            rows = Math.min(rows, Math.min(share, DISK_PIECE_ROWS));
        }
        return (int) Math.max(1, rows);
    }

    private void claimRest() {
        nextUnclaimed.set(keys.size());
    }

    /** The threads that were recruited, and their readers. */
    private final class Helpers implements Runnable {
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger activeHelpers = new AtomicInteger();
        private final Queue<RowReader> readers = new ConcurrentLinkedQueue<>();
        private int recruited;

        /** In the caller's thread. */
        void recruit(int wanted) {
            while (recruited < wanted && GatherPool.SHARED.tryExecute(this)) {
                recruited++;
            }
        }

        /** In a helper's thread, perhaps when all is over: then nothing is left to claim. */
        @Override
        public void run() {
            activeHelpers.incrementAndGet();
            try {
                if (nextUnclaimed.get() < keys.size()) {
                    help();
                }
            } catch (Throwable e) { // the caller reads it: the batch may be one thread's alone
                logger.debug("the caller reads what a helper could not", e);
                discardDeferredError();
            } finally {
                if (activeHelpers.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        /** Or the pool's thread would find it. */
        private void discardDeferredError() {
            try {
                AsyncReadErrors.surface();
            } catch (InternalError late) {
                logger.debug("a read of a truncated file was reported late", late);
            }
        }

        private void help() {
            RowReader reader = newReader();
            readers.add(reader);
            boolean more = true;
            while (more) {
                more = claimAndRead(reader);
            }
        }

        /**
         * In the caller's thread: from here no helper reads any more. A helper that comes now finds
         * nothing to claim. It must not throw, as locks of {@code java.util.concurrent} may in a
         * full pool.
         */
        void await() {
            claimRest();
            boolean interrupted = false;
            while (activeHelpers.get() > 0) {
                try {
                    LockSupport.park(this);
                } catch (InternalError late) {
                    logger.debug("a read of a truncated file was reported late", late);
                }
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                caller.interrupt();
            }
        }

        /** In the caller's thread, when no helper reads any more. */
        int[] missingWith(RowReader own) {
            readers.forEach(own::readRestOf);
            readers.add(own);
            return missing(readers);
        }
    }
}
