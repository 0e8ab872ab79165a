package io.github.djlcachex.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs the benchmarks, and writes figures and charts to {@code benchmark/results}.
 *
 * <p>The system properties {@code benchmark.set} (short, full or smoke), {@code benchmark.only}
 * (names of parts) and {@code benchmark.profile} (JMH's profilers) choose what is run.
 */
public final class BenchmarkSuite {

    private static final double NANOS_PER_S = 1e9;

    private BenchmarkSuite() {}

    /** Some figures that belong together. */
    interface Part {

        /** The name by which it is chosen. */
        String name();

        /** Measures, and adds the figures. */
        void run(Bench bench) throws Exception;
    }

    private static List<Part> parts() {
        return List.of(
                new GatherPart(),
                new MemoryTierPart(),
                new PrecisionPart(),
                new PutPart(),
                new ScalePart(),
                new LargePart(),
                new LookupPart(),
                new ColdPart(),
                new PeersPart(),
                new EpochPart(),
                new FeaturesPart(),
                new RemovalPart(),
                new CompactionPart(),
                new PredictorsPart(),
                new StartPart());
    }

    /**
     * Runs the benchmarks. Ends with 1 if one of them failed, after the others were run; a goal
     * that is missed is no failure.
     *
     * @param args none
     * @throws IOException if the results cannot be written
     */
    public static void main(String[] args) throws IOException {
        SuiteOptions options = SuiteOptions.fromSystem();
        List<String> names = parts().stream().map(Part::name).toList();
        if (!names.containsAll(options.only())) {
            throw new IllegalArgumentException("benchmark.only takes some of " + names);
        }
        // Caches of an earlier run may have been written by another version.
        BenchmarkRows.delete(options.data());
        Files.createDirectories(options.data());
        Bench bench = new Bench(options);
        List<String> failed = new ArrayList<>();
        for (Part part : parts()) {
            if (options.runs(part.name()) && !succeeds(part, bench)) {
                failed.add(part.name());
            }
        }
        write(bench);
        BenchmarkRows.delete(options.data());
        if (!failed.isEmpty()) {
            System.out.println("These parts failed: " + failed);
            System.exit(1);
        }
    }

    private static boolean succeeds(Part part, Bench bench) {
        System.out.println("=== " + part.name());
        long startNanos = System.nanoTime();
        try {
            part.run(bench);
            return true;
        } catch (Exception e) {
            e.printStackTrace(System.out);
            return false;
        } finally {
            System.out.printf(
                    Locale.ROOT, "  %.0f s\n", (System.nanoTime() - startNanos) / NANOS_PER_S);
        }
    }

    private static void write(Bench bench) throws IOException {
        SuiteOptions options = bench.options();
        Path results = options.results();
        Report report =
                new Report(Host.here(options.module().resolveSibling(".")), bench.figures());
        report.write(results);
        Charts.write(bench.figures(), results);
        if (!options.partial()) {
            report.writeTable(options.module().resolveSibling("BENCHMARKS.md"));
        }
        bench.writeJmhResults(options.module().resolve("target/jmh.json"));
        System.out.println(report.toMarkdown());
        System.out.println("Figures and charts: " + results);
    }
}
