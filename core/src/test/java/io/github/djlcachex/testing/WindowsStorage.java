package io.github.djlcachex.testing;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A storage on the heap with the manners of Windows, and stricter than it: names differ by more
 * than case, some are reserved, and a file that is open or mapped cannot be deleted or replaced. It
 * can be renamed, as it can there. A mapping lasts until the test ends it: Java unmaps when it
 * collects garbage.
 */
public final class WindowsStorage implements Storage {

    private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"/\\\\|?*\\x00-\\x1f]|[. ]$");
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])( *\\..*)?");
    private static final int MAX_NAME_CHARS = 255;

    private static final class Node {
        private final AtomicInteger handles = new AtomicInteger();
        private final AtomicInteger mappings = new AtomicInteger();
        private volatile byte[] bytes = {};
    }

    private final Map<Path, Node> nodes = new TreeMap<>();
    private int refusals;

    /** Ends all mappings, as garbage collection does. */
    public synchronized void unmap() {
        nodes.values().forEach(node -> node.mappings.set(0));
    }

    /** How often something was refused since the file was in use. */
    public synchronized int refusals() {
        return refusals;
    }

    /** The paths of all files, in lower case, that end so. */
    public synchronized List<Path> filesThatEnd(String suffix) {
        return nodes.keySet().stream().filter(path -> path.toString().endsWith(suffix)).toList();
    }

    /** The bytes of a file themselves; who changes one changes what is mapped. */
    public byte[] bytes(Path file) throws IOException {
        return node(file).bytes;
    }

    private static Path folded(Path path) {
        for (Path element : path) {
            String name = element.toString().toLowerCase(Locale.ROOT);
            if (FORBIDDEN.matcher(name).find()
                    || RESERVED.matcher(name).matches()
                    || name.length() > MAX_NAME_CHARS) {
                throw new InvalidPathException(name, "Windows has no such name");
            }
        }
        return Path.of(path.toString().toLowerCase(Locale.ROOT));
    }

    private synchronized Node node(Path file) throws NoSuchFileException {
        Node node = nodes.get(folded(file));
        if (node == null) {
            throw new NoSuchFileException(file.toString());
        }
        return node;
    }

    private synchronized void demandUnused(Path file) throws FileSystemException {
        Node node = nodes.get(folded(file));
        if (node != null && node.mappings.get() > 0) {
            refusals++;
            String reason = "a file with a user-mapped section open";
            throw new FileSystemException(file.toString(), null, reason);
        }
        if (node != null && node.handles.get() > 0) {
            refusals++;
            throw new AccessDeniedException(file.toString());
        }
    }

    @Override
    public synchronized WritableFile create(Path file) throws IOException {
        Node node = new Node();
        if (nodes.putIfAbsent(folded(file), node) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        return new Written(node);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return new Open(node(file));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Node node = node(from);
        demandUnused(to);
        nodes.remove(folded(from));
        nodes.put(folded(to), node);
    }

    @Override
    public synchronized void link(Path existing, Path link) throws IOException {
        if (nodes.putIfAbsent(folded(link), node(existing)) != null) {
            throw new FileAlreadyExistsException(link.toString());
        }
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        node(file);
        demandUnused(file);
        nodes.remove(folded(file));
    }

    @Override
    public synchronized List<String> list(Path directory) {
        Path folded = folded(directory);
        return nodes.keySet().stream()
                .filter(file -> folded.equals(file.getParent()))
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
    }

    @Override
    public boolean createDirectory(Path directory) {
        return !folded(directory).toString().isEmpty();
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public long lastModifiedMs(Path file) {
        return System.currentTimeMillis();
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) {
        return false;
    }

    private static final class Written implements WritableFile {
        private final Node node;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Written(Node node) {
            this.node = node;
            node.handles.incrementAndGet();
        }

        @Override
        public int write(ByteBuffer source) {
            byte[] part = new byte[source.remaining()];
            source.get(part);
            bytes.writeBytes(part);
            return part.length;
        }

        @Override
        public void force() {
            node.bytes = bytes.toByteArray();
        }

        @Override
        public void close() {
            node.bytes = bytes.toByteArray();
            node.handles.decrementAndGet();
        }
    }

    private static final class Open implements ReadableFile {
        private final Node node;
        private final ReadableFile file;
        private boolean closed;

        Open(Node node) {
            this.node = node;
            this.file = HeapStorage.readable(node.bytes);
            node.handles.incrementAndGet();
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public ByteBuffer map(long position, long sizeBytes) throws IOException {
            node.mappings.incrementAndGet();
            return file.map(position, sizeBytes);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                node.handles.decrementAndGet();
            }
        }
    }
}
