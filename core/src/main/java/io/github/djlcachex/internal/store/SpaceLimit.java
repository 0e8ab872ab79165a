package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentSize;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The SpaceLimit keeps a store within the limits of its cache directory: it declines rows that
 * would not fit, and refuses a segment that does not fit any more.
 */
final class SpaceLimit implements Flusher.Room {

    /*
     * The flusher reads the limits and measures the whole directory before each segment, because
     * other processes write to it too. N writers that measure at the same time may each write one
     * segment, so that the directory exceeds its limit by N - 1 segments.
     *
     * A put compares without a look at the disk: what was measured last, what this store has
     * written since, what waits, and the rows of puts that are under way, each at the most bytes
     * that its file can have. So what one process accepts fits if no other one writes. The order of
     * reads makes each sum too large rather than too small: the open segment before the queue,
     * which it moves to, and the queue before what was written.
     *
     * What this generation gains beside segments, such as an index snapshot, comes after rows were
     * accepted. The flusher gives it as credit to the rows that wait: they exceed the limit by as
     * much, and new ones are declined.
     *
     * While rows are declined, the maintenance measures again every ten seconds.
     */

    private static final Logger logger = LoggerFactory.getLogger(SpaceLimit.class);

    private static final long AGAIN_MS = TimeUnit.SECONDS.toMillis(10);

    /** So much of a limit is free again before a full directory is spoken of once more. */
    private static final int ROOM_DIVISOR = 20;

    /** What the directory had, and what of that this generation has beside segments. */
    private record Measure(
            DirectoryLimits limits, long bytes, long files, long besideBytes, long besideFiles) {

        Measure plus(long fileBytes) {
            return new Measure(limits, bytes + fileBytes, files + 1, besideBytes, besideFiles);
        }
    }

    /** Rows of a put that is under way. */
    record Claim(long bytes, long files) {}

    private static final Claim UNLIMITED = new Claim(0, 0);

    private final LimitsFile file;
    private final StorePaths paths;
    private final StoreOptions options;
    private final FlushQueue queue;
    private final Appender appender;
    private final StoreCounters counters;
    private final Evictor evictor;
    private final DiskLevels disk;
    private final Maintenance.Task again;
    private final AtomicLong claimedBytes = new AtomicLong();
    private final AtomicLong claimedFiles = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();
    private volatile @Nullable Measure measured;
    private volatile boolean evictsEnough = true;
    private volatile @Nullable SizeOf size;

    @GuardedBy("this") private long baseBytes;

    @GuardedBy("this") private long baseFiles;

    @GuardedBy("this") private long creditBytes;

    @GuardedBy("this") private long creditFiles;

    /** The sizes of a contract's files. */
    private record SizeOf(Contract contract, SegmentSize size) {}

    SpaceLimit(
            Storage storage,
            StorePaths paths,
            StoreOptions options,
            FlushQueue queue,
            Appender appender,
            StoreCounters counters,
            Evictor evictor,
            DiskLevels disk,
            Maintenance maintenance) {
        this.file = new LimitsFile(storage, paths.root());
        this.paths = paths;
        this.options = options;
        this.queue = queue;
        this.appender = appender;
        this.counters = counters;
        this.evictor = evictor;
        this.disk = disk;
        this.again = maintenance.add("measure " + paths.root(), this::measureAgain);
    }

    /** Reads the limits, and measures the directory if it has any. Never throws. */
    synchronized void measure() {
        Optional<DirectoryLimits> limits = file.current();
        if (limits.isEmpty()) {
            measured = null;
            return;
        }
        long before = written.get();
        try {
            Measure now = walk(limits.get());
            if (before == written.get()) { // or it may lack a file that was written meanwhile
                giveCredit(now);
                measured = now;
            }
        } catch (IOException e) {
            Measure last = measured;
            if (last == null) {
                logger.warn("cannot measure {}: its limits are not obeyed", paths.root(), e);
            } else {
                measured =
                        new Measure(
                                limits.get(),
                                last.bytes,
                                last.files,
                                last.besideBytes,
                                last.besideFiles);
            }
        }
    }

    private Measure walk(DirectoryLimits limits) throws IOException {
        Path generation = paths.root().relativize(paths.generation().toAbsolutePath());
        long[] sums = new long[4];
        Path root = paths.root();
        DiskUse.walk(
                root,
                (path, attributes) -> {
                    long bytes = DiskUse.bytes(attributes);
                    sums[0] += bytes;
                    sums[1]++;
                    Path relative = root.relativize(path);
                    if (relative.startsWith(generation) && !isOfSegments(relative, generation)) {
                        sums[2] += bytes;
                        sums[3]++;
                    }
                });
        return new Measure(limits, sums[0], sums[1], sums[2], sums[3]);
    }

    private static boolean isOfSegments(Path relative, Path generation) {
        return relative.getNameCount() > generation.getNameCount() + 1
                && relative.getName(generation.getNameCount()).endsWith(StorePaths.SEGMENTS);
    }

    @GuardedBy("this") private void giveCredit(Measure now) {
        if (measured == null || isIdle()) {
            baseBytes = now.besideBytes;
            baseFiles = now.besideFiles;
        }
        creditBytes = Math.max(0, now.besideBytes - baseBytes);
        creditFiles = Math.max(0, now.besideFiles - baseFiles);
    }

    /** Tells whether no row waits that was accepted by an earlier measure. */
    private boolean isIdle() {
        return claimedFiles.get() == 0 && appender.openRows() == 0 && queue.pendingRows() == 0;
    }

    /** Claims room for rows that are put; null if there is none. */
    @Nullable Claim claim(Contract contract, Keys keys, RowBatch batch) {
        Measure now = measured;
        if (now == null) {
            return UNLIMITED;
        }
        SegmentSize sizes = sizes(contract);
        long bytes = batch.bytes() + (long) keys.size() * Integer.BYTES + keyBytes(keys);
        long files = 1 + 2 * (bytes / options.segmentBytes()) + keys.size() / options.segmentRows();
        Claim claim = new Claim(sizes.of(files, keys.size(), bytes), files);
        claimedBytes.addAndGet(claim.bytes);
        claimedFiles.addAndGet(claim.files);
        if (hasRoom(sizes)) {
            return claim;
        }
        release(claim);
        return null;
    }

    private static long keyBytes(Keys keys) {
        if (!(keys instanceof StringKeys strings)) {
            return (long) keys.size() * Long.BYTES;
        }
        long bytes = 0;
        for (int i = 0; i < keys.size(); i++) {
            bytes += strings.byteLength(i);
        }
        return bytes;
    }

    private SegmentSize sizes(Contract contract) {
        SizeOf known = size;
        if (known == null || !known.contract.equals(contract)) {
            known = new SizeOf(contract, SegmentSize.of(contract));
            size = known;
        }
        return known.size;
    }

    /** Tells whether all that waits fits. The order of the reads counts, see above. */
    private boolean hasRoom(SegmentSize sizes) {
        Waiting waiting = waiting(sizes);
        Measure now = measured;
        return now == null
                || (now.limits.policy() == LimitPolicy.EVICT && evictsEnough)
                || (now.bytes + waiting.bytes <= now.limits.maxBytes()
                        && now.files + waiting.files + claimedFiles.get() <= now.limits.maxFiles());
    }

    /** What waits to be written; its bytes with those of the puts that are under way. */
    private record Waiting(long bytes, long files) {}

    private Waiting waiting(SegmentSize sizes) {
        long openRows = appender.openRows();
        long openBytes = appender.openBytes();
        FlushQueue.Waiting queued = queue.waiting();
        long files = queued.segments() + (openRows > 0 ? 1 : 0);
        long bytes = sizes.of(files, openRows + queued.rows(), openBytes + queued.bytes());
        return new Waiting(bytes + claimedBytes.get(), files);
    }

    /**
     * Claims room for a file that takes the place of others soon; null if there is none. Files may
     * be more than allowed until then, since there will be fewer.
     */
    @Nullable Claim claimCopy(Contract contract, long fileBytes) {
        measure();
        Claim claim = new Claim(fileBytes, 0);
        claimedBytes.addAndGet(claim.bytes);
        Measure now = measured;
        if (now == null || now.bytes + waiting(sizes(contract)).bytes <= now.limits.maxBytes()) {
            return claim;
        }
        release(claim);
        return null;
    }

    /** Gives a claim back, once its rows wait. */
    void release(Claim claim) {
        if (claim.files == 0) {
            return; // without limits
        }
        claimedBytes.addAndGet(-claim.bytes);
        claimedFiles.addAndGet(-claim.files);
    }

    /** Counts rows that were declined for want of room, and has the directory measured again. */
    void declined(int rows) {
        counters.overLimit.add(rows);
        sayFull();
        again.scheduleIn(AGAIN_MS);
    }

    private void sayFull() {
        Measure now = measured;
        if (now != null && full.compareAndSet(false, true)) {
            logger.warn(
                    "{} has no room for more rows: {}. New rows stay in memory as far as the memory"
                            + " tier has room, and training goes on; they are counted, without a"
                            + " warning, until there is room",
                    paths.root(),
                    text(now));
        }
    }

    private static String text(Measure now) {
        String bytes = now.bytes + " bytes in " + now.files + " files";
        return bytes
                + ", and at most "
                + limit(now.limits.maxBytes(), " bytes")
                + " in "
                + limit(now.limits.maxFiles(), " files")
                + " are allowed: remove generations with CacheDirectory.removeGenerations, raise"
                + " the limits with CacheDirectory.setLimits, or choose LimitPolicy.EVICT";
    }

    private static String limit(long limit, String unit) {
        return (limit == DirectoryLimits.NONE ? "any number of" : limit) + unit;
    }

    /** Measures, so that rows are taken again once there is room. */
    synchronized void measureAgain() {
        measure();
        Measure now = measured;
        if (now != null && now.limits.policy() == LimitPolicy.EVICT && !evictsEnough) {
            evictsEnough =
                    evictor.makeRoom(now.limits, now.bytes, now.files, options.segmentBytes());
            measure();
            now = measured;
        }
        if (now == null
                || (now.bytes <= now.limits.maxBytes() - now.limits.maxBytes() / ROOM_DIVISOR
                        && now.files < now.limits.maxFiles())) {
            full.set(false);
        }
    }

    /**
     * Measures, and makes room where the limits say so. Called by the flusher before each segment.
     *
     * @throws OverLimitException if the segment does not fit
     */
    @Override
    public synchronized void check(OpenSegment segment) throws OverLimitException {
        measure();
        Measure now = measured;
        if (now == null) {
            return;
        }
        long bytes = sizes(segment.contract()).of(1, segment.rows(), segment.bytes());
        if (!fits(now, bytes) && now.limits.policy() == LimitPolicy.EVICT) {
            evictsEnough = evictor.makeRoom(now.limits, now.bytes, now.files, bytes);
            measure();
        }
        now = measured;
        if (now != null && !fits(now, bytes)) {
            again.scheduleIn(AGAIN_MS);
            throw new OverLimitException(
                    "a segment of "
                            + bytes
                            + " bytes does not fit in "
                            + paths.root()
                            + ": it has "
                            + text(now));
        }
    }

    @GuardedBy("this") private boolean fits(Measure now, long bytes) {
        return now.bytes + bytes - creditBytes <= now.limits.maxBytes()
                && now.files + 1 - creditFiles <= now.limits.maxFiles();
    }

    /** Counts a segment that was written, before it leaves the queue. */
    @Override
    public synchronized void wrote(long fileBytes) {
        disk.wrote(fileBytes);
        written.incrementAndGet();
        Measure now = measured;
        if (now != null) {
            measured = now.plus(fileBytes);
        }
    }
}
