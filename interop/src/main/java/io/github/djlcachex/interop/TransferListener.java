package io.github.djlcachex.interop;

/** A TransferListener is told how far an import or an export is, in the thread that runs it. */
@FunctionalInterface
public interface TransferListener {

    /**
     * Called after each chunk, some MiB of rows. What it throws ends the transfer.
     *
     * @param progress how far the transfer is
     */
    void onProgress(TransferProgress progress);
}
