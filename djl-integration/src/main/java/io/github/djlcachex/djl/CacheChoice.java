package io.github.djlcachex.djl;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The place of the rows that a builder's user chose: an open cache, or a directory and a module id
 * with options.
 */
final class CacheChoice {

    private static final Map<String, String> SETTERS =
            Map.of(
                    "option directory", "setDirectory",
                    "option moduleId", "setModuleId",
                    "option fingerprint", "optFingerprint");

    @Nullable FeatureCache cache;
    private final GivenOptions given;
    private @Nullable Path directory;
    private @Nullable String moduleId;
    private final List<Consumer<FeatureCacheBuilder>> options = new ArrayList<>();

    CacheChoice(GivenOptions given) {
        this.given = given;
    }

    void setCache(FeatureCache cache) {
        this.cache = given.once("cache", cache);
    }

    void setDirectory(Path directory) {
        this.directory = given.once("directory", directory);
    }

    void setModuleId(String moduleId) {
        this.moduleId = given.once("moduleId", moduleId);
    }

    /** Adds options, which are set in the order in which they were added. */
    void add(Consumer<FeatureCacheBuilder> option) {
        options.add(Options.given("cacheOptions", option));
    }

    /**
     * Checks that exactly one of the two was chosen.
     *
     * @param names what names the weights or the code, which the user of an open cache has done
     * @throws InvalidOptionException if it is neither or both
     */
    void check(@Nullable Object... names) {
        if (cache == null) {
            Options.required(directory, "directory", "setDirectory or setCache");
            Options.required(moduleId, "moduleId", "setModuleId");
            return;
        }
        boolean named = Arrays.stream(names).anyMatch(name -> name != null);
        if (directory != null || moduleId != null || named || !options.isEmpty()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "cache",
                            "a cache alone, with its options set where it was opened",
                            "a cache, and options for opening one",
                            "change the option"));
        }
    }

    /** Opens a cache in the directory. */
    FeatureCache open(String fingerprint) {
        FeatureCacheBuilder builder =
                FeatureCache.builder()
                        .directory(Options.required(directory, "directory", "setDirectory"))
                        .moduleId(Options.required(moduleId, "moduleId", "setModuleId"))
                        .fingerprint(fingerprint);
        options.forEach(option -> apply(option, builder));
        return builder.open();
    }

    /** What says whose rows these are is not an option of the cache: it was set before. */
    private static void apply(Consumer<FeatureCacheBuilder> option, FeatureCacheBuilder builder) {
        try {
            option.accept(builder);
        } catch (InvalidOptionException e) {
            String setter = SETTERS.get(e.subject());
            if (setter == null) {
                throw e;
            }
            throw new InvalidOptionException(
                    Problem.of(
                            "optCacheOptions",
                            "options other than directory, moduleId and fingerprint",
                            e.subject() + " with " + e.found(),
                            "use " + setter + " in its place",
                            e));
        }
    }
}
