package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.CacheException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * The Evictor removes files for new rows: first other generations that no process uses, the least
 * recently used one first, then from the generation of its store what is in {@code trash} and
 * {@code damaged}, then the segments with the oldest rows.
 *
 * <p>The flusher calls it. The store lets go of evicted segments in the maintenance thread: the
 * flusher may not wait for the monitor of {@link Catalog}, whose holder may wait for it.
 */
final class Evictor {

    private static final Logger logger = LoggerFactory.getLogger(Evictor.class);

    /** At least so much of a limit becomes free, so that not each segment has files removed. */
    private static final int FREE_DIVISOR = 20;

    private final Storage storage;
    private final StorePaths paths;
    private final Path own;
    private final Generations generations;
    private final Queue<String> evicted = new ConcurrentLinkedQueue<>();
    private final Catalog catalog;
    private final Maintenance.Task lettingGo;

    Evictor(Storage storage, StorePaths paths, Catalog catalog, Maintenance maintenance) {
        this.storage = storage;
        this.paths = paths;
        this.own = paths.generation().toAbsolutePath();
        this.generations = new Generations(storage, paths.root());
        this.catalog = catalog;
        this.lettingGo = maintenance.add("let go of evicted segments", this::letGo);
    }

    /** A file, or all of a generation, that may be evicted. */
    private record Victim(Path generation, List<Generations.Entry> entries) {
        long bytes() {
            return entries.stream().mapToLong(Generations.Entry::bytes).sum();
        }
    }

    /**
     * Removes files until a segment fits, and some more; none if it cannot fit.
     *
     * @param bytes the bytes of all files
     * @param files the number of all files
     * @param segmentBytes the bytes of the segment
     * @return whether enough was removed
     */
    boolean makeRoom(DirectoryLimits limits, long bytes, long files, long segmentBytes) {
        try {
            return tryMakeRoom(limits, bytes, files, segmentBytes);
        } catch (IOException | CacheException e) {
            logger.warn("cannot evict from {}", paths.root(), e);
            return false;
        }
    }

    private boolean tryMakeRoom(DirectoryLimits limits, long bytes, long files, long segmentBytes)
            throws IOException {
        List<Victim> others = others();
        List<Generations.Entry> ofOwn = ofOwn();
        long most = ofOwn.stream().mapToLong(Generations.Entry::bytes).sum();
        long mostFiles = ofOwn.size();
        for (Victim victim : others) {
            most += victim.bytes();
            mostFiles += victim.entries().size();
        }
        if (bytes - most + segmentBytes > limits.maxBytes()
                || files - mostFiles + 1 > limits.maxFiles()) {
            return false; // whatever went, the segment would not fit
        }
        HygieneCounts.Account account = HygieneCounts.of("evict", false);
        long byteGoal = Math.max(segmentBytes, limits.maxBytes() / FREE_DIVISOR);
        long fileGoal = Math.max(1, limits.maxFiles() / FREE_DIVISOR);
        BooleanSupplier enough =
                () ->
                        bytes - account.removed().bytes() <= limits.maxBytes() - byteGoal
                                && files - account.removed().files()
                                        <= limits.maxFiles() - fileGoal;
        evict(account, others, ofOwn, enough);
        logger.info(
                "evicted {} files with {} rows and {} bytes from {}, to stay within {}; {} stay"
                        + " though they were to go",
                account.removed().files(),
                account.removed().rows(),
                account.removed().bytes(),
                paths.root(),
                limits,
                account.end().keptFiles());
        return bytes - account.removed().bytes() + segmentBytes <= limits.maxBytes()
                && files - account.removed().files() + 1 <= limits.maxFiles();
    }

    private void evict(
            HygieneCounts.Account account,
            List<Victim> others,
            List<Generations.Entry> ofOwn,
            BooleanSupplier enough)
            throws IOException {
        GenerationRemoval removal = new GenerationRemoval(storage, generations, account);
        for (Victim victim : others) {
            if (enough.getAsBoolean()) {
                return;
            }
            removal.remove(victim.generation());
        }
        boolean any = false;
        for (Generations.Entry entry : ofOwn) {
            if (enough.getAsBoolean()) {
                break;
            }
            if (removal.removeFile(own, entry) && entry.kind() == FileKind.SEGMENT) {
                evicted.add(String.valueOf(entry.path().getFileName()));
                any = true;
            }
        }
        if (any) {
            storage.forceDirectory(paths.segments());
            lettingGo.scheduleIn(0);
        }
    }

    private void letGo() {
        Set<String> names = new HashSet<>();
        for (String name = evicted.poll(); name != null; name = evicted.poll()) {
            names.add(name);
        }
        catalog.remove(names);
    }

    /** The generations that no process uses, least recently used first. */
    private List<Victim> others() throws IOException {
        long nowMs = System.currentTimeMillis();
        List<Victim> others = new ArrayList<>();
        for (Path generation : generations.list((path, reason) -> {})) {
            boolean free =
                    !generation.equals(own)
                            && !generations.isInUse(generation)
                            && !generations.isNewer(generation);
            if (free) {
                List<Generations.Entry> entries = new ArrayList<>(generations.entries(generation));
                entries.removeIf(entry -> entry.kind() == FileKind.FOREIGN);
                others.add(new Victim(generation, entries));
            }
        }
        others.sort(
                Comparator.comparingLong(
                        victim -> Generations.lastUsedMs(victim.entries(), nowMs)));
        return others;
    }

    /** The files of the store's generation that may go, those that are missed least first. */
    private List<Generations.Entry> ofOwn() throws IOException {
        record Aged(Generations.Entry entry, long oldestRowMs) {}
        List<Aged> files = new ArrayList<>();
        for (Generations.Entry entry : generations.entries(own)) {
            if (entry.kind() == FileKind.TRASH || entry.kind() == FileKind.DAMAGED) {
                files.add(new Aged(entry, Long.MIN_VALUE));
            } else if (entry.kind() == FileKind.SEGMENT) {
                try {
                    long oldestMs = generations.readFacts(entry.path()).oldestRowMs();
                    files.add(new Aged(entry, oldestMs));
                } catch (IOException | CacheException e) { // damaged, newer, or gone by now
                    logger.debug("{} is not evicted", entry.path(), e);
                }
            }
        }
        files.sort(
                Comparator.comparingLong(Aged::oldestRowMs)
                        .thenComparing(aged -> aged.entry().path()));
        return files.stream().map(Aged::entry).toList();
    }
}
