package io.github.djlcachex.djl.internal.dataset;

import ai.djl.training.dataset.RandomAccessDataset;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.hash.RowHash;

import org.slf4j.Logger;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The digest of a dataset, and access to further rows while the dataset is in use.
 *
 * <p>It holds the dataset by a weak reference, as the arrays of a dataset may fill a device.
 */
final class DatasetSample {

    private static final Logger logger = Loggers.DATASET;

    private final WeakReference<RandomAccessDataset> dataset;
    private final DatasetRows rows;
    private final DatasetDigest digest;

    private DatasetSample(RandomAccessDataset dataset, DatasetRows rows, DatasetDigest digest) {
        this.dataset = new WeakReference<>(dataset);
        this.rows = rows;
        this.digest = digest;
    }

    static DatasetSample of(RandomAccessDataset dataset, DatasetRows rows) throws IOException {
        long size = dataset.size();
        TreeMap<Long, String> hashes = new TreeMap<>();
        for (long index : DatasetDigest.samples(size)) {
            hashes.put(index, hash(dataset, rows, index));
        }
        return new DatasetSample(dataset, rows, new DatasetDigest(size, hashes));
    }

    private static String hash(RandomAccessDataset dataset, DatasetRows rows, long index)
            throws IOException {
        return HexFormat.of().formatHex(rows.read(dataset, index, RowHash::of));
    }

    DatasetDigest digest() {
        return digest;
    }

    long size() {
        return digest.size();
    }

    /** Returns the hash of a row's content, or empty if the row can no longer be read. */
    Optional<String> hashAt(long index) {
        String sampled = digest.hashes().get(index);
        return sampled != null ? Optional.of(sampled) : read(index);
    }

    private Optional<String> read(long index) {
        RandomAccessDataset open = dataset.get();
        if (open == null || index >= open.size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(hash(open, rows, index));
        } catch (IOException | RuntimeException e) {
            logger.debug("row {} of a dataset cannot be compared", index, e);
            return Optional.empty();
        }
    }
}
