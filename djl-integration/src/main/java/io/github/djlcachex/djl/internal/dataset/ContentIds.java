package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;

import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Gives rows the hashes of their contents as ids. Each hash is taken when a batch first has the
 * row.
 *
 * <p>The arrays before the pipeline are hashed, so that any change to a row there changes its id:
 * another vocabulary of a text, another scaling of a table. For DJL's own image folders the file is
 * hashed, which need not be decoded for it.
 */
public final class ContentIds implements RowIds {

    private final RandomAccessDataset dataset;
    private final @Nullable ImageFolderFiles folder;
    private volatile @Nullable Source source;

    // two words for each hashed row, zeros for the others; guarded by the monitor
    private long[] words = new long[0];

    public ContentIds(RandomAccessDataset dataset) {
        this.dataset = dataset;
        ImageFolderFiles files = ImageFolderFiles.of(dataset);
        this.folder = files != null && files.isOfDjl() ? files : null;
    }

    private interface Source {
        byte[] hash(int index) throws IOException;
    }

    @Override
    public boolean fitsParts() {
        return true;
    }

    @Override
    public void begin(NDManager manager) {
        if (source == null) {
            source = folder == null ? arrays(manager) : files(folder);
        }
    }

    private Source arrays(NDManager manager) {
        DatasetRows rows = DatasetRows.like(manager);
        return index -> rows.read(dataset, index, RowHash::of);
    }

    private static Source files(ImageFolderFiles folder) {
        List<Path> files = folder.files();
        String settings = folder.settings();
        return index -> RowHash.of(files.get(index), settings);
    }

    @Override
    public Keys keys(long[] indices) {
        int size = (int) Math.min(dataset.size(), Integer.MAX_VALUE);
        List<String> ids = new ArrayList<>(indices.length);
        for (long index : indices) {
            ids.add(id(RowIds.checkIndex(index, size), size));
        }
        return Keys.ofStrings(ids);
    }

    private String id(int index, int size) {
        byte[] hash = known(index, size);
        if (hash == null) {
            hash = hash(index); // outside the monitor, so that other threads can hash other rows
            remember(index, size, hash);
        }
        return HexFormat.of().formatHex(hash);
    }

    private byte[] hash(int index) {
        Source open = source;
        if (open == null) {
            throw new IllegalStateException("begin() comes first");
        }
        try {
            return open.hash(index);
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            "row " + index + " of the dataset",
                            "contents to take an id of",
                            e.toString(),
                            "check the data, or give other ids",
                            e));
        }
    }

    private synchronized byte @Nullable [] known(int index, int size) {
        long[] present = words(size);
        if (present[2 * index] == 0 && present[2 * index + 1] == 0) {
            return null;
        }
        return ByteBuffer.allocate(RowHash.BYTES)
                .putLong(present[2 * index])
                .putLong(present[2 * index + 1])
                .array();
    }

    private synchronized void remember(int index, int size, byte[] hash) {
        long[] present = words(size);
        present[2 * index] = ByteBuffer.wrap(hash).getLong();
        present[2 * index + 1] = ByteBuffer.wrap(hash).getLong(Long.BYTES);
    }

    /** Returns the words. If the dataset has grown, its rows are hashed again. */
    private long[] words(int size) {
        if (words.length != 2 * size) {
            words = new long[Math.multiplyExact(2, size)];
        }
        return words;
    }
}
