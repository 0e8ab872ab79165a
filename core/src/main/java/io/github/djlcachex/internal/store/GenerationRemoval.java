package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentFacts;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The removal of generations that no process uses.
 *
 * <p>It deletes what has a name and contents of ours. A file of another name, a link, a segment of
 * a newer format and one of another generation stay, with the directories that they are in.
 */
public final class GenerationRemoval {

    /*
     * Order, so that a crash leaves a generation that is smaller and right: the index snapshot goes
     * before the segments that it covers, and the segments before the tombstones that hide rows of
     * them. The contract goes after the segments that repeat it, and the mark of the last use last,
     * so that the next call chooses the rest again.
     *
     * A writer that this host cannot see may go on. Only files that were listed are deleted, so a
     * segment that it commits later stays, with its directory; and where it finds the directory
     * gone, it makes that again (DeletedDirectories). The use is asked for once more before each
     * kind of file.
     */

    private static final Logger logger = LoggerFactory.getLogger(GenerationRemoval.class);

    private static final List<FileKind> ORDER =
            List.of(
                    FileKind.INDEX,
                    FileKind.SEGMENT,
                    FileKind.TRASH,
                    FileKind.DAMAGED,
                    FileKind.NOTE,
                    FileKind.TEMPORARY,
                    FileKind.DELETION,
                    FileKind.CONTRACT,
                    FileKind.MARK);

    /** The kinds of files that are segments, and so tell their format and their generation. */
    private static final Set<FileKind> SEGMENTS =
            EnumSet.of(FileKind.SEGMENT, FileKind.TRASH, FileKind.DAMAGED, FileKind.DELETION);

    private static final List<String> DIRECTORIES =
            List.of(
                    StorePaths.INDEX,
                    StorePaths.SEGMENTS,
                    StorePaths.TRASH,
                    StorePaths.DAMAGED,
                    StorePaths.NOTES,
                    StorePaths.DELETIONS,
                    StorePaths.OPEN);

    private static final String IN_USE = "a process has it open";

    private final Storage storage;
    private final Generations generations;
    private final HygieneCounts.Account account;

    GenerationRemoval(Storage storage, Generations generations, HygieneCounts.Account account) {
        this.storage = storage;
        this.generations = generations;
        this.account = account;
    }

    /** Removes the generations of a choice, or tells in a dry run which would go. */
    public static HygieneCounts run(
            Storage storage, Path root, GenerationChoice choice, boolean dryRun)
            throws IOException {
        HygieneCounts.Account account = HygieneCounts.of("removeGenerations", dryRun);
        Generations generations = new Generations(storage, root);
        GenerationRemoval removal = new GenerationRemoval(storage, generations, account);
        long nowMs = System.currentTimeMillis();
        List<GenerationChoice.Candidate> candidates = new ArrayList<>();
        for (Path generation : generations.list(account::kept)) {
            if (choice.isAsked(root, generation)) {
                List<Generations.Entry> entries = generations.entries(generation);
                long usedMs = Generations.lastUsedMs(entries, nowMs);
                candidates.add(new GenerationChoice.Candidate(generation, usedMs));
            }
        }
        for (GenerationChoice.Candidate candidate : choice.of(candidates, nowMs)) {
            removal.remove(candidate.generation());
        }
        return account.end();
    }

    /** Removes a generation, unless it is in use or of a newer format. */
    void remove(Path generation) throws IOException {
        List<Generations.Entry> entries = generations.entries(generation);
        long bytes = entries.stream().mapToLong(Generations.Entry::bytes).sum();
        account.seen(entries.size(), 0, bytes);
        if (generations.isInUse(generation)) {
            account.kept(generation, IN_USE);
        } else if (generations.isNewer(generation)) {
            account.kept(generation, "a newer version wrote it");
        } else {
            boolean emptied = removeFiles(generation, entries);
            if (emptied && !account.dryRun()) {
                removeDirectories(generation);
            }
        }
    }

    /** Returns false if the generation came into use. */
    private boolean removeFiles(Path generation, List<Generations.Entry> entries)
            throws IOException {
        boolean segmentsStay = false;
        for (FileKind kind : ORDER) {
            boolean needed = kind == FileKind.DELETION || kind == FileKind.CONTRACT;
            for (Generations.Entry entry : entries) {
                if (entry.kind() == kind && needed && segmentsStay) {
                    account.kept(entry.path(), "segments that stay need it");
                } else if (entry.kind() == kind) {
                    boolean removed = removeFile(generation, entry);
                    segmentsStay |= kind == FileKind.SEGMENT && !removed;
                }
            }
            if (generations.isInUse(generation)) {
                account.kept(generation, IN_USE);
                return false;
            }
        }
        for (Generations.Entry entry : entries) {
            if (entry.kind() == FileKind.FOREIGN || entry.kind() == FileKind.LIMITS) {
                account.kept(entry.path(), "no file of that name or kind is of this library");
            }
        }
        return true;
    }

    /** Removes a file of ours; returns whether it is gone. */
    boolean removeFile(Path generation, Generations.Entry entry) {
        long rows = 0;
        try {
            if (SEGMENTS.contains(entry.kind())) {
                SegmentFacts facts = generations.readFacts(entry.path());
                if (!generations.belongsTo(facts.contract(), generation)) {
                    return kept(entry, "it belongs to another module or fingerprint");
                }
                rows = entry.kind() == FileKind.SEGMENT ? facts.rows() : 0;
                account.seen(0, rows, 0);
            }
        } catch (CorruptFileException e) {
            logger.debug("{} is damaged, and removed with the others", entry.path(), e);
        } catch (UnsupportedFormatException e) {
            return kept(entry, "a newer version wrote it");
        } catch (NoSuchFileException e) {
            account.changed();
            return true;
        } catch (IOException e) {
            return kept(entry, "it cannot be read: " + e);
        }
        return delete(entry, rows);
    }

    private boolean delete(Generations.Entry entry, long rows) {
        try {
            if (!account.dryRun()) {
                Discarded.delete(storage, entry.path());
            }
            account.removed(1, rows, entry.bytes());
            return true;
        } catch (NoSuchFileException e) {
            account.changed();
            return true;
        } catch (IOException e) {
            return kept(entry, "it cannot be deleted: " + e);
        }
    }

    private boolean kept(Generations.Entry entry, String reason) {
        account.kept(entry.path(), reason);
        return false;
    }

    /** Removes the directories that are empty, and that of the module if this was its last one. */
    private void removeDirectories(Path generation) throws IOException {
        for (String name : DIRECTORIES) {
            Path directory = generation.resolve(name);
            if (!Files.isSymbolicLink(directory)) {
                removeIfEmpty(directory);
            }
        }
        Path module = generation.getParent();
        if (removeIfEmpty(generation) && module != null) {
            removeIfEmpty(module);
        }
        storage.forceDirectory(FileStorage.nearestExisting(generation.toAbsolutePath()));
    }

    private boolean removeIfEmpty(Path directory) {
        try {
            storage.delete(directory);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            logger.debug("{} is not empty, and stays", directory, e);
            return false;
        } catch (IOException e) {
            account.kept(directory, "it cannot be deleted: " + e);
            return false;
        }
    }
}
