package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Deletions;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * InputRemoval removes the files that a compaction has replaced.
 *
 * <p>On a local filesystem a file that is deleted stays readable for who has it open. On a network
 * filesystem it does not, so it is moved to the trash: open files stay readable, new listings do
 * not show it, and it is deleted a day later. The name in the trash ends with the minute of the
 * move since 1970, by the clock of the filesystem: a file's own time is that of its contents.
 */
final class InputRemoval {

    private static final Logger logger = LoggerFactory.getLogger(InputRemoval.class);

    private static final long TRASH_MINUTES = TimeUnit.DAYS.toMinutes(1);
    private static final Pattern TRASHED = Pattern.compile("(.+\\.arrow)\\.([0-9]{1,9})");

    private final Storage storage;
    private final StorePaths paths;
    private final HygieneCounts.Account account;
    private final long nowMinutes;
    private final boolean network;

    /** Creates the removal; {@code nowMs} is the present time by the clock of the filesystem. */
    InputRemoval(Storage storage, StorePaths paths, HygieneCounts.Account account, long nowMs)
            throws IOException {
        this.storage = storage;
        this.paths = paths;
        this.account = account;
        this.nowMinutes = TimeUnit.MILLISECONDS.toMinutes(nowMs);
        this.network = storage.isNetworkFilesystem(paths.segments());
    }

    /** Removes files whose rows are served from elsewhere; one that cannot be removed stays. */
    void remove(Collection<CompactionInput> inputs, Catalog catalog) throws IOException {
        for (CompactionInput input : inputs) {
            try {
                remove(input.file().path());
                account.removed(1, input.file().rows(), input.fileBytes());
            } catch (NoSuchFileException e) {
                account.changed();
            } catch (IOException e) {
                catalog.withdraw(input.file().name()); // a refresh finds it again
                account.kept(input.file().path(), "it cannot be removed: " + e);
                logger.debug("cannot remove {}", input.file().path(), e);
            }
        }
        storage.forceDirectory(paths.segments());
    }

    private void remove(Path file) throws IOException {
        if (network) {
            String name = file.getFileName() + "." + nowMinutes;
            storage.rename(file, paths.trash().resolve(name));
        } else {
            Discarded.delete(storage, file);
        }
    }

    /** Deletes what has been in the trash for a day. */
    void emptyTrash() throws IOException {
        for (String name : storage.list(paths.trash())) {
            if (isOver(name)) {
                Deletions.deleteUnlessGone(storage, paths.trash().resolve(name));
            }
        }
    }

    private boolean isOver(String name) {
        Matcher trashed = TRASHED.matcher(name);
        return trashed.matches()
                && SegmentName.parse(trashed.group(1), SegmentName.COMMITTED).isPresent()
                && nowMinutes - Long.parseLong(trashed.group(2)) >= TRASH_MINUTES;
    }
}
