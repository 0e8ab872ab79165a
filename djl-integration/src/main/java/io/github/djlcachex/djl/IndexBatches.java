package io.github.djlcachex.djl;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Sampler;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.engine.Hidden;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;

/** IndexBatches is a sampler that gives listed indices, in their order. */
final class IndexBatches implements Sampler {

    private static final int DEFAULT_ROWS = 32;

    private final long[] indices;
    private final int from;
    private final int batchRows;

    /**
     * Creates the sampler.
     *
     * @param from the position of the first index to give
     */
    IndexBatches(long[] indices, int from, int batchRows) {
        this.indices = indices;
        this.from = from;
        this.batchRows = batchRows;
    }

    /** Returns the rows of a batch: those that were asked for, or those of the dataset's own. */
    static int rowsOf(Warmup options) {
        if (options.batchRows > 0) {
            return options.batchRows;
        }
        try {
            Object sampler = Hidden.field(RandomAccessDataset.class, "sampler", options.rows);
            int rows = sampler instanceof Sampler own ? own.getBatchSize() : 0;
            return rows > 0 ? rows : DEFAULT_ROWS;
        } catch (ReflectiveOperationException e) {
            Loggers.WARMUP.debug("the batch size of a dataset cannot be seen", e);
            return DEFAULT_ROWS;
        }
    }

    /** Returns the indices of the batch that begins at a position. */
    long[] batchAt(int position) {
        return Arrays.copyOfRange(
                indices, position, (int) Math.min(indices.length, (long) position + batchRows));
    }

    @Override
    public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
        return new Iterator<>() {
            private int next = from;

            @Override
            public boolean hasNext() {
                return next < indices.length;
            }

            @Override
            public List<Long> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                long[] batch = batchAt(next);
                next += batch.length;
                return LongStream.of(batch).boxed().toList();
            }
        };
    }

    @Override
    public int getBatchSize() {
        return batchRows;
    }
}
