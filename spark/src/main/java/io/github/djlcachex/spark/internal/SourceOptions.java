package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * SourceOptions are the options of one read or write.
 *
 * @param directory the cache directory
 * @param moduleId the module
 * @param fingerprint the fingerprint of the generation, or null
 * @param generation the beginning of the name of the generation's directory, or null
 * @param raw true to read columns as they are stored
 * @param failOnDamage true to fail at a damaged row, false to skip and count it
 * @param partitionBytes the size up to which small files are read together
 */
public record SourceOptions(
        String directory,
        String moduleId,
        @Nullable String fingerprint,
        @Nullable String generation,
        boolean raw,
        boolean failOnDamage,
        long partitionBytes)
        implements Serializable {

    private static final long DEFAULT_PARTITION_BYTES = 128L << 20;
    private static final Duration PUT_TIMEOUT = Duration.ofMinutes(10);

    /**
     * Reads the options.
     *
     * @throws InvalidOptionException if one is missing or wrong
     */
    public static SourceOptions of(CaseInsensitiveStringMap options) {
        return new SourceOptions(
                directory(required(options, "path", "load(directory) or save(directory)")),
                required(options, "moduleId", "option(\"moduleId\", ..)"),
                options.get("fingerprint"),
                options.get("generation"),
                bool(options, "raw"),
                failOnDamage(options.getOrDefault("onDamage", "skip")),
                bytes(options));
    }

    private static String required(CaseInsensitiveStringMap options, String name, String advice) {
        String value = options.get(name);
        if (value == null || value.isBlank()) {
            throw refused(name, "a value", "none", "give it by " + advice);
        }
        return value;
    }

    /** A path, or the URI of a file; where Spark knows a filesystem this library does not. */
    private static String directory(String given) {
        if (given.startsWith("file:")) {
            return Path.of(URI.create(given).getPath()).toString();
        }
        if (given.contains("://")) {
            throw refused(
                    "path",
                    "a directory of a filesystem that every host has mounted",
                    given,
                    "mount it, and give its path");
        }
        return given;
    }

    private static boolean bool(CaseInsensitiveStringMap options, String name) {
        String value = options.getOrDefault(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw refused(name, "true or false", value, "give one of them");
        }
        return value.equals("true");
    }

    private static boolean failOnDamage(String value) {
        if (!value.equals("skip") && !value.equals("fail")) {
            throw refused("onDamage", "skip or fail", value, "give one of them");
        }
        return value.equals("fail");
    }

    private static long bytes(CaseInsensitiveStringMap options) {
        String value = options.get("partitionBytes");
        if (value == null) {
            return DEFAULT_PARTITION_BYTES;
        }
        if (!value.matches("[1-9][0-9]{0,17}")) {
            throw refused("partitionBytes", "a number of bytes", value, "give a whole number");
        }
        return Long.parseLong(value);
    }

    private static InvalidOptionException refused(
            String option, String expected, String found, String advice) {
        return new InvalidOptionException(Problem.of("option " + option, expected, found, advice));
    }

    /** A builder of a cache of the module. */
    FeatureCacheBuilder builder(String chosenFingerprint) {
        return FeatureCache.builder()
                .directory(Path.of(directory))
                .moduleId(moduleId)
                .fingerprint(chosenFingerprint);
    }

    /**
     * A builder of a cache for tasks that write. Without a memory tier a row that was lost is not
     * taken for one that is on disk by the task's retry. A put waits for a slow disk, since a row
     * that is declined fails the task.
     */
    FeatureCacheBuilder writer(String chosenFingerprint) {
        return builder(chosenFingerprint).memoryTierBytes(0).putTimeout(PUT_TIMEOUT);
    }

    /**
     * Finds the fingerprint of the generation that is meant.
     *
     * @return empty if the module has no such generation
     * @throws InvalidOptionException if it has several, and the options do not say which
     */
    Optional<String> chosenFingerprint() {
        List<GenerationInfo> candidates =
                CacheDirectory.of(Path.of(directory)).generations().stream()
                        .filter(each -> each.moduleId().filter(moduleId::equals).isPresent())
                        .filter(each -> each.fingerprint().filter(this::isMeant).isPresent())
                        .filter(this::isNamed)
                        .toList();
        if (candidates.size() > 1) {
            throw refused(
                    generation == null ? "fingerprint" : "generation",
                    "one generation of module '" + moduleId + "'",
                    candidates.stream().map(SourceOptions::text).collect(Collectors.joining(", ")),
                    "choose one by option fingerprint, or by option generation");
        }
        return candidates.stream().findAny().flatMap(GenerationInfo::fingerprint);
    }

    private boolean isMeant(String found) {
        return fingerprint == null || fingerprint.equals(found);
    }

    private boolean isNamed(GenerationInfo found) {
        String wanted = generation;
        String name = String.valueOf(found.directory().getFileName());
        return wanted == null || name.startsWith(wanted) || name.startsWith("g-" + wanted);
    }

    private static String text(GenerationInfo found) {
        return found.directory().getFileName()
                + " (fingerprint '"
                + found.fingerprint().orElse("")
                + "')";
    }

    /** What a message says if there is nothing to read. */
    InvalidOptionException nothingThere() {
        return refused(
                "moduleId",
                "a module of " + directory + " that was filled",
                "no rows of module '"
                        + moduleId
                        + "'"
                        + (fingerprint == null ? "" : " with fingerprint '" + fingerprint + "'")
                        + (generation == null ? "" : " in generation " + generation),
                "check directory, module id and fingerprint, or fill the cache first");
    }

    /** What a message says if a new generation has no name. */
    InvalidOptionException noFingerprint() {
        return refused(
                "fingerprint",
                "one that names the model, since module '" + moduleId + "' has no rows yet",
                generation == null ? "none" : "generation " + generation,
                "give it by option(\"fingerprint\", ..), such as a hash of the weights");
    }
}
