package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentDraft;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.internal.store.CompactionCopy.BadInputException;
import io.github.djlcachex.row.CacheException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Compactor replaces a group of segment files by one that has their rows. For one thread. */
final class Compactor {

    /*
     * Order. The temporary file of the output is created first of all. It keeps tombstones that
     * may touch the rows from being removed, and whoever deletes it ends the attempt, since its
     * rename is the commit. Then: the inputs are listed; tombstones are loaded; rows are copied;
     * the output is committed, read again and compared with its checksums; the inputs are listed
     * once more; the index leads to the output. The caller writes the index snapshot and removes
     * the inputs. A crash at any step leaves rows in two files, which is what two writers leave.
     *
     * Other compactors. They are not kept out. Rule D: a row is dropped only for a copy that is in
     * the same output. So each output has all live rows of its inputs, and an input may go once one
     * such output is there. A compactor that finds an input gone after its commit drops its own
     * output, since another one has the rows of what is gone, and the other inputs are still there.
     *
     * Tombstones. They are listed after the inputs. A row that was stored again after its deletion
     * is in a file that was committed after the tombstone. So if that file is an input, the
     * tombstone is loaded, and named as applied: it does not kill the copy of the new row.
     */

    private static final Logger logger = LoggerFactory.getLogger(Compactor.class);

    private final Storage storage;
    private final StorePaths paths;
    private final Contract contract;
    private final Catalog catalog;
    private final HygieneCounts.Account account;
    private final WriterId writer = WriterId.draw();
    private final SegmentWriter segmentWriter;
    private long sequence;

    Compactor(
            Storage storage,
            StorePaths paths,
            Contract contract,
            Catalog catalog,
            HygieneCounts.Account account) {
        this.storage = storage;
        this.paths = paths;
        this.contract = contract;
        this.catalog = catalog;
        this.account = account;
        this.segmentWriter = new SegmentWriter(storage, paths.segments(), true);
    }

    /**
     * Replaces a group of files; returns those that are to be removed now.
     *
     * @throws IOException if nothing was replaced
     */
    List<CompactionInput> replace(List<CompactionInput> group, BooleanSupplier cancelled)
            throws IOException {
        SegmentName name = new SegmentName(writer, sequence++);
        catalog.announce(name);
        boolean taken = false;
        try (SegmentDraft draft = segmentWriter.begin(name)) {
            List<CompactionInput> inputs = listed(group);
            AppliedTombstones tombstones = tombstones(inputs);
            OpenSegment copy = copy(inputs, tombstones, cancelled);
            Lineage lineage = lineage(inputs, tombstones);
            taken = isWorth(inputs, copy) && commit(draft, name, inputs, copy, lineage);
            return taken ? inputs : List.of();
        } finally {
            if (!taken) {
                catalog.withdraw(name);
            }
        }
    }

    /** A copy of one file, of which the others were left out, is worth nothing. */
    private static boolean isWorth(List<CompactionInput> inputs, OpenSegment copy) {
        return inputs.size() > 1
                || (inputs.size() == 1 && copy.rows() < inputs.get(0).file().rows());
    }

    private List<CompactionInput> listed(List<CompactionInput> group) throws IOException {
        Set<String> names = new HashSet<>(storage.list(paths.segments()));
        List<CompactionInput> listed = new ArrayList<>();
        for (CompactionInput input : group) {
            if (names.contains(input.fileName())) {
                listed.add(input);
            } else {
                account.changed();
            }
        }
        return listed;
    }

    /** Those that are there, and those that were applied to an input, as far as they are there. */
    private AppliedTombstones tombstones(List<CompactionInput> inputs) throws IOException {
        SegmentRanges named = SegmentRanges.NONE;
        for (CompactionInput input : inputs) {
            named = named.plus(input.lineage().applied());
        }
        synchronized (catalog) {
            return new AppliedTombstones(catalog.removals().load(named));
        }
    }

    /** Copies what can be copied, and leaves the other inputs out. */
    private OpenSegment copy(
            List<CompactionInput> inputs, AppliedTombstones tombstones, BooleanSupplier cancelled)
            throws IOException {
        while (true) {
            int rows = inputs.stream().mapToInt(input -> input.file().rows()).sum();
            CompactionCopy copy = new CompactionCopy(storage, contract, rows, cancelled);
            try {
                copy.copy(inputs, tombstones);
                return copy.segment();
            } catch (BadInputException e) {
                logger.debug("{} is left out of a compaction", e.input().file().path(), e);
                account.kept(e.input().file().path(), String.valueOf(e.getMessage()));
                inputs.remove(e.input());
            }
        }
    }

    private boolean commit(
            SegmentDraft draft,
            SegmentName name,
            List<CompactionInput> inputs,
            OpenSegment copy,
            Lineage lineage)
            throws IOException {
        Set<SegmentFile> files = new LinkedHashSet<>();
        inputs.forEach(input -> files.add(input.file()));
        if (copy.rows() == 0) {
            return catalog.takeUp(files, null);
        }
        SegmentWriter.Committed committed = draft.commit(copy, System.currentTimeMillis(), lineage);
        boolean taken = false;
        try {
            SegmentFile.Opened verified = verified(name, committed);
            taken = listed(inputs).size() == inputs.size() && catalog.takeUp(files, verified);
            if (!taken) {
                verified.file().close();
            }
        } finally {
            if (!taken) {
                storage.deleteIfExists(committed.path());
                storage.forceDirectory(paths.segments());
            }
        }
        if (taken) {
            account.written(1, copy.rows(), committed.fileBytes());
        }
        return taken;
    }

    /** A tombstone that was applied to one input was so to all: it was loaded, or is gone. */
    private static Lineage lineage(List<CompactionInput> inputs, AppliedTombstones tombstones) {
        SegmentRanges from =
                SegmentRanges.of(inputs.stream().map(input -> input.file().name()).toList());
        SegmentRanges applied = tombstones.touching(inputs);
        long oldestRowMs = Long.MAX_VALUE;
        for (CompactionInput input : inputs) {
            from = from.plus(input.lineage().derivedFrom());
            applied = applied.plus(input.lineage().applied());
            oldestRowMs = Math.min(oldestRowMs, input.lineage().oldestRowMs());
        }
        return new Lineage(from, applied, oldestRowMs);
    }

    /** Reads the whole file: it is the only copy soon. */
    private SegmentFile.Opened verified(SegmentName name, SegmentWriter.Committed committed)
            throws IOException {
        try {
            SegmentFile.Opened opened = SegmentFile.openToScan(storage, committed.path(), name);
            try (SegmentFile file = opened.file()) {
                RowScan.scan(file, opened.keys(), (row, batch, crc) -> {}, file::markBad);
                if (file.suspect() || !file.proof().equals(committed.proof())) {
                    throw new IOException(committed.path() + " is not what was written");
                }
            }
            SegmentFile served = catalog.openOwn(name, committed.proof());
            return new SegmentFile.Opened(served, opened.keys());
        } catch (CacheException e) {
            throw new IOException(committed.path() + " is not what was written", e);
        }
    }
}
