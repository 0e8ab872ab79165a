package io.github.djlcachex.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The main job: a head for film reviews, cross-validated in five folds on a frozen MiniLM, without
 * the cache, with an empty one, and with the one that the second run left, each in a JVM of its
 * own.
 *
 * <p>It prints the figures of every epoch, writes them to {@code snippets-transfer.json} and {@code
 * report.html} in the directory that is its first argument, and fails unless the losses are equal
 * bit for bit, the third run missed nothing, and the head is better than chance.
 */
public final class SnippetsTransfer {

    private static final int SNIPPETS = 600;
    private static final double ACCURACY_GOAL = 0.6;

    private SnippetsTransfer() {}

    /**
     * Runs the three cross-validations.
     *
     * @param args the directory for the cache and the reports, default {@code target/demo}; and the
     *     number of snippets, default 600, or {@code all}
     * @throws IOException if a file cannot be written or read
     * @throws InterruptedException if a run is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/demo").toAbsolutePath();
        String snippets = args.length > 1 ? args[1] : String.valueOf(SNIPPETS);
        String count = snippets.equals("all") ? String.valueOf(Integer.MAX_VALUE) : snippets;
        List<RunReport> runs = new ChildRuns(SnippetsRun.class, directory, count).run();
        DemoResult result = DemoResult.of(runs);
        Files.writeString(directory.resolve("snippets-transfer.json"), result.toJson());
        Path page = directory.resolve("report.html");
        Files.writeString(page, HtmlReport.of(result));
        System.out.print(result.toTable());
        System.out.printf(
                Locale.ROOT,
                "%n15 epochs: %.1f s without the cache, %.1f s with an empty one, %.1f s with a"
                        + " filled one: %.1f s saved.%nLosses equal bit for bit: %s. Report: %s%n",
                runs.get(0).seconds(),
                result.coldSeconds(),
                result.warmSeconds(),
                result.savedSeconds(),
                result.lossesEqual(),
                page);
        result.check(runs.get(2).meanAccuracy(), ACCURACY_GOAL);
    }
}
