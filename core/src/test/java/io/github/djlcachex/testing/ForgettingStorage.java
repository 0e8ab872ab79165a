package io.github.djlcachex.testing;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A storage in memory that forgets, at a power loss, what was not forced.
 *
 * <p>The model is the worst that POSIX allows:
 *
 * <ul>
 *   <li>Forcing a file makes its bytes durable, and none of its names.
 *   <li>Forcing a directory makes durable which names it holds, now, and neither the bytes of its
 *       files, nor its own name in its parent, nor what its subdirectories hold.
 *   <li>At a power loss each name of a directory keeps, independently of every other, any of the
 *       things it was bound to since the directory was last forced, nothing included. So a
 *       creation, link or deletion is done or undone; a rename may leave the old name, the new one,
 *       both, or none; a directory that was created may be gone with all that was forced in it.
 *   <li>A file that was never forced is deleted, empty, halved, has a bit flipped, or is whole; of
 *       one that was forced and written to later, only what came later is halved or flipped.
 * </ul>
 *
 * <p>What is above the root, and the root itself, is durable. After the loss every operation of
 * this object fails, also on files that are open, but for mappings, which the process has in
 * memory.
 */
public final class ForgettingStorage implements Storage {

    private final Path root;
    private final ForgettingTree tree;
    private boolean off;

    /**
     * Creates an empty storage.
     *
     * @param root a directory that need not exist in the real filesystem
     */
    public ForgettingStorage(Path root) {
        this(root, new ForgettingTree());
    }

    private ForgettingStorage(Path root, ForgettingTree tree) {
        this.root = root.toAbsolutePath();
        this.tree = tree;
    }

    /** Lets every operation fail from now on. */
    public synchronized void powerOff() {
        off = true;
    }

    /** Cuts the power and returns what is left; another call with another random leaves others. */
    public synchronized ForgettingStorage powerLoss(RandomGenerator random) {
        off = true;
        return new ForgettingStorage(root, tree.survivors(random));
    }

    /** A copy in which all that is there is durable. */
    public synchronized ForgettingStorage settledCopy() {
        return new ForgettingStorage(root, tree.settledCopy());
    }

    /** Writes all that is there to a real directory. */
    public synchronized void copyTo(Path directory) throws IOException {
        tree.copyTo(directory);
    }

    /** Adds a durable file, in directories that are created if missing. */
    public synchronized void place(Path file, byte[] bytes) {
        tree.place(names(file), bytes);
    }

    /** The bytes of a file. */
    public synchronized byte[] bytes(Path file) throws IOException {
        return tree.file(names(file), file).bytes();
    }

    private List<String> names(Path path) {
        Path absolute = path.toAbsolutePath();
        if (!absolute.startsWith(root)) {
            throw new IllegalArgumentException(path + " is not in " + root);
        }
        if (absolute.equals(root)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (Path name : absolute.subpath(root.getNameCount(), absolute.getNameCount())) {
            names.add(name.toString());
        }
        return names;
    }

    private boolean isAbove(Path directory) {
        return root.startsWith(directory.toAbsolutePath());
    }

    private void checkPower() throws IOException {
        if (off) {
            throw new IOException("after power loss");
        }
    }

    @Override
    public synchronized WritableFile create(Path file) throws IOException {
        checkPower();
        ForgettingTree.File created = new ForgettingTree.File();
        tree.bindNew(names(file), file, created);
        return new WritableFile() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                synchronized (ForgettingStorage.this) {
                    checkPower();
                    return created.append(source);
                }
            }

            @Override
            public void force() throws IOException {
                synchronized (ForgettingStorage.this) {
                    checkPower();
                    created.force();
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized ReadableFile open(Path file) throws IOException {
        checkPower();
        ForgettingTree.File opened = tree.file(names(file), file);
        return new ReadableFile() {
            @Override
            public long sizeBytes() throws IOException {
                return bytes().length;
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                byte[] bytes = bytes();
                int count = (int) Math.min(target.remaining(), bytes.length - position);
                if (count <= 0 && target.hasRemaining()) {
                    return -1;
                }
                target.put(bytes, (int) position, count);
                return count;
            }

            @Override
            public ByteBuffer map(long position, long sizeBytes) throws IOException {
                return ByteBuffer.wrap(bytes(), (int) position, (int) sizeBytes)
                        .slice()
                        .asReadOnlyBuffer();
            }

            @Override
            public void close() {}

            private byte[] bytes() throws IOException {
                synchronized (ForgettingStorage.this) {
                    checkPower();
                    return opened.bytes();
                }
            }
        };
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        checkPower();
        ForgettingTree.Node moved = tree.node(names(from), from);
        tree.bind(names(to), to, moved);
        tree.bind(names(from), from, null);
    }

    @Override
    public synchronized void link(Path existing, Path link) throws IOException {
        checkPower();
        tree.bindNew(names(link), link, tree.file(names(existing), existing));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        checkPower();
        tree.file(names(file), file);
        tree.bind(names(file), file, null);
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        checkPower();
        try {
            return tree.directory(names(directory), directory).list();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public synchronized boolean createDirectory(Path directory) throws IOException {
        checkPower();
        if (isAbove(directory)) {
            return false;
        }
        try {
            tree.bindNew(names(directory), directory, new ForgettingTree.Directory());
            return true;
        } catch (FileAlreadyExistsException e) {
            tree.directory(names(directory), directory);
            return false;
        }
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        checkPower();
        if (directory.toAbsolutePath().startsWith(root)) {
            tree.directory(names(directory), directory).force();
        } else if (!isAbove(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
    }

    @Override
    public synchronized long lastModifiedMs(Path file) throws IOException {
        checkPower();
        return tree.file(names(file), file).modifiedMs();
    }

    @Override
    public synchronized boolean isNetworkFilesystem(Path directory) throws IOException {
        checkPower();
        return false;
    }
}
