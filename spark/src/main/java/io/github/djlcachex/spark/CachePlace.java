package io.github.djlcachex.spark;

import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A CachePlace says where the rows of a fill go.
 *
 * @param directory the path, the same on every host; a text, since paths cannot be serialized
 * @param moduleId the module in it
 */
record CachePlace(String directory, String moduleId) implements Serializable {

    private static final Duration PUT_TIMEOUT = Duration.ofMinutes(10);

    Path path() {
        return Path.of(directory);
    }

    /**
     * Sets what holds for the caches of all executors. They look for each other's rows when a task
     * is tried again, not after every miss: each would hold the index of all. The driver compacts
     * once, after the job. Without a memory tier a row that cannot be stored is a miss, so that no
     * attempt takes it for one that is on disk. A put waits for a slow disk, since a row that is
     * declined fails the task.
     */
    static void setOptions(FeatureCacheBuilder cache) {
        cache.refreshInterval(Duration.ZERO)
                .maintenance(MaintenanceMode.MANUAL)
                .memoryTierBytes(0)
                .putTimeout(PUT_TIMEOUT);
    }
}
