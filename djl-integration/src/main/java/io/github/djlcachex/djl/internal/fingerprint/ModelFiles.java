package io.github.djlcachex.djl.internal.fingerprint;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.djl.internal.hash.Digests;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Digests the names and bytes of model files, in the order of the names.
 *
 * <p>A directory represents the regular files below it, by their relative names. An ONNX file also
 * represents the files of its external data.
 */
final class ModelFiles {

    // a SavedModel has random numbers of its export in this file, which affect nothing
    private static final String EXPORT_RECORD = "fingerprint.pb";
    private static final String SAVED_MODEL = "saved_model.pb";
    private static final int BUFFER_BYTES = 1 << 20;

    private final Map<String, Set<String>> digests = new TreeMap<>();

    private ModelFiles() {}

    /**
     * Returns the digest as hexadecimal digits.
     *
     * @throws UnsupportedBlockException if there is no file, or one cannot be read
     */
    static String digestOf(Path... paths) {
        if (paths.length == 0) {
            throw refused("a file or a directory", "none", null);
        }
        ModelFiles files = new ModelFiles();
        for (Path path : paths) {
            try {
                files.add(path);
            } catch (IOException | UncheckedIOException e) {
                throw refused("readable files at " + path, e.toString(), e);
            }
        }
        return HexFormat.of().formatHex(files.digest());
    }

    private void add(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            addDirectory(path);
        } else if (Files.isRegularFile(path)) {
            addFile(path, String.valueOf(path.getFileName()));
        } else {
            throw refused("a file or a directory at " + path, "none", null);
        }
    }

    private void addDirectory(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            files = walk.filter(Files::isRegularFile).filter(file -> !isRecord(file)).toList();
        }
        if (files.isEmpty()) {
            throw refused("files below " + directory, "none", null);
        }
        for (Path file : files) {
            addFile(file, nameOf(directory.relativize(file)));
        }
    }

    private static boolean isRecord(Path file) {
        return file.endsWith(EXPORT_RECORD) && Files.exists(file.resolveSibling(SAVED_MODEL));
    }

    private static String nameOf(Path relative) {
        return StreamSupport.stream(relative.spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    private void addFile(Path file, String name) throws IOException {
        if (!name.endsWith(".onnx")) {
            add(name, read(file, null));
            return;
        }
        OnnxLocations locations = new OnnxLocations();
        add(name, read(file, locations));
        String folder = name.substring(0, name.lastIndexOf('/') + 1);
        for (String location : locations.found()) {
            Path data = dataOf(file, location);
            if (data != null) {
                add(folder + location, read(data, null));
            }
        }
    }

    private void add(String name, String digest) {
        digests.computeIfAbsent(name, any -> new TreeSet<>()).add(digest);
    }

    /** Returns the file of a location, or null if the text is no location. */
    private static @Nullable Path dataOf(Path model, String location) {
        try {
            Path inFolder = Path.of(location).normalize();
            Path data = model.resolveSibling(inFolder);
            if (!Files.isRegularFile(data)) {
                return null;
            }
            if (inFolder.isAbsolute() || inFolder.startsWith("..")) {
                throw refused(
                        "the weights of " + model.getFileName() + " in its folder",
                        "them at '" + location + "'",
                        null);
            }
            return data;
        } catch (InvalidPathException e) {
            return null; // the text is no valid path
        }
    }

    private static String read(Path file, @Nullable OnnxLocations locations) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
                if (locations != null) {
                    locations.take(buffer, length);
                }
            }
        }
        if (locations != null) {
            locations.take(buffer, 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private byte[] digest() {
        DigestWriter all = new DigestWriter();
        digests.forEach(
                (name, each) -> {
                    all.text(name).number(each.size());
                    each.forEach(all::text);
                });
        return all.finish();
    }

    private static UnsupportedBlockException refused(
            String expected, String found, @Nullable Exception cause) {
        return new UnsupportedBlockException(
                Problem.of(
                        "fingerprint of model files",
                        expected,
                        found,
                        "give the files that the model was loaded from",
                        cause));
    }
}
