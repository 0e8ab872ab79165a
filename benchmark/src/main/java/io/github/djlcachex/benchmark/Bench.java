package io.github.djlcachex.benchmark;

import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** What the parts of the suite measure with: runs JMH, and collects figures. */
final class Bench {

    private static final int MEDIAN = 50;

    /** The first Java that warns of native libraries and of what JMH and lmdbjava do. */
    private static final int FIRST_TO_WARN = 24;

    private final SuiteOptions options;
    private final List<RunResult> results = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    Bench(SuiteOptions options) {
        this.options = options;
        // Another JMH of this machine makes figures worse, and a run no less useful.
        System.setProperty("jmh.ignoreLock", "true");
    }

    SuiteOptions options() {
        return options;
    }

    List<Figure> figures() {
        return figures;
    }

    void add(Figure figure) {
        Double limit = figure.limit();
        System.out.printf(
                Locale.ROOT,
                "  %s: %s %s%s\n",
                figure.name(),
                Numbers.text(figure.value()),
                figure.unit(),
                limit == null ? "" : " (limit " + Numbers.text(limit) + ")");
        figures.add(figure);
    }

    /** The median of the iterations, in the unit of the benchmark: calls a second, or time. */
    double measure(JmhCase work) throws RunnerException {
        return median(run(work).getPrimaryResult());
    }

    /** The median of a counter that the benchmark keeps beside its time. */
    double counter(JmhCase work, String name) throws RunnerException {
        return median(Objects.requireNonNull(run(work).getSecondaryResults().get(name)));
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(MEDIAN);
    }

    private RunResult run(JmhCase work) throws RunnerException {
        System.out.println("- " + work);
        RunResult result = new Runner(jmhOptions(work).build()).runSingle();
        results.add(result);
        return result;
    }

    private ChainedOptionsBuilder jmhOptions(JmhCase work) {
        SuiteOptions.Effort effort = options.effort();
        int shots = work.shots() > 0 ? work.shots() : effort.singleShots;
        boolean once = isSingleShot(work.benchmark());
        ChainedOptionsBuilder builder =
                new OptionsBuilder()
                        .include(nameOf(work))
                        .forks(1)
                        .threads(work.threads())
                        .warmupIterations(once ? shots / 4 : effort.warmups)
                        .measurementIterations(once ? shots : effort.iterations)
                        .warmupTime(TimeValue.milliseconds(effort.iterationMs))
                        .measurementTime(TimeValue.milliseconds(effort.iterationMs))
                        .shouldFailOnError(true)
                        .verbosity(
                                options.profilers().isEmpty()
                                        ? VerboseMode.SILENT
                                        : VerboseMode.NORMAL)
                        .jvmArgsAppend(jvmFlags(work));
        work.params().forEach(builder::param);
        options.profilers().forEach(builder::addProfiler);
        return builder;
    }

    private String[] jvmFlags(JmhCase work) {
        List<String> flags = new ArrayList<>();
        flags.add("-Xmx4g");
        flags.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        flags.add("-D" + Fixtures.DIRECTORY + "=" + options.data());
        if (Runtime.version().feature() >= FIRST_TO_WARN) {
            flags.add("--enable-native-access=ALL-UNNAMED");
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        flags.addAll(work.jvmFlags());
        return flags.toArray(new String[0]);
    }

    private static boolean isSingleShot(Class<?> benchmark) {
        return benchmark.getAnnotation(BenchmarkMode.class).value()[0] == Mode.SingleShotTime;
    }

    private static String nameOf(JmhCase work) {
        return "^" + Pattern.quote(work.benchmark().getName() + "." + work.method()) + "$";
    }

    /** Writes everything that JMH measured, in its own format. */
    void writeJmhResults(Path file) {
        ResultFormatFactory.getInstance(ResultFormatType.JSON, file.toString()).writeOut(results);
    }
}
