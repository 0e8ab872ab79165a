package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Transform;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** MissLoadingScenario is a dataset that counts which rows it loads, in front of a decorator. */
abstract class MissLoadingScenario {

    static final int ROWS = 20;

    @TempDir Path directory;

    final NDManager manager = NDManager.newBaseManager("PyTorch");
    final Map<Long, Integer> loads = new ConcurrentSkipListMap<>();
    final SpyBlock spy = SpyBlock.twicePlusOne();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rows (i, -i) with the label i, which count how often each is loaded. */
    final class Counting extends TestDataset {

        Counting(int rows, int batchRows, Transform... transforms) {
            super(rows, batchRows, transforms);
        }

        @Override
        public Record get(NDManager of, long index) throws IOException {
            loads.merge(index, 1, Integer::sum);
            return new Record(
                    new NDList(of.create(new float[] {index, -index})),
                    new NDList(of.create(index)));
        }
    }

    CachedDataset ids(Transform... transforms) {
        return CachedDataset.withIds(new Counting(ROWS, 6, transforms), ids(ROWS));
    }

    /** Forgets what is loaded when a dataset is first used, to look for randomness in its rows. */
    CachedDataset looked(CachedDataset data) throws Exception {
        data.getData(manager);
        loads.clear();
        return data;
    }

    static long[] ids(int rows) {
        return java.util.stream.LongStream.range(0, rows).map(i -> 500 + i).toArray();
    }

    static NDList label(NDManager of, long index) {
        return new NDList(of.create(index));
    }

    CacheBlockDecorator decorator() {
        return decorator(spy);
    }

    CacheBlockDecorator decorator(Block block) {
        return Decorated.of(block, directory);
    }

    /** Puts the rows of the first indices into the cache. */
    void warm(CacheBlockDecorator cached, int rows) {
        float[] data = new float[2 * rows];
        for (int i = 0; i < rows; i++) {
            data[2 * i] = i;
            data[2 * i + 1] = -i;
        }
        NDList inputs = new NDList(manager.create(data, new Shape(rows, 2)));
        Decorated.train(cached, manager, CacheIds.attach(inputs, ids(rows)));
    }

    /** Runs an epoch, checks each row by its label, and returns how many rows there were. */
    int epoch(CacheBlockDecorator cached, Dataset dataset) throws Exception {
        return epoch(cached, dataset.getData(manager), 2, 1);
    }

    int epoch(CacheBlockDecorator cached, Iterable<Batch> batches, int times, int plus) {
        int rows = 0;
        for (Batch batch : batches) {
            NDArray output = Decorated.train(cached, manager, batch.getData()).head();
            check(output, batch.getLabels().head(), times, plus);
            rows += batch.getSize();
            batch.close();
        }
        return rows;
    }

    static void check(NDArray output, NDArray labels, int times, int plus) {
        for (int i = 0; i < labels.size(); i++) {
            float index = labels.getLong(i);
            assertThat(output.get(i).toFloatArray())
                    .containsExactly(times * index + plus, -times * index + plus);
        }
    }

    Map<String, Integer> imagesByLabel(CacheBlockDecorator cached, Dataset images)
            throws Exception {
        Map<String, Integer> labels = new TreeMap<>();
        for (Batch batch : images.getData(manager)) {
            NDArray rows = Decorated.train(cached, manager, batch.getData()).head();
            for (int i = 0; i < batch.getSize(); i++) {
                labels.put(Bits.hex(rows.get(i)), (int) batch.getLabels().head().getLong(i));
            }
            batch.close();
        }
        assertThat(labels).hasSize(12);
        return labels;
    }
}
