package io.github.djlcachex.examples;

import com.google.gson.Gson;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationInfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Several ranks, each a JVM, that train on shards of one dataset and share one cache directory: in
 * each {@link RankMode} once.
 *
 * <p>The program prints how many rows each rank computed and read in each epoch, writes that to
 * {@code multi-rank.json} in the directory that is its argument, and fails if a rank computed a row
 * twice, or a row was computed by two ranks in a mode that promises that none is.
 */
public final class MultiRank {

    private static final int RANKS = 4;

    private final Path directory;
    private final int ranks;

    MultiRank(Path directory, int ranks) {
        this.directory = directory;
        this.ranks = ranks;
    }

    /**
     * Runs the trainings of all modes.
     *
     * @param args the directory for the caches and the report, default {@code target/multirank}
     * @throws IOException if a file cannot be written or read
     * @throws InterruptedException if a run is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/multirank").toAbsolutePath();
        MultiRankResult result = new MultiRank(directory, RANKS).run();
        Path report = directory.resolve("multi-rank.json");
        Files.writeString(report, result.toJson());
        System.out.print(result.toTable());
        System.out.printf(Locale.ROOT, "Report: %s%n", report);
        result.check();
    }

    MultiRankResult run() throws IOException, InterruptedException {
        ChildRuns.deleteAll(directory);
        Files.createDirectories(directory);
        String runId = UUID.randomUUID().toString(); // of a scheduler: the number of the job
        List<Process> processes = new ArrayList<>();
        try {
            for (int rank = 0; rank < ranks; rank++) {
                processes.add(start(rank, runId));
            }
            for (int rank = 0; rank < ranks; rank++) {
                int exitCode = processes.get(rank).waitFor();
                if (exitCode != 0) {
                    throw new IllegalStateException("rank " + rank + " ended with " + exitCode);
                }
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        return result();
    }

    private Process start(int rank, String runId) throws IOException {
        List<String> command = ChildRuns.java(RankRun.class);
        command.addAll(List.of(directory.toString(), runId));
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        // as a launcher does; the decorator and the barrier read them
        process.environment().put("RANK", String.valueOf(rank));
        process.environment().put("WORLD_SIZE", String.valueOf(ranks));
        process.environment().put("OMP_NUM_THREADS", "1"); // the ranks share the cores
        return process.start();
    }

    private MultiRankResult result() throws IOException {
        List<MultiRankRun> runs = new ArrayList<>();
        for (RankMode mode : RankMode.values()) {
            List<RankReport> reports = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                String json = Files.readString(directory.resolve(mode.report(rank)));
                reports.add(new Gson().fromJson(json, RankReport.class));
            }
            runs.add(new MultiRankRun(mode, rowsOnDisk(mode), reports));
        }
        return new MultiRankResult(runs);
    }

    private long rowsOnDisk(RankMode mode) {
        return CacheDirectory.of(directory.resolve(mode.cache())).generations().stream()
                .mapToLong(GenerationInfo::rows)
                .sum();
    }
}
