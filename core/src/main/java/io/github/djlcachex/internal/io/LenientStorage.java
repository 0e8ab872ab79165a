package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * A storage that goes on where a filesystem has no fsync of directories, such as CIFS, shared
 * folders of virtual machines, and some of FUSE.
 *
 * <p>Files are forced there as everywhere. What is given up is that their names survive a power
 * loss; the first time, the owner is told. A directory that the disk failed to force is an error as
 * ever.
 */
public final class LenientStorage implements Storage {

    private final Storage storage;
    private final BiConsumer<Path, IOException> onUnforced;
    private final AtomicBoolean unforced = new AtomicBoolean();

    /**
     * Creates the storage.
     *
     * @param onUnforced told the first directory that its filesystem cannot force, and the answer
     */
    public LenientStorage(Storage storage, BiConsumer<Path, IOException> onUnforced) {
        this.storage = storage;
        this.onUnforced = onUnforced;
    }

    /** Tells whether names of files may be lost by a power loss. */
    public boolean leftNamesUnforced() {
        return unforced.get();
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try {
            storage.forceDirectory(directory);
        } catch (IOException e) {
            if (!UnsupportedForce.isReasonOf(e)) {
                throw e;
            }
            if (unforced.compareAndSet(false, true)) {
                onUnforced.accept(directory, e);
            }
        }
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        return storage.create(file);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return storage.open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        storage.rename(from, to);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        storage.link(existing, link);
    }

    @Override
    public void delete(Path file) throws IOException {
        storage.delete(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return storage.list(directory);
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
        return storage.createDirectory(directory);
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return storage.lastModifiedMs(file);
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        return storage.isNetworkFilesystem(directory);
    }
}
