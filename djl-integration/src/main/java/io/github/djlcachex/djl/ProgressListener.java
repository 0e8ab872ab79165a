package io.github.djlcachex.djl;

/** ProgressListener is told how far a {@link Warmup} is. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Takes the progress: before the first batch, then at most five times a second, between two
     * batches, and once more at the end.
     *
     * @param progress how far the job is; called on the thread that runs it
     */
    void onProgress(WarmupProgress progress);
}
