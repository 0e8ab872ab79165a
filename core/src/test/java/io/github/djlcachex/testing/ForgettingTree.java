package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The files and directories of a {@link ForgettingStorage}, and what of them is durable. */
final class ForgettingTree {

    /** A file or a directory, whatever its names. */
    sealed interface Node {}

    /** A file: its bytes, and how many of the first of them were forced. */
    static final class File implements Node {
        private byte[] bytes = new byte[0];
        private int forcedBytes;
        private boolean everForced;
        private final long modifiedMs = System.currentTimeMillis();

        int append(ByteBuffer source) {
            int count = source.remaining();
            byte[] longer = Arrays.copyOf(bytes, bytes.length + count);
            source.get(longer, bytes.length, count);
            bytes = longer;
            return count;
        }

        byte[] bytes() {
            return bytes;
        }

        long modifiedMs() {
            return modifiedMs;
        }

        void force() {
            everForced = true;
            forcedBytes = bytes.length;
        }

        private static File durable(byte[] bytes) {
            File file = new File();
            file.bytes = bytes.clone();
            file.force();
            return file;
        }

        /** What a power loss leaves, or null. */
        private File survivor(RandomGenerator random) {
            if (everForced && forcedBytes == bytes.length) {
                return durable(bytes);
            }
            int newBytes = bytes.length - forcedBytes;
            return switch (random.nextInt(everForced ? 4 : 5)) {
                case 0 -> durable(bytes);
                case 1 -> durable(Arrays.copyOf(bytes, forcedBytes));
                case 2 -> durable(Arrays.copyOf(bytes, forcedBytes + newBytes / 2));
                case 3 -> durable(flipped(random, newBytes));
                default -> null;
            };
        }

        private byte[] flipped(RandomGenerator random, int newBytes) {
            byte[] flipped = bytes.clone();
            if (newBytes > 0) {
                flipped[forcedBytes + random.nextInt(newBytes)] ^= (byte) (1 << random.nextInt(8));
            }
            return flipped;
        }
    }

    /** A directory: for each name what it was bound to since the last force, the present last. */
    static final class Directory implements Node {
        private final Map<String, List<Node>> names = new TreeMap<>();

        List<String> list() {
            return names.keySet().stream().filter(name -> get(name) != null).toList();
        }

        private Node get(String name) {
            List<Node> bound = names.get(name);
            return bound == null ? null : bound.get(bound.size() - 1);
        }

        private void bind(String name, Node node) {
            names.computeIfAbsent(name, any -> new ArrayList<>(Arrays.asList((Node) null)))
                    .add(node);
        }

        void force() {
            names.replaceAll(
                    (name, bound) ->
                            new ArrayList<>(bound.subList(bound.size() - 1, bound.size())));
            names.values().removeIf(bound -> bound.get(0) == null);
        }
    }

    private final Directory top;

    ForgettingTree() {
        this(new Directory());
    }

    private ForgettingTree(Directory top) {
        this.top = top;
    }

    Node node(List<String> names, Path path) throws IOException {
        Node node = top;
        for (String name : names) {
            if (!(node instanceof Directory directory)) {
                throw new NotDirectoryException(path.toString());
            }
            node = directory.get(name);
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
        }
        return node;
    }

    File file(List<String> names, Path path) throws IOException {
        if (node(names, path) instanceof File file) {
            return file;
        }
        throw new IOException(path + " is a directory");
    }

    Directory directory(List<String> names, Path path) throws IOException {
        if (node(names, path) instanceof Directory directory) {
            return directory;
        }
        throw new NotDirectoryException(path.toString());
    }

    void bind(List<String> names, Path path, Node node) throws IOException {
        directory(names.subList(0, names.size() - 1), path).bind(names.get(names.size() - 1), node);
    }

    void bindNew(List<String> names, Path path, Node node) throws IOException {
        String name = names.get(names.size() - 1);
        if (directory(names.subList(0, names.size() - 1), path).get(name) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        bind(names, path, node);
    }

    /** Adds a durable file and its directories. */
    void place(List<String> names, byte[] bytes) {
        Directory directory = top;
        for (String name : names.subList(0, names.size() - 1)) {
            if (!(directory.get(name) instanceof Directory)) {
                directory.bind(name, new Directory());
                directory.force();
            }
            directory = (Directory) directory.get(name);
        }
        directory.bind(names.get(names.size() - 1), File.durable(bytes));
        directory.force();
    }

    /** One of the trees that a power loss may leave, all of it durable. */
    ForgettingTree survivors(RandomGenerator random) {
        return new ForgettingTree(new Survival(random).of(top));
    }

    ForgettingTree settledCopy() {
        return new ForgettingTree(new Survival(null).of(top));
    }

    /** One power loss: a file with two names is damaged once. Without a random all is kept. */
    private static final class Survival {
        private final RandomGenerator random;
        private final IdentityHashMap<Node, Node> done = new IdentityHashMap<>();

        Survival(RandomGenerator random) {
            this.random = random;
        }

        Directory of(Directory directory) {
            Directory left = new Directory();
            directory.names.forEach(
                    (name, bound) -> {
                        int chosen = bound.size() - 1;
                        if (random != null) {
                            chosen = random.nextInt(bound.size());
                        }
                        Node survivor = of(bound.get(chosen));
                        if (survivor != null) {
                            left.bind(name, survivor);
                        }
                    });
            left.force();
            return left;
        }

        private Node of(Node node) {
            if (node == null) {
                return null;
            }
            if (!done.containsKey(node)) {
                done.put(node, copy(node));
            }
            return done.get(node);
        }

        private Node copy(Node node) {
            if (node instanceof Directory directory) {
                return of(directory);
            }
            File file = (File) node;
            return random == null ? File.durable(file.bytes) : file.survivor(random);
        }
    }

    void copyTo(Path target) throws IOException {
        copy(top, target);
    }

    private static void copy(Directory directory, Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : directory.list()) {
            if (directory.get(name) instanceof Directory inner) {
                copy(inner, target.resolve(name));
            } else {
                Files.write(target.resolve(name), ((File) directory.get(name)).bytes);
            }
        }
    }
}
