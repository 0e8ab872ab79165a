package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The newest version of each entry.
 *
 * <p>The versions that the keys tell are kept in memory. From there some more are looked up at a
 * time, since other processes and caches put versions too. Safe for use by several threads.
 */
final class Versions {

    private static final int RUN = 8;

    private final FeatureCache cache;
    private final EntryRows rows;
    private final Map<String, Long> known = new ConcurrentHashMap<>();

    Versions(FeatureCache cache, EntryRows rows) {
        this.cache = cache;
        this.rows = rows;
        scan();
    }

    /** Reads all keys, and returns what entries there are or were. */
    Set<String> scan() {
        rows.eachVersion(this::saw);
        return new TreeMap<>(known).keySet();
    }

    void saw(String digest, long version) {
        known.merge(digest, version, Math::max);
    }

    /** Returns the newest version of an entry, 0 if there is none. */
    long newest(String digest) {
        long newest = known.getOrDefault(digest, 0L);
        for (long found = after(digest, newest); found > newest; found = after(digest, newest)) {
            newest = found;
        }
        if (newest > 0) {
            saw(digest, newest);
        }
        return newest;
    }

    /** Returns the newest one of the next versions, or the version itself if there is none. */
    private long after(String digest, long version) {
        StringKeys run =
                Keys.ofStrings(
                        LongStream.rangeClosed(version + 1, version + RUN)
                                .mapToObj(next -> EntryRows.headKey(digest, next))
                                .toList());
        Set<Integer> missing =
                Arrays.stream(cache.missing(run)).boxed().collect(Collectors.toSet());
        for (int i = RUN; i > 0; i--) {
            if (!missing.contains(i - 1)) {
                return version + i;
            }
        }
        return version;
    }
}
