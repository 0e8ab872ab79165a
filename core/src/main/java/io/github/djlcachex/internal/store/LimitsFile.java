package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file {@code limits.json} of a cache directory: the limits that every process obeys, whatever
 * its version.
 *
 * <p>A file that is damaged, a link, or of a newer format switches no limit off: {@link #current}
 * goes on with the limits that this process read before. A process that never read any has no
 * limits to go on with; it warns, and writes without a limit, because it cannot tell a small limit
 * from a large one. Safe for use by many threads.
 */
public final class LimitsFile {

    static final String NAME = "limits.json";

    private static final Logger logger = LoggerFactory.getLogger(LimitsFile.class);

    private final Storage storage;
    private final Path root;
    private final Path file;
    private Optional<DirectoryLimits> lastRead = Optional.empty();
    private boolean warned;
    private long sequence;

    /** Names the file of a cache directory. */
    public LimitsFile(Storage storage, Path root) {
        this.storage = storage;
        this.root = root;
        this.file = root.resolve(NAME);
    }

    /** Returns the limits, or those that were read last if the file cannot be used. */
    synchronized Optional<DirectoryLimits> current() {
        try {
            lastRead = read();
            warned = false;
        } catch (IOException | CacheException e) {
            warn(e);
        }
        return lastRead;
    }

    private void warn(Exception cause) {
        if (!warned) {
            warned = true;
            logger.warn(
                    "cannot use the limits in {} ({}); {}",
                    file,
                    cause.toString(),
                    lastRead.isPresent()
                            ? "those that were read before hold: " + lastRead.get()
                            : "there is no limit until they can be read");
        }
        logger.debug("cannot use the limits in {}", file, cause);
    }

    /**
     * Reads the limits.
     *
     * @return the limits, or empty if there is no file
     * @throws CorruptFileException if the file is not one that was written
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    public Optional<DirectoryLimits> read() throws IOException {
        return Interrupts.shield(
                () -> {
                    try (ReadableFile opened = storage.open(file)) {
                        return Optional.of(LimitsJson.decode(text(opened), file.toString()));
                    } catch (NoSuchFileException e) {
                        return Optional.empty();
                    } catch (NotRegularFileException e) {
                        throw corrupt("a regular file", "a link, a directory or a device");
                    }
                });
    }

    private String text(ReadableFile opened) throws IOException {
        long size = opened.sizeBytes();
        if (size > LimitsJson.MAX_BYTES) {
            throw corrupt("at most " + LimitsJson.MAX_BYTES + " bytes", size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        opened.readFully(bytes, 0);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private CorruptFileException corrupt(String expected, String found) {
        return new CorruptFileException(
                Problem.of(
                        file.toString(),
                        expected,
                        found,
                        "remove it, and set the limits again with CacheDirectory.setLimits"));
    }

    /**
     * Writes limits in the place of those that are there.
     *
     * @throws UnsupportedFormatException if a newer version wrote those that are there
     * @throws IOException if they cannot be written; those that were there hold
     */
    public synchronized void write(DirectoryLimits limits) throws IOException {
        checkReplaceable();
        storage.createDirectories(root);
        byte[] text = LimitsJson.encode(limits).getBytes(StandardCharsets.UTF_8);
        SegmentName name = new SegmentName(WriterId.draw(), sequence++);
        Path temporary = root.resolve(name.temporaryFile());
        Interrupts.shield(
                () -> {
                    try {
                        try (WritableFile target = storage.create(temporary)) {
                            target.writeFully(ByteBuffer.wrap(text));
                            target.force();
                        }
                        Discarded.replace(storage, temporary, file);
                        storage.forceDirectory(root);
                    } finally {
                        storage.deleteIfExists(temporary);
                    }
                    return true;
                });
    }

    /**
     * Removes the limits.
     *
     * @throws UnsupportedFormatException if a newer version wrote them
     * @throws IOException if the file cannot be deleted
     */
    public synchronized void remove() throws IOException {
        checkReplaceable();
        if (storage.list(root).contains(NAME)) {
            Discarded.delete(storage, file);
            storage.forceDirectory(root);
        }
    }

    /** A damaged file may be replaced; what a newer version says may not. */
    private void checkReplaceable() throws IOException {
        try {
            read();
        } catch (CorruptFileException e) {
            logger.debug("{} is damaged, and is replaced", file, e);
        }
    }
}
