package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.GenerationCondition;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the files of a generation tell.
 *
 * @param moduleId the module's id, if a contract or a segment tells it
 * @param fingerprint the fingerprint, if a contract or a segment tells it
 * @param directory the directory
 * @param condition what is wrong, if anything
 * @param rows the rows of all segments that can be read
 * @param bytes the size of all files
 * @param files the number of all files
 * @param lastUsedMs when it was last used, in milliseconds since 1970
 * @param inUse true if a store of a live process has it open for writing
 */
public record GenerationFacts(
        Optional<String> moduleId,
        Optional<String> fingerprint,
        Path directory,
        GenerationCondition condition,
        long rows,
        long bytes,
        long files,
        long lastUsedMs,
        boolean inUse) {}
