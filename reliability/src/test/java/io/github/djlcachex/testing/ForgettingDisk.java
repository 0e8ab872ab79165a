package io.github.djlcachex.testing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tree of files in memory that forgets, when its power fails, what was not forced.
 *
 * <p>Each file has present and durable bytes, each directory present and durable names. Forcing a
 * file makes its bytes durable and no name of it; forcing a directory makes its names durable and
 * no bytes. Safe for use by many threads.
 */
public final class ForgettingDisk {

    /** The numbers that Linux gives to errors. */
    public enum Errno {
        NO_SUCH_FILE(2),
        IO(5),
        EXISTS(17),
        NOT_A_DIRECTORY(20),
        IS_A_DIRECTORY(21),
        NOT_EMPTY(39);

        private final int number;

        Errno(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    /** An operation that the disk refuses. */
    public static final class RefusedException extends Exception {
        private final Errno error;

        RefusedException(Errno error) {
            super(error.name());
            this.error = error;
        }

        public Errno error() {
            return error;
        }
    }

    /** What became of a tree in a power loss, node by node. */
    private static final class Loss {

        /** What a disk writes at once, or not. */
        private static final int SECTOR_BYTES = 512;

        private final Random random;
        private final boolean all;
        private final Map<Node, Node> survivors = new HashMap<>();

        Loss(Random random, boolean all) {
            this.random = random;
            this.all = all;
        }

        Node survivor(Node node) {
            Node known = survivors.get(node);
            if (known == null) {
                known = new Node(node.directory, node.modifiedMs);
                survivors.put(node, known);
                if (node.directory) {
                    loseNames(node, known);
                } else {
                    byte[] bytes = bytes(node);
                    known.write(0, bytes, bytes.length);
                }
                known.force();
            }
            return known;
        }

        /** Each name that was not forced is as it was before, or as it is. */
        private void loseNames(Node node, Node survivor) {
            Set<String> names = new TreeSet<>(node.names.keySet());
            names.addAll(node.durableNames.keySet());
            for (String name : names) {
                boolean kept = !all && random.nextBoolean();
                Node named = (kept ? node.names : node.durableNames).get(name);
                if (named != null) {
                    survivor.names.put(name, survivor(named));
                }
            }
        }

        private byte[] bytes(Node node) {
            byte[] present = Arrays.copyOf(node.bytes, node.size);
            byte[] durable = node.durableBytes;
            if (Arrays.equals(present, durable)) {
                return durable;
            }
            return switch (all ? 0 : random.nextInt(4)) {
                case 0 -> durable;
                case 1 -> present;
                case 2 -> Arrays.copyOf(present, random.nextInt(present.length + 1));
                default -> someSectors(present, durable);
            };
        }

        private byte[] someSectors(byte[] present, byte[] durable) {
            byte[] mixed = Arrays.copyOf(durable, present.length);
            for (int at = 0; at < present.length; at += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    int bytes = Math.min(SECTOR_BYTES, present.length - at);
                    System.arraycopy(present, at, mixed, at, bytes);
                }
            }
            return mixed;
        }
    }

    /** A file or a directory. */
    static final class Node {
        private final boolean directory;
        private final Map<String, Node> names = new TreeMap<>();
        private Map<String, Node> durableNames = Map.of();
        private byte[] bytes = new byte[0];
        private int size;
        private byte[] durableBytes = new byte[0];
        private long modifiedMs;

        private Node(boolean directory, long modifiedMs) {
            this.directory = directory;
            this.modifiedMs = modifiedMs;
        }

        private void write(int offset, byte[] source, int count) {
            resize(Math.max(size, offset + count));
            System.arraycopy(source, 0, bytes, offset, count);
        }

        private void resize(int newSize) {
            if (newSize > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(newSize, 2 * bytes.length));
            }
            if (newSize < size) {
                Arrays.fill(bytes, newSize, size, (byte) 0);
            }
            size = newSize;
        }

        private void force() {
            durableBytes = Arrays.copyOf(bytes, size);
            durableNames = Map.copyOf(names);
        }
    }

    /** What there is to say of a file. */
    public record Facts(boolean directory, int size, long modifiedMs) {}

    private final Node root;
    private boolean dead;

    /** An empty disk. */
    public ForgettingDisk() {
        this(new Node(true, System.currentTimeMillis()));
    }

    private ForgettingDisk(Node root) {
        this.root = root;
    }

    /**
     * Cuts the power: this disk refuses everything from now on.
     *
     * @param random decides what survives though it was not forced
     * @param all whether everything that was not forced is lost
     * @return the disk as it is when the power is back
     */
    public synchronized ForgettingDisk losePower(Random random, boolean all) {
        dead = true;
        return new ForgettingDisk(new Loss(random, all).survivor(root));
    }

    synchronized Node find(String path) throws RefusedException {
        if (dead) {
            throw new RefusedException(Errno.IO);
        }
        Node node = root;
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                node = namesOf(node).get(name);
                if (node == null) {
                    throw new RefusedException(Errno.NO_SUCH_FILE);
                }
            }
        }
        return node;
    }

    private static Map<String, Node> namesOf(Node node) throws RefusedException {
        demand(node.directory, Errno.NOT_A_DIRECTORY);
        return node.names;
    }

    private static void demand(boolean condition, Errno otherwise) throws RefusedException {
        if (!condition) {
            throw new RefusedException(otherwise);
        }
    }

    private Map<String, Node> siblings(String path) throws RefusedException {
        return namesOf(find(path.substring(0, path.lastIndexOf('/'))));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    synchronized Facts facts(String path) throws RefusedException {
        Node node = find(path);
        return new Facts(node.directory, node.size, node.modifiedMs);
    }

    synchronized List<String> list(String path) throws RefusedException {
        return namesOf(find(path)).keySet().stream().sorted(Comparator.reverseOrder()).toList();
    }

    synchronized Node create(String path, boolean directory) throws RefusedException {
        Node node = new Node(directory, System.currentTimeMillis());
        demand(siblings(path).putIfAbsent(name(path), node) == null, Errno.EXISTS);
        return node;
    }

    synchronized void link(String existing, String path) throws RefusedException {
        Node node = find(existing);
        demand(siblings(path).putIfAbsent(name(path), node) == null, Errno.EXISTS);
    }

    synchronized void rename(String from, String to) throws RefusedException {
        Node node = find(from);
        siblings(to).put(name(to), node);
        siblings(from).remove(name(from));
    }

    synchronized void remove(String path, boolean directory) throws RefusedException {
        Node node = find(path);
        demand(node.directory || !directory, Errno.NOT_A_DIRECTORY);
        demand(!node.directory || directory, Errno.IS_A_DIRECTORY);
        demand(node.names.isEmpty(), Errno.NOT_EMPTY);
        siblings(path).remove(name(path));
    }

    synchronized byte[] read(Node node, long offset, long count) throws RefusedException {
        demand(!dead, Errno.IO);
        int from = (int) Math.min(offset, node.size);
        return Arrays.copyOfRange(node.bytes, from, (int) Math.min(from + count, node.size));
    }

    synchronized void write(Node node, long offset, byte[] bytes) throws RefusedException {
        demand(!dead, Errno.IO);
        node.write(Math.toIntExact(offset), bytes, bytes.length);
        node.modifiedMs = System.currentTimeMillis();
    }

    synchronized void resize(Node node, long size) throws RefusedException {
        demand(!dead, Errno.IO);
        node.resize(Math.toIntExact(size));
        node.modifiedMs = System.currentTimeMillis();
    }

    /** Makes a file's bytes, or a directory's names, durable. */
    synchronized void force(Node node) throws RefusedException {
        demand(!dead, Errno.IO);
        node.force();
    }
}
