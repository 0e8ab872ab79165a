package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationInfo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names of all generations of a directory, of which a script takes one that means one. */
final class GenerationNames {

    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> modules = new HashSet<>();

    GenerationNames(List<GenerationInfo> generations) {
        for (GenerationInfo generation : generations) {
            GenerationName name = new GenerationName(generation);
            counts.merge(name.toString(), 1, Integer::sum);
            modules.add(name.module());
        }
    }

    /** A name that a shell takes for one word, and that means no other generation. */
    String safe(GenerationName name) {
        String plain = name.toString();
        boolean isOwn = counts.getOrDefault(plain, 0) == 1 && !modules.contains(plain);
        return isOwn && name.isOneWord() ? plain : name.ofDirectories();
    }
}
