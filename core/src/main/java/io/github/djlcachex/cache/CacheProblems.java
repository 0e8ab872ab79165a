package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.WriterPolicy;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * CacheProblems are the exceptions of one cache, which name it and say what to do; and a warning.
 */
final class CacheProblems {

    private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

    private final Path cacheDirectory;
    private final Path generation;
    private final String moduleId;
    private final WriterPolicy policy;
    private final AtomicBoolean warnedOfDeclined = new AtomicBoolean();

    CacheProblems(Path cacheDirectory, Path generation, String moduleId, WriterPolicy policy) {
        this.cacheDirectory = cacheDirectory;
        this.generation = generation;
        this.moduleId = moduleId;
        this.policy = policy;
    }

    CacheClosedException closed() {
        return new CacheClosedException(
                Problem.of(
                        "cache of module '" + moduleId + "' in " + cacheDirectory,
                        "an open cache",
                        "a closed one",
                        "open it again, or close it later"));
    }

    private void checkMayWrite(String what) {
        if (!policy.isWritable()) {
            throw new CacheIoException(
                    Problem.of(
                            generation.toString(),
                            "a cache that may write",
                            "one that may not: " + policy.reason(),
                            what + " it from the writer"));
        }
    }

    /** A call that may fail on a file. */
    interface Call<T> {
        T run() throws IOException;
    }

    /** A deletion that may fail on a file. */
    interface Deletion {
        void run() throws IOException;
    }

    <T> T reading(Call<T> call) {
        try {
            return call.run();
        } catch (IOException e) {
            throw io(
                    "segments that can be read",
                    "check the filesystem and the permissions, then try again",
                    e);
        }
    }

    <T> T repairing(Call<T> call) {
        checkMayWrite("repair");
        try {
            return call.run();
        } catch (IOException e) {
            throw io(
                    "segments that can be written and moved",
                    "check the space and the permissions, then repair again",
                    e);
        }
    }

    <T> T removing(Call<T> call) {
        checkMayWrite("remove");
        try {
            return call.run();
        } catch (IOException e) {
            throw io(
                    "a directory to write tombstones to",
                    "check the space and the permissions, then try again",
                    e);
        }
    }

    <T> T compacting(Call<T> call) {
        checkMayWrite("compact");
        try {
            return call.run();
        } catch (IOException e) {
            throw io(
                    "segments that can be written and deleted",
                    "check the space and the permissions, then compact again",
                    e);
        }
    }

    void deleting(String name, Deletion deletion) {
        checkMayWrite(name);
        try {
            deletion.run();
        } catch (IOException e) {
            throw io(
                    "files that can be deleted",
                    "check the permissions, then call " + name + " again",
                    e);
        }
    }

    private CacheIoException io(String expected, String advice, IOException cause) {
        return new CacheIoException(
                Problem.of(generation.toString(), expected, cause.toString(), advice, cause));
    }

    /** Says once that this cache stores no rows, and why. */
    void warnOfDeclinedRows() {
        if (warnedOfDeclined.compareAndSet(false, true)) {
            logger.warn(
                    "computed rows of module '{}' are not stored: {}; they stay in this process's"
                            + " memory tier",
                    moduleId,
                    policy.reason());
        }
    }
}
