package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which generations are to go: those of a module, or of all, that are old enough and not among the
 * last ones of their module.
 *
 * @param moduleId the module, or null for all
 * @param generation the directory of the only one that may go, or null for any
 * @param minAgeMs the least time since the last use
 * @param keepLast how many of a module stay whatever their age, those that were used last
 */
public record GenerationChoice(
        @Nullable String moduleId, @Nullable Path generation, long minAgeMs, int keepLast) {

    /** A generation that may be chosen. */
    record Candidate(Path generation, long lastUsedMs) {}

    boolean isAsked(Path root, Path generation) {
        return moduleId == null
                || StorePaths.of(root, moduleId, "").module().equals(generation.getParent());
    }

    /** Chooses from all candidates, the least recently used first. */
    List<Candidate> of(List<Candidate> candidates, long nowMs) {
        List<Candidate> sorted = new ArrayList<>(candidates);
        sorted.sort(
                Comparator.comparingLong(Candidate::lastUsedMs)
                        .reversed()
                        .thenComparing(Candidate::generation));
        Map<@Nullable Path, Integer> seen = new HashMap<>();
        List<Candidate> chosen = new ArrayList<>();
        for (Candidate candidate : sorted) {
            int place = seen.merge(candidate.generation().getParent(), 1, Integer::sum);
            boolean old = nowMs - candidate.lastUsedMs() >= minAgeMs;
            if (place > keepLast && old && mayGo(candidate.generation())) {
                chosen.add(0, candidate);
            }
        }
        return chosen;
    }

    private boolean mayGo(Path candidate) {
        return generation == null || absolute(generation).equals(absolute(candidate));
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
