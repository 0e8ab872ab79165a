package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.row.KeyType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How long {@code djlcachex ls} takes from its start to its end, for a directory of many segments,
 * beside a JVM that tells its version.
 */
final class StartPart implements BenchmarkSuite.Part {

    private static final double GOAL_MS = 600;
    private static final double NANOS_PER_MS = 1e6;
    private static final int SEGMENTS = 1000;
    private static final int SEGMENT_ROWS = 50;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        SuiteOptions options = bench.options();
        Path launcher = options.module().resolveSibling("bin").resolve("djlcachex");
        Path jar = jar(options.module().resolveSibling("cli").resolve("target"));
        Path cache = Files.createTempDirectory(options.data(), "start");
        fill(cache);
        // What is measured is a later run: the launcher's first one writes its class-data archive.
        Path archives = Files.createTempDirectory(options.data(), "archives");
        Command ls = new Command(archives, List.of(launcher.toString(), "ls", cache.toString()));
        int shots = options.effort().singleShots;
        double versionMs = ls.with(java(), "-version").medianMs(shots);
        String what = "ls of " + Numbers.text(SEGMENTS) + " segments, ";
        bench.add(
                Figure.of(what + "launcher, beside java -version", "ms", ls.medianMs(shots))
                        .beside(versionMs)
                        .goal(Goal.valueAtMost(GOAL_MS)));
        Command jarAlone = ls.with(java(), "-jar", jar.toString(), "ls", cache.toString());
        bench.add(
                Figure.of(what + "java -jar, beside java -version", "ms", jarAlone.medianMs(shots))
                        .beside(versionMs));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path jar(Path target) throws IOException {
        try (var jars = Files.newDirectoryStream(target, "*-all.jar")) {
            return jars.iterator().next();
        }
    }

    private static void fill(Path directory) {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("benchmark")
                        .durability(Durability.OS)
                        .maintenance(MaintenanceMode.MANUAL)
                        .segmentRows(SEGMENT_ROWS)
                        .open()) {
            int rows = SEGMENTS * SEGMENT_ROWS;
            BenchmarkRows.fill(cache, KeyType.INT64, Fixtures.ROW_BYTES, 0, rows);
        }
    }

    /** A program that is run to its end, as from a shell. */
    private record Command(Path archives, List<String> words) {

        Command with(String... others) {
            return new Command(archives, List.of(others));
        }

        double medianMs(int shots) throws IOException, InterruptedException {
            run();
            double[] tookMs = new double[shots];
            for (int i = 0; i < shots; i++) {
                long startNanos = System.nanoTime();
                run();
                tookMs[i] = (System.nanoTime() - startNanos) / NANOS_PER_MS;
            }
            Arrays.sort(tookMs);
            return tookMs[shots / 2];
        }

        private void run() throws IOException, InterruptedException {
            ProcessBuilder builder =
                    new ProcessBuilder(words)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("XDG_CACHE_HOME", archives.toString());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            int exit = builder.start().waitFor();
            if (exit != 0) {
                throw new IOException(words + " ended with " + exit);
            }
        }
    }
}
