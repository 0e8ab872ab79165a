package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * A storage that works where a filesystem has no fsync of directories, such as CIFS, shared folders
 * of virtual machines, and some of FUSE.
 *
 * <p>Files are forced there as everywhere. Their names may not survive a power loss, and the owner
 * is told so the first time. A directory that the disk failed to force is an error as ever.
 */
public final class LenientStorage extends ForwardingStorage {

    private final BiConsumer<Path, IOException> onUnforced;
    private final AtomicBoolean unforced = new AtomicBoolean();

    /**
     * Creates the storage.
     *
     * @param onUnforced told the first directory that its filesystem cannot force, and the answer
     */
    public LenientStorage(Storage storage, BiConsumer<Path, IOException> onUnforced) {
        super(storage);
        this.onUnforced = onUnforced;
    }

    /** Tells whether names of files may be lost by a power loss. */
    public boolean leftNamesUnforced() {
        return unforced.get();
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try {
            super.forceDirectory(directory);
        } catch (IOException e) {
            if (!UnsupportedForce.isReasonOf(e)) {
                throw e;
            }
            if (unforced.compareAndSet(false, true)) {
                onUnforced.accept(directory, e);
            }
        }
    }
}
