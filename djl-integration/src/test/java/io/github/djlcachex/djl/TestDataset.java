package io.github.djlcachex.djl;

import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.Transform;
import ai.djl.util.Progress;

import org.jspecify.annotations.Nullable;

/** A dataset of known size, in order, with nothing to prepare. */
public abstract class TestDataset extends RandomAccessDataset {

    private final long size;

    /**
     * Creates the dataset.
     *
     * @param batchRows the rows of a batch
     */
    public TestDataset(long size, int batchRows, Transform... transforms) {
        super(new Builder(batchRows, transforms));
        this.size = size;
    }

    @Override
    protected final long availableSize() {
        return size;
    }

    @Override
    public final void prepare(@Nullable Progress progress) {}

    private static final class Builder extends BaseBuilder<Builder> {

        Builder(int batchRows, Transform... transforms) {
            setSampling(batchRows, false);
            for (Transform transform : transforms) {
                addTransform(transform);
            }
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
