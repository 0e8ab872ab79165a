package io.github.djlcachex.examples;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The main job: a head trained three times on a frozen TorchScript extractor, without the cache,
 * with an empty one, and with the one that the second run left, each in a JVM of its own.
 *
 * <p>It prints the figures of every epoch, writes them to {@code digits-transfer.json} in the
 * directory that is its argument, and fails unless the losses are equal bit for bit, the third run
 * missed nothing, and the head is right for more than nine images of ten.
 */
public final class DigitsTransfer {

    private static final float ACCURACY_GOAL = 0.9f;

    /** The first Java that warns when DJL loads its native library. */
    private static final int FIRST_TO_WARN = 24;

    private DigitsTransfer() {}

    private record Result(boolean lossesEqual, List<RunReport> runs) {}

    /**
     * Runs the three trainings.
     *
     * @param args the directory for the cache and the report; default {@code target/demo}
     * @throws IOException if a file cannot be written or read
     * @throws InterruptedException if a run is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/demo").toAbsolutePath();
        Path cache = directory.resolve("cache");
        deleteAll(cache);
        Files.createDirectories(directory);
        List<RunReport> runs =
                List.of(
                        run("cache off", "off", cache, directory),
                        run("cold cache", "on", cache, directory),
                        run("warm cache, new JVM", "on", cache, directory));
        boolean lossesEqual = runs.stream().allMatch(run -> run.sameLosses(runs.get(0)));
        Path report = directory.resolve("digits-transfer.json");
        Gson gson = new GsonBuilder().setPrettyPrinting().create();
        Files.writeString(report, gson.toJson(new Result(lossesEqual, runs)));
        print(runs);
        System.out.printf(
                Locale.ROOT, "\nLosses equal bit for bit: %s. Report: %s\n", lossesEqual, report);
        check(lossesEqual, "the losses of the three runs differ");
        check(runs.get(2).misses() == 0, "the third run had misses");
        check(runs.get(2).accuracy() > ACCURACY_GOAL, "the accuracy is not over " + ACCURACY_GOAL);
    }

    private static RunReport run(String name, String cacheSwitch, Path cache, Path directory)
            throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "\n=== %s ===\n", name);
        Path report = Files.createTempFile(directory, "run", ".json");
        try {
            Process process =
                    new ProcessBuilder(command(name, cacheSwitch, cache, report))
                            .inheritIO()
                            .start();
            int exitCode = process.waitFor();
            check(exitCode == 0, "the run '" + name + "' ended with code " + exitCode);
            return new Gson().fromJson(Files.readString(report), RunReport.class);
        } finally {
            Files.delete(report);
        }
    }

    private static List<String> command(String name, String cacheSwitch, Path cache, Path report) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_TO_WARN) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-classpath");
        command.add(System.getProperty("java.class.path"));
        command.add(TransferRun.class.getName());
        command.addAll(List.of(name, cacheSwitch, cache.toString(), report.toString()));
        return command;
    }

    private static void print(List<RunReport> runs) {
        System.out.printf(
                Locale.ROOT,
                "\n%-20s %5s %8s %6s %6s %12s %12s\n",
                "run",
                "epoch",
                "seconds",
                "hits",
                "misses",
                "train loss",
                "val accuracy");
        for (RunReport run : runs) {
            int number = 0;
            for (RunReport.Epoch epoch : run.epochs()) {
                number++;
                System.out.printf(
                        Locale.ROOT,
                        "%-20s %5d %8.3f %6d %6d %12.8f %12.4f\n",
                        run.name(),
                        number,
                        epoch.seconds(),
                        epoch.hits(),
                        epoch.misses(),
                        epoch.trainLoss(),
                        epoch.validationAccuracy());
            }
        }
    }

    private static void check(boolean condition, String failure) {
        if (!condition) {
            throw new IllegalStateException(failure);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
