package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CompactionPlan chooses the files that a compaction replaces, in groups that make one file each.
 *
 * <p>A file is small below a quarter of the size of a segment: so a file that was made of small
 * ones becomes large after a few times, and is left alone.
 */
final class CompactionPlan {

    private static final int SMALL_DIVISOR = 4;

    /** Rows expire with the oldest one of their file: the others at most so much too early. */
    private static final int EXPIRY_DIVISOR = 8;

    /** What a file adds to the names that its copy is derived from: its own, and a separator. */
    private static final int NAME_BYTES = 128;

    /** Half of what a reader accepts: a repair of the output still adds a name. */
    private static final int MAX_NAMES_BYTES = SegmentRanges.MAX_BYTES / 2;

    private final Storage storage;
    private final long segmentBytes;
    private final long mostApartMs;
    private final RowSchema schema;
    private final AppliedTombstones tombstones;
    private final HygieneCounts.Account account;

    CompactionPlan(
            Storage storage,
            StoreOptions options,
            RowSchema schema,
            AppliedTombstones tombstones,
            HygieneCounts.Account account) {
        this.storage = storage;
        this.segmentBytes = options.segmentBytes();
        long expiryMs = options.expireAfterWriteMs();
        this.mostApartMs = expiryMs > 0 ? expiryMs / EXPIRY_DIVISOR : Long.MAX_VALUE;
        this.schema = schema;
        this.tombstones = tombstones;
        this.account = account;
    }

    /** Chooses among the files that are served now. */
    List<List<CompactionInput>> groups(Iterable<SegmentFile> files, CompactionRun run) {
        List<CompactionInput> small = new ArrayList<>();
        List<CompactionInput> withDeadRows = new ArrayList<>();
        for (SegmentFile file : files) {
            if (mayBeSmall(file) || !tombstones.isEmpty()) {
                inspect(file, run, small, withDeadRows);
            }
        }
        List<CompactionInput> chosen = run.tiered() ? withoutLarger(small) : small;
        if (chosen.size() >= run.minFiles()) {
            withDeadRows.addAll(chosen);
        }
        return packed(withDeadRows).stream().filter(group -> isWorth(group, run)).toList();
    }

    private long smallBytes() {
        return segmentBytes / SMALL_DIVISOR;
    }

    /** The rows alone tell of most large files that they are: their metadata need not be read. */
    private boolean mayBeSmall(SegmentFile file) {
        return file.rows() * (schema.rowBytes() + Integer.BYTES) < smallBytes();
    }

    private void inspect(
            SegmentFile file,
            CompactionRun run,
            List<CompactionInput> small,
            List<CompactionInput> withDeadRows) {
        if (file.suspect()) {
            account.kept(file.path(), "it has a damaged row: repair the cache");
            return;
        }
        try {
            CompactionInput input = withDeadRows(CompactionInput.of(file));
            if (run.isWorth(input)) {
                withDeadRows.add(input);
            } else if (input.fileBytes() < smallBytes()) {
                small.add(input);
            }
        } catch (IOException | CacheException e) {
            account.kept(file.path(), "it cannot be read: " + e);
        }
    }

    private CompactionInput withDeadRows(CompactionInput input) throws IOException {
        DeadRows dead = tombstones.deadIn(input);
        if (dead == DeadRows.NONE) {
            return input;
        }
        SegmentFile file = input.file();
        SegmentFile.Opened opened = SegmentFile.openToScan(storage, file.path(), file.name());
        try (SegmentFile scanned = opened.file()) {
            Keys keys = opened.keys();
            return input.withDeadRows(
                    (int)
                            IntStream.range(0, scanned.rows())
                                    .filter(row -> dead.isDead(keys, row))
                                    .count());
        }
    }

    /** Leaves the largest out, as long as it is larger than all smaller ones together. */
    private static List<CompactionInput> withoutLarger(List<CompactionInput> inputs) {
        List<CompactionInput> bySize = new ArrayList<>(inputs);
        bySize.sort(Comparator.comparingLong(CompactionInput::fileBytes));
        long bytes = bySize.stream().mapToLong(CompactionInput::fileBytes).sum();
        int taken = bySize.size();
        while (taken > 1) {
            long largest = bySize.get(taken - 1).fileBytes();
            if (largest <= bytes - largest) {
                break;
            }
            bytes -= largest;
            taken--;
        }
        return bySize.subList(0, taken);
    }

    private List<List<CompactionInput>> packed(List<CompactionInput> inputs) {
        List<List<CompactionInput>> groups = new ArrayList<>();
        List<CompactionInput> group = new ArrayList<>();
        long bytes = 0;
        long names = 0;
        for (CompactionInput input : inputs.stream().sorted(CompactionInput.BY_AGE).toList()) {
            long inputNames = nameBytes(input);
            if (inputNames > MAX_NAMES_BYTES) {
                account.kept(input.file().path(), "its rows come from too many other files");
                continue;
            }
            if (bytes + input.liveBytes() > maxBytes()
                    || names + inputNames > MAX_NAMES_BYTES
                    || (!group.isEmpty() && areApart(group.get(0), input))) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
                names = 0;
            }
            group.add(input);
            bytes += input.liveBytes();
            names += inputNames;
        }
        groups.add(group);
        return groups;
    }

    private boolean areApart(CompactionInput older, CompactionInput newer) {
        return newer.lineage().oldestRowMs() - older.lineage().oldestRowMs() > mostApartMs;
    }

    private static boolean isWorth(List<CompactionInput> group, CompactionRun run) {
        return group.size() > 1 || group.stream().anyMatch(run::isWorth);
    }

    private long maxBytes() {
        return Math.min(segmentBytes, OpenSegment.MAX_BYTES);
    }

    private static long nameBytes(CompactionInput input) {
        int derivedFrom = input.lineage().derivedFrom().toString().length();
        int applied = input.lineage().applied().toString().length();
        return (long) Math.max(derivedFrom, applied) + NAME_BYTES;
    }
}
