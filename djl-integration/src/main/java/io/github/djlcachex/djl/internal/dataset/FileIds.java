package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;

import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Gives images ids of the form namespace, colon, path relative to the folder with {@code /} between
 * names.
 *
 * <p>Paths are normalized to Unicode's composed form, as macOS lists them decomposed. Two files
 * whose names differ only in that would share an id and are refused.
 */
public final class FileIds implements RowIds {

    private final ImageFolderFiles folder;
    private final String namespace;
    private volatile @Nullable List<String> ids;

    private FileIds(ImageFolderFiles folder, String namespace) {
        this.folder = folder;
        this.namespace = namespace;
    }

    /**
     * Returns the ids of an image folder's rows.
     *
     * @throws UnsupportedDatasetException if the dataset is none
     */
    public static FileIds of(RandomAccessDataset dataset, String namespace) {
        String name = RowIds.checkNamespace(namespace);
        ImageFolderFiles folder = ImageFolderFiles.of(dataset);
        if (folder == null) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "dataset with ids by file",
                            "one of DJL's image folders, whose rows are files",
                            dataset.getClass().getName(),
                            "use withContentIds for texts, tables and other datasets, or list ids with"
                                    + " withIds; for a part, split with Folds"));
        }
        return new FileIds(folder, name);
    }

    @Override
    public void begin(NDManager manager) {
        listed();
    }

    @Override
    public Keys keys(long[] indices) {
        List<String> all = listed();
        List<String> keys = new ArrayList<>(indices.length);
        for (long index : indices) {
            keys.add(all.get(RowIds.checkIndex(index, all.size())));
        }
        return Keys.ofStrings(keys);
    }

    private List<String> listed() {
        List<String> listed = ids;
        if (listed == null) {
            listed = list();
            ids = listed;
        }
        return listed;
    }

    private List<String> list() {
        Path root = folder.root();
        Map<String, Path> files = new HashMap<>();
        List<String> listed = new ArrayList<>();
        for (Path file : folder.files()) {
            String id = id(relative(root, file));
            Path other = files.put(id, file);
            if (other != null) {
                throw sameId(other, file);
            }
            listed.add(id);
        }
        return List.copyOf(listed);
    }

    private String relative(Path root, Path file) {
        Path within = file.startsWith(root) ? file : file.normalize();
        Path base = file.startsWith(root) ? root : root.normalize();
        if (!within.startsWith(base) || within.equals(base)) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "image folder " + root,
                            "files in it",
                            file.toString(),
                            "list the ids with withIds"));
        }
        return StreamSupport.stream(base.relativize(within).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    private String id(String path) {
        String composed = Normalizer.normalize(path, Normalizer.Form.NFC);
        String id = namespace + ":" + composed;
        return id.getBytes(StandardCharsets.UTF_8).length <= StringKeys.MAX_KEY_BYTES
                ? id
                // a path in a class's folder has a separator, so it cannot look like this
                : hashed(namespace, composed);
    }

    private static String hashed(String namespace, String path) {
        String hash = HexFormat.of().formatHex(RowHash.of("path", namespace, path));
        String id = namespace + ":path-" + hash;
        return id.getBytes(StandardCharsets.UTF_8).length <= StringKeys.MAX_KEY_BYTES
                ? id
                : "path-" + hash;
    }

    private InvalidIdsException sameId(Path one, Path other) {
        return new InvalidIdsException(
                Problem.of(
                        "ids by file",
                        "another path for each row",
                        Objects.equals(one, other)
                                ? "two rows of " + one
                                : one + " and " + other + ", the same in Unicode's composed form",
                        "rename one of the files, or list ids with withRepeatedIds"));
    }
}
