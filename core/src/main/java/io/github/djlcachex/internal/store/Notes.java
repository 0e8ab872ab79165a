package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The named texts that a generation keeps beside its rows, a file each.
 *
 * <p>A note is a hint, of which nothing that the cache promises depends: one that cannot be read is
 * none, one that cannot be written is a warning. A file gets its name by a rename of a whole one,
 * so that of two writers the last wins and no reader sees a part.
 */
public final class Notes {

    private static final Logger logger = LoggerFactory.getLogger(Notes.class);
    private static final int MAX_WARNINGS = 16;

    private final Storage storage;
    private final Path directory;
    private final String owner;
    private final WriterId writer;
    private final boolean fsync;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicBoolean writeFailed = new AtomicBoolean();
    private final Set<String> unread = ConcurrentHashMap.newKeySet();
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

    Notes(Storage storage, StorePaths paths, WriterId writer, boolean fsync) {
        this.storage = storage;
        this.directory = paths.notes();
        this.owner = paths.module().getFileName() + "/" + paths.generation().getFileName();
        this.writer = writer;
        this.fsync = fsync;
    }

    /** Returns the text of a note, or empty if there is none that is whole and this store's. */
    public Optional<String> read(String name) {
        NoteFile note = new NoteFile(owner, name);
        Path path = directory.resolve(note.fileName());
        try {
            checkNoLink();
            String text = Interrupts.shield(() -> note.decode(path, bytes(path)));
            unread.remove(name);
            return Optional.of(text);
        } catch (NoSuchFileException e) {
            unread.remove(name);
        } catch (CorruptFileException e) {
            unread.remove(name);
            warn(name, e);
        } catch (IOException e) {
            unread.add(name);
            warn(name, e);
        }
        return Optional.empty();
    }

    private void warn(String name, Exception cause) {
        if (unreadable.size() < MAX_WARNINGS && unreadable.add(name)) {
            logger.warn("passed over a note: {}", cause.toString());
        }
    }

    private byte[] bytes(Path path) throws IOException {
        try (ReadableFile file = storage.open(path)) {
            long size = file.sizeBytes();
            if (size > NoteFile.MAX_FILE_BYTES) {
                throw new CorruptFileException(
                        Problem.of(
                                path.toString(),
                                "at most " + NoteFile.MAX_FILE_BYTES + " bytes",
                                size + " bytes",
                                "delete it"));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.readFully(bytes, 0);
            return bytes.array();
        }
    }

    /** Writes a note in place of one that may be there; not of one that cannot be read now. */
    public void write(String name, String text) {
        if (unread.contains(name) && read(name).isPresent()) {
            return; // the writer took it for missing
        }
        if (unread.contains(name)) {
            return;
        }
        NoteFile note = new NoteFile(owner, name);
        byte[] bytes = note.encode(text);
        try {
            checkNoLink();
            Interrupts.shield(
                    () -> {
                        publish(bytes, directory.resolve(note.fileName()));
                        return true;
                    });
        } catch (IOException e) {
            if (writeFailed.compareAndSet(false, true)) {
                logger.warn("cannot write notes to {}; they are left out", directory, e);
            }
        }
    }

    private void publish(byte[] bytes, Path path) throws IOException {
        storage.createDurably(directory);
        SegmentName name = new SegmentName(writer, sequence.getAndIncrement());
        Path temporary = directory.resolve(name.temporaryFile());
        boolean renamed = false;
        try {
            try (WritableFile file = storage.create(temporary)) {
                file.writeFully(ByteBuffer.wrap(bytes));
                if (fsync) {
                    file.force();
                }
            }
            storage.rename(temporary, path);
            renamed = true;
        } finally {
            if (!renamed) {
                removeIfThere(temporary);
            }
        }
        if (fsync) {
            storage.forceDirectory(directory);
        }
    }

    /** Keeps the failure that led here from being hidden by one of this. */
    private void removeIfThere(Path temporary) {
        try {
            if (storage.list(directory).contains(String.valueOf(temporary.getFileName()))) {
                storage.delete(temporary);
            }
        } catch (IOException e) {
            logger.debug("{} stays until the next opener removes it", temporary, e);
        }
    }

    /** Deletes all notes, of any writer. */
    void clear() throws IOException {
        checkNoLink();
        for (String fileName : storage.list(directory)) {
            if (NoteFile.isName(fileName)) {
                storage.delete(directory.resolve(fileName));
            }
        }
        unreadable.clear();
    }

    /** Asked each time: the directory may be put there while the store is open. */
    private void checkNoLink() throws IOException {
        if (Files.isSymbolicLink(directory)) {
            throw new IOException(directory + " is a symbolic link, which leads out of the cache");
        }
    }
}
