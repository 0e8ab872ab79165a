package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.WriterId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Compaction is the replacement of small segment files by large ones: by call, as a task of the
 * maintenance once there are many, and at close.
 *
 * <p>Of processes that compact at once the one whose claim is the oldest goes on. The claim is a
 * temporary file in the trash, and only saves work: nothing hangs on it.
 */
final class Compaction {

    private static final Logger logger = LoggerFactory.getLogger(Compaction.class);

    /** So many small files are worth a compaction while the store is in use. */
    static final int MANY_FILES = 64;

    /**
     * At close fewer are enough: runs that are short would leave a file each, and never compact.
     */
    static final int MANY_FILES_AT_CLOSE = 16;

    /** Between two groups of files is so many times what the first one took. */
    private static final int RESTS = 4;

    private static final long MIN_REST_MS = 1000;

    /** The inputs of so many groups are removed together, after one index snapshot for all. */
    private static final int GROUPS_AT_ONCE = 16;

    private final StoreOptions options;
    private final Storage storage;
    private final StorePaths paths;
    private final Generation generation;
    private final Catalog catalog;
    private final IndexSnapshotter snapshotter;
    private final SpaceLimit space;
    private final StoreCounters counters;
    private final WriterId writer = WriterId.draw();
    private final Maintenance.Task task;
    private volatile boolean enabled;
    private volatile boolean closing;
    private volatile long deadline;
    private volatile int settledFiles;
    private boolean warned; // guarded by this
    private long sequence; // guarded by this

    Compaction(
            Maintenance maintenance,
            StoreOptions options,
            Storage storage,
            StorePaths paths,
            Generation generation,
            Catalog catalog,
            IndexSnapshotter snapshotter,
            SpaceLimit space,
            StoreCounters counters) {
        this.options = options;
        this.storage = storage;
        this.paths = paths;
        this.generation = generation;
        this.catalog = catalog;
        this.snapshotter = snapshotter;
        this.space = space;
        this.counters = counters;
        this.task = maintenance.add("compact", this::runIfDue);
    }

    /** Lets it run by itself, from the first user on that may write. */
    void enable() {
        enabled = options.maintains();
        wake();
    }

    /** Has it run soon, if there are many files. */
    void wake() {
        if (isDue()) {
            task.scheduleIn(0);
        }
    }

    private boolean isDue() {
        return enabled && !closing && catalog.segmentCount() - settledFiles >= MANY_FILES;
    }

    private void runIfDue() {
        if (isDue()) {
            long start = System.nanoTime();
            boolean replaced = runByItself(MANY_FILES);
            settledFiles = replaced ? 0 : catalog.segmentCount();
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (isDue()) {
                task.scheduleIn(Math.max(MIN_REST_MS, RESTS * tookMs));
            }
        }
    }

    /** Tells one that is under way, and the last one, when to give up. */
    void closeWithin(long timeoutMs) {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        closing = true;
    }

    /** Runs at close if it is worth it; after {@link #closeWithin}. */
    void runLast() {
        if (enabled && catalog.segmentCount() >= MANY_FILES_AT_CLOSE) {
            runByItself(MANY_FILES_AT_CLOSE);
        }
    }

    private boolean isOver() {
        return closing && System.nanoTime() - deadline > 0;
    }

    /** Replaces one group of files; returns whether it did. Nothing is lost if that fails. */
    private synchronized boolean runByItself(int minFiles) {
        try {
            HygieneCounts counts = run(CompactionRun.byItself(minFiles, this::isOver));
            warned = false;
            return counts.removed().files() > 0;
        } catch (CompactionCopy.GivenUpException e) {
            logger.debug("no time for a compaction", e);
        } catch (IOException | RuntimeException | Error e) {
            warn(e);
        }
        return false;
    }

    /** A disk that stays full fails each: one warning until one has run. */
    private void warn(Throwable failure) {
        if (!warned) {
            warned = true;
            logger.warn("cannot compact {} ({})", paths.generation(), failure.toString());
        }
        logger.debug("cannot compact {}", paths.generation(), failure);
    }

    /**
     * Replaces files.
     *
     * @throws IOException if something failed; what was replaced before stays replaced
     */
    synchronized HygieneCounts run(CompactionRun run) throws IOException {
        HygieneCounts.Account account = HygieneCounts.of("compact", run.dryRun());
        catalog.refresh();
        Generation.State state = generation.agreed();
        if (state != null && run.dryRun()) {
            plan(state.contract(), run, account).forEach(group -> foresee(group, account));
        } else if (state != null) {
            runClaimed(state.contract(), run, account);
        }
        return account.end();
    }

    private List<List<CompactionInput>> plan(
            Contract contract, CompactionRun run, HygieneCounts.Account account)
            throws IOException {
        long rowBytes = contract.schema().rowBytes() + Integer.BYTES;
        for (SegmentFile file : catalog.files()) { // no file is opened for its size alone
            account.seen(
                    1, file.rows(), file.unopened() ? file.rows() * rowBytes : file.fileBytes());
        }
        AppliedTombstones known = tombstones();
        return new CompactionPlan(storage, options, contract.schema(), known, account)
                .groups(catalog.files(), run);
    }

    private AppliedTombstones tombstones() throws IOException {
        synchronized (catalog) {
            return new AppliedTombstones(catalog.removals().load(SegmentRanges.NONE));
        }
    }

    private static void foresee(List<CompactionInput> group, HygieneCounts.Account account) {
        long rows = group.stream().mapToLong(input -> input.file().rows()).sum();
        account.removed(group.size(), rows, bytes(group));
        account.written(1, rows, bytes(group));
    }

    private static long bytes(List<CompactionInput> group) {
        return group.stream().mapToLong(CompactionInput::fileBytes).sum();
    }

    private void runClaimed(Contract contract, CompactionRun run, HygieneCounts.Account account)
            throws IOException {
        storage.createDurably(paths.trash());
        SegmentName claim = new SegmentName(writer, sequence++);
        Path file = paths.trash().resolve(claim.temporaryFile());
        try {
            storage.create(file).close();
            if (new SnapshotClaims(storage, paths.trash()).isAnotherOlder(claim)) {
                account.kept(paths.segments(), "another process compacts them");
                return;
            }
            long nowMs = storage.lastModifiedMs(file);
            InputRemoval removal = new InputRemoval(storage, paths, account, nowMs);
            removal.emptyTrash();
            replaceAll(contract, run, account, removal);
            new TombstoneRemoval(storage, paths, catalog, nowMs).run();
        } finally {
            storage.deleteIfExists(file);
        }
    }

    /** Replaces the groups, or, if one fails, those before it. */
    private void replaceAll(
            Contract contract,
            CompactionRun run,
            HygieneCounts.Account account,
            InputRemoval removal)
            throws IOException {
        Compactor compactor = new Compactor(storage, paths, contract, catalog, account);
        List<List<CompactionInput>> groups = plan(contract, run, account);
        int most = Math.min(groups.size(), run.maxGroups());
        for (int from = 0; from < most; from += GROUPS_AT_ONCE) {
            int to = Math.min(most, from + GROUPS_AT_ONCE);
            List<CompactionInput> replaced = new ArrayList<>();
            List<SpaceLimit.Claim> claims = new ArrayList<>();
            try {
                for (List<CompactionInput> group : groups.subList(from, to)) {
                    if (isRoomFor(contract, group, claims, account)) {
                        replaced.addAll(compactor.replace(group, run.cancelled()));
                    }
                }
            } finally {
                giveUp(replaced, run, removal);
                claims.forEach(space::release);
            }
        }
    }

    /** Removes what was replaced, once the index snapshot covers what is there instead. */
    private void giveUp(List<CompactionInput> replaced, CompactionRun run, InputRemoval removal)
            throws IOException {
        if (!replaced.isEmpty()) {
            snapshotter.cover(run.cancelled());
            removal.remove(replaced, catalog);
            counters.compactedSegments.add(replaced.size());
            counters.compactedRows.add(replaced.stream().mapToInt(i -> i.file().rows()).sum());
            counters.lastCompactionMs = System.currentTimeMillis();
        }
    }

    private boolean isRoomFor(
            Contract contract,
            List<CompactionInput> group,
            List<SpaceLimit.Claim> claims,
            HygieneCounts.Account account)
            throws IOException {
        long bytes = bytes(group);
        SpaceLimit.Claim claim = space.claimCopy(contract, bytes);
        if (claim != null) {
            claims.add(claim);
        }
        if (claim == null || bytes > storage.usableBytes(paths.segments())) {
            String reason = "there is no room for a copy of it and others, of " + bytes + " bytes";
            group.forEach(input -> account.kept(input.file().path(), reason));
            return false;
        }
        return true;
    }
}
