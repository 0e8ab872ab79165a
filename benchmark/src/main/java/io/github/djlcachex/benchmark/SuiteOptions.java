package io.github.djlcachex.benchmark;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a run of the suite measures, from the system properties {@code benchmark.*}.
 *
 * @param effort how much is measured, and for how long
 * @param only the parts to run, by name; all if it is empty
 * @param profilers JMH's profilers to add, by name
 * @param module the directory of the benchmark module
 */
record SuiteOptions(Effort effort, List<String> only, List<String> profilers, Path module) {

    /**
     * How much is measured.
     *
     * <p>{@code SMOKE} only shows that everything runs: its figures mean nothing.
     */
    enum Effort {
        SMOKE(1, 1, 50, 4, 1 << 22),
        SHORT(2, 5, 500, 12, 1 << 28),
        FULL(3, 7, 1000, 20, 1 << 28);

        final int warmups;
        final int iterations;
        final int iterationMs;

        /** Repetitions of what is measured once, such as an open. */
        final int singleShots;

        /** Bytes of rows that are read at random. */
        final int dataBytes;

        Effort(int warmups, int iterations, int iterationMs, int singleShots, int dataBytes) {
            this.warmups = warmups;
            this.iterations = iterations;
            this.iterationMs = iterationMs;
            this.singleShots = singleShots;
            this.dataBytes = dataBytes;
        }
    }

    static SuiteOptions fromSystem() {
        String set = System.getProperty("benchmark.set", "short").toUpperCase(Locale.ROOT);
        return new SuiteOptions(
                Effort.valueOf(set),
                list("benchmark.only"),
                list("benchmark.profile"),
                Path.of(System.getProperty("benchmark.module", "benchmark")).toAbsolutePath());
    }

    private static List<String> list(String property) {
        return Arrays.stream(System.getProperty(property, "").split(",", -1))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    boolean runs(String part) {
        return only.isEmpty() || only.contains(part);
    }

    boolean full() {
        return effort == Effort.FULL;
    }

    boolean smoke() {
        return effort == Effort.SMOKE;
    }

    /** Whether this is a smoke run, or one of single parts, whose figures are not to be kept. */
    boolean partial() {
        return smoke() || !only.isEmpty();
    }

    /** Where figures and charts go; those of a partial run beside the build. */
    Path results() {
        return partial() ? module.resolve("target/results") : module.resolve("results");
    }

    /** The interpreter that has the peers in Python, of {@code peers/setup.sh} unless it is set. */
    Path python() {
        String set = System.getProperty("benchmark.python", "");
        return set.isEmpty() ? module.resolve("peers/venv/bin/python") : Path.of(set);
    }

    /** Where caches are made, and kept from one benchmark to the next. */
    Path data() {
        return module.resolve("target/data");
    }
}
