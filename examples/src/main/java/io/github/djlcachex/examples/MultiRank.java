package io.github.djlcachex.examples;

import com.google.gson.Gson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Several ranks, each a JVM, that train on shards of one dataset and share one cache directory:
 * once with every rank writing, and once with rank 0 alone.
 *
 * <p>Each epoch deals the images to the ranks anew. The program prints how many rows each rank
 * computed and read in each epoch, writes that to {@code multi-rank.json} in the directory that is
 * its argument, and fails if a row was computed twice while every rank wrote.
 */
public final class MultiRank {

    private static final String EVERY_RANK = "every rank writes";
    private static final String ONE_RANK = "rank 0 writes";
    private static final int RANKS = 4;

    private final Path directory;
    private final int ranks;

    MultiRank(Path directory, int ranks) {
        this.directory = directory;
        this.ranks = ranks;
    }

    /**
     * Runs both trainings.
     *
     * @param args the directory for the caches and the report; default {@code target/multirank}
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
        return new MultiRankResult(List.of(run(EVERY_RANK, "all"), run(ONE_RANK, "0")));
    }

    private MultiRankResult.Run run(String name, String writer)
            throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "%n=== %s ===%n", name);
        String runId = UUID.randomUUID().toString(); // of a scheduler: the number of the job
        List<Process> processes = new ArrayList<>();
        try {
            for (int rank = 0; rank < ranks; rank++) {
                processes.add(start(rank, writer, runId));
            }
            List<RankReport> reports = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                int exitCode = processes.get(rank).waitFor();
                if (exitCode != 0) {
                    throw new IllegalStateException("rank " + rank + " ended with " + exitCode);
                }
                reports.add(
                        new Gson()
                                .fromJson(Files.readString(report(runId, rank)), RankReport.class));
            }
            return new MultiRankResult.Run(name, reports);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private Process start(int rank, String writer, String runId) throws IOException {
        List<String> command = ChildRuns.java(RankRun.class);
        command.addAll(
                List.of(
                        directory.resolve("cache-of-" + writer).toString(),
                        writer,
                        directory.resolve("barrier").toString(),
                        runId,
                        report(runId, rank).toString()));
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        // as a launcher does; the decorator and the barrier read them
        process.environment().put("RANK", String.valueOf(rank));
        process.environment().put("WORLD_SIZE", String.valueOf(ranks));
        process.environment().put("OMP_NUM_THREADS", "1"); // the ranks share the cores
        return process.start();
    }

    private Path report(String runId, int rank) {
        return directory.resolve(runId + "-" + rank + ".json");
    }
}
