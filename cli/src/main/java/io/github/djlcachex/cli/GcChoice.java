package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A GcChoice is the scope of a {@code gc}. What is null is no condition.
 *
 * @param olderThan the least time since the last use
 * @param keep how many generations of each module stay, those that were used last
 * @param maxBytes the size that the directory may have
 */
record GcChoice(@Nullable Duration olderThan, @Nullable Long keep, @Nullable Long maxBytes) {

    /**
     * A generation that goes.
     *
     * @param age the least age that it must have, or null if it goes for its size
     */
    record Chosen(GenerationInfo generation, @Nullable Duration age) {}

    /** Returns what goes of some generations, what was used longest ago first. */
    List<Chosen> of(List<GenerationInfo> generations, long directoryBytes, Instant now) {
        List<GenerationInfo> newestFirst = new ArrayList<>(generations);
        newestFirst.sort(
                Comparator.comparing(GenerationInfo::lastUsed)
                        .reversed()
                        .thenComparing(GenerationInfo::directory));
        Map<@Nullable Path, Long> seen = new HashMap<>();
        List<GenerationInfo> oldestFirst = new ArrayList<>();
        for (GenerationInfo generation : newestFirst) {
            long place = seen.merge(generation.directory().getParent(), 1L, Long::sum);
            if (keep == null || place > keep) {
                oldestFirst.add(0, generation);
            }
        }
        List<Chosen> chosen = new ArrayList<>();
        long bytes = directoryBytes;
        for (GenerationInfo generation : oldestFirst) {
            if (isOld(generation, now)) {
                chosen.add(new Chosen(generation, olderThan));
                bytes -= generation.bytes();
            } else if (maxBytes != null && bytes > maxBytes && !generation.isInUse()) {
                chosen.add(new Chosen(generation, null));
                bytes -= generation.bytes();
            }
        }
        return chosen;
    }

    /** With a size alone no generation is old; with a number to keep alone each is. */
    private boolean isOld(GenerationInfo generation, Instant now) {
        if (olderThan == null) {
            return maxBytes == null;
        }
        return Duration.between(generation.lastUsed(), now).compareTo(olderThan) >= 0;
    }
}
