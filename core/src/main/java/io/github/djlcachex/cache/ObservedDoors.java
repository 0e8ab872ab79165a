package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.DiskUse;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.file.Path;

/** ObservedDoors are the methods of a {@link FeatureCache} for programs that watch it. */
abstract class ObservedDoors {

    private final CloseActions closeActions = new CloseActions();

    ObservedDoors() {}

    /**
     * Returns the directory of this generation.
     *
     * @return the directory, below the one that the builder was given
     */
    public abstract Path directory();

    /**
     * Returns the size of all files of this generation, those of other processes too. It asks the
     * filesystem for each file.
     *
     * @return the size in bytes, 0 if there is no directory yet; also after the close
     * @throws CacheIoException if the directory cannot be read
     */
    public long diskBytes() {
        try {
            return DiskUse.of(directory());
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            directory().toString(),
                            "files that can be listed",
                            e.toString(),
                            "check the filesystem and the permissions, then try again",
                            e));
        }
    }

    /**
     * Runs an action when this cache has been closed, on the thread that closes it, or at once if
     * that is over. What the action throws is logged. The end of the JVM runs none.
     *
     * @param action what to do, such as to take down what shows the cache's numbers
     * @throws io.github.djlcachex.row.InvalidOptionException if it is null
     */
    public void whenClosed(Runnable action) {
        closeActions.add(action);
    }

    void runCloseActions() {
        closeActions.run();
    }
}
